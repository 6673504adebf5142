import type { HttpAnswer, HttpRequest } from '../api/http-event';
import type { Workload } from '../clients/workload';
import { divergentItems } from '../data/replicated-table';
import type { World } from '../world/world';

/** What became of acknowledged writes. */
export interface DataSummary {
  /** Writes that a client saw acknowledged. */
  readonly acknowledgedWrites: number;
  /** Those that at least one surviving Region no longer shows. */
  readonly lostAcknowledgedWrites: number;
  /**
   * Recovery point reached, in seconds: from the oldest lost acknowledgement to the strike, or to the newest lost one if
   * that is later, at least a millisecond; 0 when nothing was lost.
   */
  readonly rpoSeconds: number;
  /** Items on which replicas disagree once everything has settled. */
  readonly divergentItems: number;
  /** Longest time that the outage kept a change from another replica, in seconds. */
  readonly replicationHeldSeconds: number;
}

/** Reads made at once while reading back; few enough to stay below the throttles of an API sized for its clients. */
const READS_AT_ONCE = 8;

/** Tries of one reading that the API does not answer, and the virtual time between them, in milliseconds. */
const MAX_TRIES = 60;
const RETRY_MS = 1000;

/**
 * Reads every acknowledged write back from every surviving Region, through its own API and handlers, and compares the
 * replicas item by item.
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
): Promise<DataSummary> {
  let lost = 0;
  let oldestMs = Number.POSITIVE_INFINITY;
  let newestMs = strikeMs;
  const queue = workload.readBacks()[Symbol.iterator]();
  const reader = async (): Promise<void> => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const { writes, request, missing } = next.value;
      const gone = new Set<number>();
      for (const region of survivors) {
        for (const index of missing(await readBack(world, region, { ...request, host }))) gone.add(index);
      }
      for (const index of gone) {
        const acknowledgedMs = writes[index]?.acknowledgedMs ?? strikeMs;
        lost++;
        oldestMs = Math.min(oldestMs, acknowledgedMs);
        newestMs = Math.max(newestMs, acknowledgedMs);
      }
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, reader));
  const tables = world.dynamoDb.all;
  return {
    acknowledgedWrites: workload.acknowledgedWrites,
    lostAcknowledgedWrites: lost,
    rpoSeconds: lost === 0 ? 0 : Math.max(1, newestMs - oldestMs) / 1000,
    divergentItems: tables.reduce((sum, table) => sum + divergentItems(table.copies), 0),
    replicationHeldSeconds: Math.max(0, ...tables.map(({ longestHeldMs }) => longestHeldMs)) / 1000,
  };
}

/** One reading; an API that throttles or fails is asked again, and its last answer stands. */
async function readBack(world: World, region: string, request: HttpRequest): Promise<HttpAnswer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await world.ask(region, request);
    if ((answer.status !== 429 && answer.status < 500) || attempt === MAX_TRIES) return answer;
    await world.context.scheduler.sleep(RETRY_MS);
  }
}
