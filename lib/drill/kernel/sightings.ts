/**
 * Rare states that a search must reach to be worth anything.
 *
 * - `every-region-unhealthy`: health checks took every Region out of DNS, so that Route 53 answered with all of them;
 * - `accepted-by-one-replica`: a write was acknowledged by a replica that could not tell another Region's endpoint of it just then;
 * - `write-conflict`: a strong table refused a write because another Region was writing the item, or an eventual one let the later writer win;
 * - `throttled`: a gateway, a function or a table refused a request for its rate;
 * - `evacuation-during-partition`: a judge evacuated a Region while replication was cut;
 * - `cold-region-served`: a Region whose environments had just been replaced, or that had just joined, served a client.
 */
export const SIGHTINGS = [
  'every-region-unhealthy',
  'accepted-by-one-replica',
  'write-conflict',
  'throttled',
  'evacuation-during-partition',
  'cold-region-served',
] as const;

/** A {@link SIGHTINGS | rare state}. */
export type Sighting = (typeof SIGHTINGS)[number];

/** Counts how often rare states were reached. It changes nothing in a run and is no part of its log. */
export class Sightings {
  private readonly seen = new Map<Sighting, number>();

  /** Notes that a state was reached. */
  see(sighting: Sighting): void {
    this.seen.set(sighting, (this.seen.get(sighting) ?? 0) + 1);
  }

  /** How often each state was reached; those that were not are left out. */
  get counts(): Readonly<Partial<Record<Sighting, number>>> {
    return Object.fromEntries(this.seen);
  }
}
