import type { Workload } from '../clients/workload';
import type { World } from '../world/world';
import { lostWrites } from './read-back';

/** What became of acknowledged uploads. */
export interface ObjectSummary {
  /** Uploads that a client saw acknowledged by a bucket. */
  readonly acknowledgedObjects: number;
  /** Those that at least one surviving Region does not show once everything on its way has arrived. */
  readonly lostAcknowledgedObjects: number;
  /**
   * Longest time from an upload to its copy in another Region, in seconds: how much a Region that never came back could
   * have taken with it.
   */
  readonly objectReplicationLagSeconds: number;
}

/**
 * Waits until buckets have replicated what they took, and reads every acknowledged upload back from every surviving Region,
 * through its own API and handlers.
 *
 * @param survivors Regions to read from.
 * @param host Name the API is asked by.
 */
export async function settleObjects(
  world: World,
  workload: Workload,
  survivors: readonly string[],
  host: string,
): Promise<ObjectSummary> {
  await world.objects.settled();
  const lost = await lostWrites(world, workload.objectReadBacks(), survivors, host);
  return {
    acknowledgedObjects: workload.acknowledgedObjects,
    lostAcknowledgedObjects: lost.length,
    objectReplicationLagSeconds: world.objects.longestLagMs / 1000,
  };
}
