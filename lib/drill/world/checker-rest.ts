import { type EndpointHealthCheck, judgeProbe, type ProbeResult } from '../dns';
import { Quiet, SETTLED_MS } from '../faults/quiet';
import type { DrillContext } from './context';

/** What a request came to. */
export interface Asked {
  readonly result: ProbeResult;
  /** Whether a fault decided it, whatever the handler would have answered. */
  readonly isDecided: boolean;
}

/** A request that may not have to be made. */
export interface RestingRequest {
  /** Makes it; it stands for the given number of requests. */
  readonly ask: (standsFor: number) => Promise<Asked>;
  /** Takes what the last one took on its way and in its Region, without running the handler; the result, where it does not hang on that. */
  readonly repeat: () => Promise<ProbeResult | undefined>;
}

/** What the checkers of one Region know of an endpoint. */
interface Known {
  /** What they were told last, and whether it let the endpoint pass. */
  readonly result: ProbeResult;
  readonly passed: boolean;
  /** Requests since then that were not made. */
  left: number;
}

/**
 * The requests of a health check's checkers to an endpoint at rest: where nothing is broken and every answer is like the one before, one of
 * some is made, and the others get the answer that was given last. These take their way and their place in the Region all the same, so
 * that environments are as many and as warm as they would be; what a fault refuses, it refuses to each of them.
 *
 * An endpoint is at rest while its Region is quiet ({@link Quiet}), or nothing but such refusals is wrong with it, and no answer of the
 * handler has differed from the one before for five minutes. So every request is made that could turn a vote.
 *
 * @see docs/decisions/0039-health-checkers-ask-less-of-an-endpoint-at-rest.md
 */
export class CheckerRest {
  private readonly quiet: Quiet;
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
    this.quiet = new Quiet(context.faults, context.courses);
  }

  /**
   * The answer to a request.
   *
   * @param checkerRegion Region of the checker.
   * @param region Region of the endpoint.
   */
  answer(checkerRegion: string, region: string, { ask, repeat }: RestingRequest): ProbeResult | Promise<ProbeResult> {
    if (this.every <= 1) return ask(1).then(({ result }) => result);
    const { nowMs } = this.context.scheduler;
    const place = `${checkerRegion} ${region}`;
    const known = this.known.get(place);
    const calm = known && nowMs >= this.restlessUntilMs ? this.quiet.in(region, nowMs) : 'stirred';
    if (!known || calm === 'stirred') return this.learn(place, ask(1));
    if (known.left + 1 >= this.every) return this.learn(place, ask(this.every));
    known.left++;
    const repeated = repeat();
    if (calm === 'refusals') return repeated.then((refused) => refused ?? known.result);
    this.context.scheduler.spawn(repeated);
    return known.result;
  }

  private async learn(place: string, asked: Promise<Asked>): Promise<ProbeResult> {
    const { result, isDecided } = await asked;
    if (isDecided) return result;
    const { passed } = judgeProbe(this.check, result);
    const before = this.known.get(place);
    if (before && before.passed !== passed) this.restlessUntilMs = this.context.scheduler.nowMs + SETTLED_MS;
    this.known.set(place, { result, passed, left: 0 });
    return result;
  }
}
