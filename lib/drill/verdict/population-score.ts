import type { Client } from '../clients/population';
import type { OperationRecord } from '../clients/traffic';
import { type InterruptionSummary, Interruptions } from './interruptions';

/** What clients rely on: `dns` on the shared name alone, `library` on `lib/client`. */
export type Reliance = 'dns' | 'library';

/** How the clients of one kind fared from the strike to the end of the outage. */
export interface PopulationSummary {
  readonly reliesOn: Reliance;
  /** Operations that they wanted, weighted. */
  readonly requests: number;
  /** Those that failed after every retry, weighted. */
  readonly failed: number;
  readonly interruptions: InterruptionSummary;
}

/** Counts what clients see, kind by kind. */
export class PopulationScore {
  private readonly kinds = new Map<Reliance, { requests: number; failed: number; interruptions: Interruptions }>();

  /**
   * @param clients Every client, so that a kind that never came is counted, too.
   * @param strikeMs Virtual time of the strike.
   * @param endMs Virtual time of the outage's end.
   */
  constructor(
    clients: readonly Client[],
    private readonly strikeMs: number,
    private readonly endMs: number,
  ) {
    for (const kind of new Set(clients.map(relianceOf))) {
      this.kinds.set(kind, { requests: 0, failed: 0, interruptions: new Interruptions() });
    }
  }

  /** Takes one finished operation; those that began before the strike or after the end are left out. */
  add(record: OperationRecord): void {
    if (record.startMs < this.strikeMs || record.startMs >= this.endMs) return;
    const kind = this.kinds.get(relianceOf(record.client));
    if (!kind) throw new Error(`client ${record.client.index} is of no known kind`);
    kind.requests += record.weight;
    if (!record.ok) kind.failed += record.weight;
    kind.interruptions.add(record);
  }

  /** How each kind fared. */
  summaries(): readonly PopulationSummary[] {
    return [...this.kinds].sort().map(([reliesOn, { requests, failed, interruptions }]) => ({
      reliesOn,
      requests,
      failed,
      interruptions: interruptions.summary(),
    }));
  }
}

function relianceOf({ library }: Client): Reliance {
  return library ? 'library' : 'dns';
}
