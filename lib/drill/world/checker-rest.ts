import { type EndpointHealthCheck, judgeProbe, type ProbeResult } from '../dns';
import { Steadiness } from '../faults/steadiness';
import type { DrillContext } from './context';

/** How long every request is made after an answer that differs from the one before, in milliseconds; as long as {@link Steadiness} waits. */
const RESTLESS_MS = 5 * 60_000;

/** What the checkers of one Region know of an endpoint. */
interface Known {
  /** What they were told last, and whether it let the endpoint pass. */
  readonly result: ProbeResult;
  readonly passed: boolean;
  /** Requests since then that were not made. */
  left: number;
}

/**
 * The requests of a health check's checkers to an endpoint at rest: where every answer is like the one before, one of some is made, and
 * the others get the answer that was given last.
 *
 * An endpoint is at rest while its Region is steady ({@link Steadiness}) and no answer has differed from the one before for five minutes. So
 * every request is made that could turn a vote.
 *
 * @see docs/decisions/0039-health-checkers-ask-less-of-an-endpoint-at-rest.md
 */
export class CheckerRest {
  private readonly steadiness: Steadiness;
  private readonly known = new Map<string, Known>();
  private restlessUntilMs = 0;

  /**
   * @param check What is checked.
   * @param every Of how many requests one is made at rest; 1: all of them.
   */
  constructor(
    private readonly check: EndpointHealthCheck,
    private readonly every: number,
    private readonly context: DrillContext,
  ) {
    this.steadiness = new Steadiness(context.faults, context.courses);
  }

  /**
   * The answer to a request.
   *
   * @param checkerRegion Region of the checker.
   * @param region Region of the endpoint.
   * @param ask Makes the request, which stands for the given number of them.
   */
  answer(
    checkerRegion: string,
    region: string,
    ask: (standsFor: number) => Promise<ProbeResult>,
  ): ProbeResult | Promise<ProbeResult> {
    if (this.every <= 1) return ask(1);
    const { nowMs } = this.context.scheduler;
    const place = `${checkerRegion} ${region}`;
    const known = this.known.get(place);
    if (!known || nowMs < this.restlessUntilMs || !this.steadiness.of(region, nowMs)) return this.learn(place, ask(1));
    if (known.left + 1 >= this.every) return this.learn(place, ask(this.every));
    known.left++;
    return known.result;
  }

  private async learn(place: string, asked: Promise<ProbeResult>): Promise<ProbeResult> {
    const result = await asked;
    const { passed } = judgeProbe(this.check, result);
    const before = this.known.get(place);
    if (before && before.passed !== passed) this.restlessUntilMs = this.context.scheduler.nowMs + RESTLESS_MS;
    this.known.set(place, { result, passed, left: 0 });
    return result;
  }
}
