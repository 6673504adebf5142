import type { RandomStream } from '../kernel/random';
import type { Scheduler, Timer } from '../kernel/scheduler';
import { listConstant, numberConstant } from '../model/constants';
import type { EndpointHealthCheck } from './health-check';
import { judgeProbe, type Probe, type ProbeVerdict } from './probe';

/** A checker that changed its mind. */
export interface Vote {
  /** The health check it works for. */
  readonly check: EndpointHealthCheck;
  /** The Region it runs in. */
  readonly checkerRegion: string;
  /** What it says now. */
  readonly healthy: boolean;
  /** Checkers that say healthy, after this vote. */
  readonly healthyVotes: number;
  /** All of them. */
  readonly checkers: number;
  /** Whether they are enough for the endpoint to count as healthy; inversion is not applied. */
  readonly quorum: boolean;
  /** Virtual time in milliseconds. */
  readonly timeMs: number;
}

interface Checker {
  readonly region: string;
  healthy: boolean;
  /** Consecutive requests that spoke against its present vote. */
  against: number;
}

const HEALTHY_SHARE = numberConstant('r53.quorum.healthyShare');
const CHECKERS_PER_REGION = numberConstant('r53.checker.count') / listConstant('r53.checker.regions').length;

/**
 * The checkers of one endpoint health check, each on its own clock.
 *
 * Simplified: all name servers see all votes. During a partition of the internet each Route 53 location judges by the
 * checkers it can reach, which this model leaves out.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export class EndpointCheck {
  private readonly checkers: readonly Checker[];
  private healthyVotes: number;
  private stopped = false;

  /**
   * @param check What is checked.
   * @param probe Sends one request.
   * @param random Draws the checkers' phases.
   * @param onVote Hears of every checker that changes its mind; until one does, all say healthy.
   */
  constructor(
    readonly check: EndpointHealthCheck,
    private readonly probe: Probe,
    private readonly random: RandomStream,
    private readonly onVote: (vote: Vote) => void,
  ) {
    this.checkers = check.checkerRegions.flatMap((region) =>
      Array.from({ length: CHECKERS_PER_REGION }, () => ({ region, healthy: true, against: 0 })),
    );
    this.healthyVotes = this.checkers.length;
  }

  /** Lets every checker send its first request at a moment of its own within the first interval. */
  start(scheduler: Scheduler): void {
    for (const checker of this.checkers) {
      scheduler.after(this.random.uniform(0, this.intervalMs), () => this.send(scheduler, checker));
    }
  }

  /** Sends no further requests; those under way still count. */
  stop(): void {
    this.stopped = true;
  }

  private get intervalMs(): number {
    return 1000 * this.check.intervalSeconds;
  }

  private send(scheduler: Scheduler, checker: Checker): void {
    if (this.stopped) return;
    const startMs = scheduler.nowMs;
    let connectMs: number | undefined;
    let limit: Timer | undefined;
    let open = true;

    const finish = (verdict: ProbeVerdict): void => {
      if (!open) return;
      open = false;
      if (limit) scheduler.cancel(limit);
      this.conclude(scheduler, checker, verdict, Math.max(startMs + verdict.endMs, scheduler.nowMs));
    };
    const giveUp = (): void => {
      const verdict = judgeProbe(this.check, connectMs === undefined ? {} : { connectMs });
      if (limit) scheduler.cancel(limit);
      limit = scheduler.at(startMs + verdict.endMs, () => finish(verdict));
    };
    const connected = (afterMs: number): void => {
      if (connectMs !== undefined) return;
      connectMs = afterMs;
      if (limit) giveUp();
    };

    const result = this.probe(checker.region, connected);
    if (result instanceof Promise) {
      giveUp();
      result.then(
        (settled) => finish(judgeProbe(this.check, settled)),
        (error) => scheduler.fail(error),
      );
    } else {
      finish(judgeProbe(this.check, result));
    }
  }

  /** Counts a request. Only one that turns a vote, and ends later, costs an event of its own. */
  private conclude(scheduler: Scheduler, checker: Checker, verdict: ProbeVerdict, endMs: number): void {
    scheduler.at(endMs + this.intervalMs, () => this.send(scheduler, checker));
    if (verdict.passed === checker.healthy) {
      checker.against = 0;
      return;
    }
    checker.against++;
    if (checker.against < this.check.failureThreshold) return;
    checker.against = 0;
    if (endMs > scheduler.nowMs) scheduler.at(endMs, () => this.vote(checker, endMs));
    else this.vote(checker, endMs);
  }

  private vote(checker: Checker, timeMs: number): void {
    checker.healthy = !checker.healthy;
    this.healthyVotes += checker.healthy ? 1 : -1;
    this.onVote({
      check: this.check,
      checkerRegion: checker.region,
      healthy: checker.healthy,
      healthyVotes: this.healthyVotes,
      checkers: this.checkers.length,
      quorum: hasQuorum(this.healthyVotes, this.checkers.length),
      timeMs,
    });
  }
}

/**
 * Whether strictly more than 18 % of the checkers say healthy: of 16, three are enough and two are not.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export function hasQuorum(healthyVotes: number, checkers: number): boolean {
  return healthyVotes / checkers > HEALTHY_SHARE;
}
