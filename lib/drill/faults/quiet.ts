import { numberConstant } from '../model/constants';
import { EVERYWHERE, type Fault } from './fault';
import type { FaultPlan } from './fault-plan';
import type { RegionCourses } from './region-course';

/**
 * Time after which a change counts as over, in milliseconds. A choice, not a fact: caches, environments and retries have settled by then, and
 * what takes longer shows in answers that change.
 */
export const SETTLED_MS = 1000 * numberConstant('choice.quiet.settled');

/**
 * How much is going on in a Region.
 *
 * - `quiet`: nothing is broken, and nothing has changed for a while;
 * - `refusals`: nothing has changed for a while, and what is broken decides requests without the code that they are meant for;
 * - `stirred`: anything else.
 */
export type Calm = 'quiet' | 'refusals' | 'stirred';

/** Where a fault decides what becomes of a request, whatever the code would have answered. */
const BEFORE_CODE: ReadonlySet<Fault['target']> = new Set(['api-gateway', 'lambda', 'lambda-starts']);

/** Tells where nothing is broken and nothing has changed for a while. */
export class Quiet {
  constructor(
    private readonly faults: FaultPlan,
    private readonly courses: RegionCourses,
  ) {}

  /**
   * How much is going on in a Region. It is stirred while a fault acts in it, or between it and others, that the code there can feel; when
   * one has begun or ended anywhere in the last five minutes, or the Region has been deployed in them, or a bad write has been in its data.
   */
  in(region: string, nowMs: number): Calm {
    let calm: Calm = 'quiet';
    const isRecent = (atMs: number): boolean => atMs <= nowMs && nowMs < atMs + SETTLED_MS;
    for (const fault of this.faults.faults) {
      if (isRecent(fault.startMs) || isRecent(fault.endMs)) return 'stirred';
      if (nowMs < fault.startMs || nowMs >= fault.endMs || !bearsOn(fault, region)) continue;
      if (!isRefusal(fault)) return 'stirred';
      calm = 'refusals';
    }
    if (this.courses.poisonings.some(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs + SETTLED_MS))
      return 'stirred';
    const { joinsMs = 0, deploymentsMs = [] } = this.courses.of(region);
    return (joinsMs > 0 && isRecent(joinsMs)) || deploymentsMs.some(isRecent) ? 'stirred' : calm;
  }
}

/** What is slow is left out: it lengthens the code's turn. */
function isRefusal({ target, kind }: Fault): boolean {
  return BEFORE_CODE.has(target) && kind !== 'slow';
}

function bearsOn({ region: place, peers }: Fault, region: string): boolean {
  return place === region || place === EVERYWHERE || (peers?.includes(region) ?? false);
}
