import type { HttpAnswer, HttpRequest } from '../api/http-event';
import type { AcknowledgedWrite, ReadBack } from '../clients/workload';
import { extended } from '../kernel/extended';
import type { World } from '../world/world';

/** Reads made at once; few enough to stay below the throttles of an API sized for its clients. */
const READS_AT_ONCE = 8;

/** Tries of one reading that the API does not answer, and the virtual time between them, in milliseconds. */
const MAX_TRIES = 60;
const RETRY_MS = 1000;

/**
 * Reads everything back from every surviving Region, through its own API and handlers.
 *
 * @param survivors Regions to read from.
 * @param host Name the API is asked by.
 * @returns the writes that at least one of them no longer shows.
 */
export async function lostWrites(
  world: World,
  readBacks: Iterable<ReadBack>,
  survivors: readonly string[],
  host: string,
): Promise<readonly AcknowledgedWrite[]> {
  const lost: AcknowledgedWrite[] = [];
  const queue = readBacks[Symbol.iterator]();
  const reader = async (): Promise<void> => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const { writes, request } = next.value;
      const gone = new Set<number>();
      for (const region of survivors) {
        const invokeMs = world.context.scheduler.nowMs;
        const answer = await readBack(world, region, extended(request, { host }));
        const completeMs = world.context.scheduler.nowMs;
        next.value.conclude?.({
          region,
          invokeMs,
          completeMs,
          ...(isAnswered(answer) ? { answer } : {}),
          isOpen: false,
        });
        for (const index of next.value.missing(answer)) gone.add(index);
      }
      lost.push(...writes.filter((_, index) => gone.has(index)));
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, reader));
  return lost;
}

/** One reading; an API that throttles or fails is asked again, and its last answer stands. */
async function readBack(world: World, region: string, request: HttpRequest): Promise<HttpAnswer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await world.ask(region, request);
    if (isAnswered(answer) || attempt === MAX_TRIES) return answer;
    await world.context.scheduler.sleep(RETRY_MS);
  }
}

function isAnswered({ status }: HttpAnswer): boolean {
  return status !== 429 && status < 500;
}
