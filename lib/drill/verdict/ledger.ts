import type { Workload } from '../clients/workload';
import type { World } from '../world/world';
import type { ConsistencySummary } from './consistency';
import { levelReplicas } from './level-replicas';
import type { ObjectSummary } from './object-ledger';
import { lostWrites } from './read-back';
import type { ReplicaSummary } from './replica-ledger';

/** What became of what clients saw acknowledged. */
export type DataSummary = TableSummary &
  ReplicaSummary &
  ObjectSummary & {
    /** What the histories of clients prove. @default - what operations mean is not known: they are those of a workload file */
    readonly consistency?: ConsistencySummary;
  };

/** What became of acknowledged writes. */
export interface TableSummary {
  /** Writes that a client saw acknowledged. */
  readonly acknowledgedWrites: number;
  /** Those that at least one surviving Region no longer shows. */
  readonly lostAcknowledgedWrites: number;
  /**
   * Recovery point reached, in seconds: from the oldest lost acknowledgement to the strike, or to the newest lost one if
   * that is later, at least a millisecond; 0 when nothing was lost.
   */
  readonly rpoSeconds: number;
}

/**
 * Reads every acknowledged write back from every surviving Region, through its own API and handlers, once replicas have what was on
 * its way to them.
 *
 * @param survivors Regions to read from.
 * @param host Name the API is asked by.
 * @param strikeMs Virtual time of the strike.
 */
export async function settleLedger(
  world: World,
  workload: Workload,
  survivors: readonly string[],
  host: string,
  strikeMs: number,
): Promise<TableSummary> {
  await levelReplicas(world);
  const lost = await lostWrites(world, workload.readBacks(), survivors, host);
  let oldestMs = Number.POSITIVE_INFINITY;
  let newestMs = strikeMs;
  for (const { acknowledgedMs } of lost) {
    oldestMs = Math.min(oldestMs, acknowledgedMs);
    newestMs = Math.max(newestMs, acknowledgedMs);
  }
  return {
    acknowledgedWrites: workload.acknowledgedWrites,
    lostAcknowledgedWrites: lost.length,
    rpoSeconds: lost.length === 0 ? 0 : Math.max(1, newestMs - oldestMs) / 1000,
  };
}
