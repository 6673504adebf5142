import { numberConstant } from '../model/constants';
import { EVERYWHERE, type Fault } from './fault';
import type { FaultPlan } from './fault-plan';
import type { RegionCourses } from './region-course';

/**
 * Time after which a change counts as over, in milliseconds. A choice, not a fact: caches, environments and retries have settled by then, and
 * what takes longer shows in answers that change.
 */
export const SETTLED_MS = 1000 * numberConstant('choice.quiet.settled');

/** Tells where nothing is broken and nothing has changed for a while. */
export class Quiet {
  constructor(
    private readonly faults: FaultPlan,
    private readonly courses: RegionCourses,
  ) {}

  /**
   * Whether a Region is quiet: no fault acts in it, or between it and others; none has begun or ended anywhere for five minutes, the
   * Region has not been deployed for as long, and no bad write has been in its data since.
   */
  in(region: string, nowMs: number): boolean {
    const isRecent = (atMs: number): boolean => atMs <= nowMs && nowMs < atMs + SETTLED_MS;
    for (const fault of this.faults.faults) {
      if (isRecent(fault.startMs) || isRecent(fault.endMs)) return false;
      if (fault.startMs <= nowMs && nowMs < fault.endMs && bearsOn(fault, region)) return false;
    }
    if (this.courses.poisonings.some(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs + SETTLED_MS))
      return false;
    const { joinsMs = 0, deploymentsMs = [] } = this.courses.of(region);
    return !(joinsMs > 0 && isRecent(joinsMs)) && !deploymentsMs.some(isRecent);
  }
}

function bearsOn({ region: place, peers }: Fault, region: string): boolean {
  return place === region || place === EVERYWHERE || (peers?.includes(region) ?? false);
}
