import { numberConstant } from '../model/constants';

/** Requests over which the load is averaged. */
const AVERAGED = numberConstant('choice.sampled.requests');

/**
 * How many environments invocations would keep busy that each stand for several: as a mean over the last of them, for what they stand for
 * would come at times of its own, and not all at once.
 */
export class SampledLoad {
  private atMs = 0;
  /** What is under way stands for so many invocations. */
  private running = 0;
  /** Means over the last requests, in invocations: what was under way; and sums: what was asked for and let in. */
  private busy = 0;
  private asked = 0;
  private letIn = 0;
  private askedMs: number | undefined;
  private gapMs: number | undefined;

  /**
   * Notes that an invocation is asked for.
   *
   * @param weight How many it stands for.
   * @returns environments that all that was asked for before would keep busy if none of it were refused.
   */
  ask(nowMs: number, weight: number): number {
    const offered = this.offered(nowMs);
    if (this.askedMs !== undefined) {
      const gapMs = nowMs - this.askedMs;
      this.gapMs = this.gapMs === undefined ? gapMs : this.gapMs + (gapMs - this.gapMs) / AVERAGED;
    }
    this.askedMs = nowMs;
    this.asked += weight;
    return offered;
  }

  /** Environments that all that was asked for would keep busy if none of it were refused. */
  offered(nowMs: number): number {
    this.passTo(nowMs);
    return this.letIn > 0 ? (this.busy * this.asked) / this.letIn : 0;
  }

  /** Notes that an invocation that was asked for was let in. */
  begin(weight: number): void {
    this.letIn += weight;
    this.running += weight;
  }

  /** Notes that an invocation that was let in is done. */
  end(nowMs: number, weight: number): void {
    this.passTo(nowMs);
    this.running -= weight;
  }

  private passTo(nowMs: number): void {
    const window = AVERAGED * (this.gapMs ?? Number.POSITIVE_INFINITY);
    const kept = nowMs > this.atMs ? Math.exp(-(nowMs - this.atMs) / window) : 1;
    this.busy = this.running + (this.busy - this.running) * kept;
    this.asked *= kept;
    this.letIn *= kept;
    this.atMs = nowMs;
  }
}

/** Loads that lie so many standard deviations below what there is lose nothing that could be seen. */
const CERTAIN = 8;

/**
 * Erlang's loss formula: the share of what arrives at random that finds everything busy, however long each takes.
 *
 * @param offered How many would be busy in the mean if there were enough.
 * @param there How many there are.
 * @see https://en.wikipedia.org/wiki/Erlang_(unit)#Erlang_B_formula
 */
export function lossShare(offered: number, there: number): number {
  if (there <= 0) return 1;
  if (offered + CERTAIN * (1 + Math.sqrt(offered)) < there) return 0;
  let share = 1;
  for (let count = 1; count <= there; count++) share = (offered * share) / (count + offered * share);
  return share;
}
