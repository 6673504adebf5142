import { TokenBucket } from '../kernel/token-bucket';
import { fieldsConstant, numberConstant } from '../model/constants';
import { lossShare, SampledLoad } from './sampled-load';

/** Environments that the functions of an account may have at once in a Region, unless its quota was raised. */
const ACCOUNT_LIMIT = numberConstant('lambda.concurrency.default');

/** Environments that cannot be reserved. */
const NEVER_RESERVED = numberConstant('lambda.concurrency.unreserved');

/** Requests a second for each environment that a limit allows. */
const REQUESTS_PER_ENVIRONMENT = numberConstant('lambda.rpsPerEnvironment');

/** How fast a function may grow: so many environments in so many seconds, refilled without a break. */
const SCALING = fieldsConstant('lambda.scale.perFunction');

/**
 * A number of environments that may be busy at once, and the requests a second that go with it: what one function has reserved, or what
 * all those of a Region share that reserve nothing.
 *
 * Invocations that stand for one are counted. Where they stand for several, how many would be busy is known as a mean alone, and each is
 * refused with the probability that all environments are busy then ({@link lossShare}).
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
export class ConcurrencyLimit {
  /** Busy with invocations that stand for one. */
  private busy = 0;
  private readonly sampled = new SampledLoad();
  private readonly requests: TokenBucket;

  constructor(readonly environments: number) {
    const perSecond = REQUESTS_PER_ENVIRONMENT * environments;
    this.requests = new TokenBucket({ ratePerSecond: perSecond, burst: perSecond });
  }

  /**
   * Lets a request in, if there is room.
   *
   * @param draw Draws from 0 to 1; asked where chance decides.
   * @param weight How many requests it stands for.
   */
  enter(nowMs: number, draw: () => number, weight = 1): boolean {
    const offered = weight > 1 ? this.sampled.ask(nowMs, weight) : this.sampled.offered(nowMs);
    const refused = lossShare(offered, this.environments - this.busy);
    if (refused >= 1 || (refused > 0 && draw() < refused) || !this.requests.take(nowMs, weight)) return false;
    if (weight > 1) this.sampled.begin(weight);
    else this.busy++;
    return true;
  }

  /** Notes that a request is done that was let in. */
  leave(nowMs: number, weight = 1): void {
    if (weight > 1) this.sampled.end(nowMs, weight);
    else this.busy--;
  }
}

/**
 * What the functions of a Region share that reserve nothing. An account that reserves more than a new one has is taken to have had its
 * quota raised, for the deployment would have been refused.
 *
 * @param reserved Environments that functions of the Region have reserved, in all.
 */
export function unreservedLimit(reserved: number): ConcurrencyLimit {
  return new ConcurrencyLimit(Math.max(NEVER_RESERVED, ACCOUNT_LIMIT - reserved));
}

/**
 * How fast one function may start environments.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html
 */
export class ScalingRate {
  private readonly starts: TokenBucket;

  constructor() {
    const { amount = 0, per = 1 } = SCALING;
    this.starts = new TokenBucket({ ratePerSecond: amount / per, burst: amount });
  }

  /** Whether another environment may be started now. */
  start(nowMs: number): boolean {
    return this.starts.take(nowMs);
  }
}
