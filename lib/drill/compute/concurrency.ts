import { fieldsConstant, numberConstant } from '../model/constants';

/** Environments that the functions of an account may have at once in a Region, unless its quota was raised. */
const ACCOUNT_LIMIT = numberConstant('lambda.concurrency.default');

/** Environments that cannot be reserved. */
const NEVER_RESERVED = numberConstant('lambda.concurrency.unreserved');

/** Requests a second for each environment that a limit allows. */
const REQUESTS_PER_ENVIRONMENT = numberConstant('lambda.rpsPerEnvironment');

/** How fast a function may grow: so many environments in so many seconds, refilled without a break. */
const SCALING = fieldsConstant('lambda.scale.perFunction');

/** Something of which so much is there at the most, and which comes back at a steady rate. */
class TokenBucket {
  private tokens: number;
  private filledMs = 0;

  constructor(
    private readonly size: number,
    private readonly perSecond: number,
  ) {
    this.tokens = size;
  }

  take(nowMs: number): boolean {
    this.tokens = Math.min(this.size, this.tokens + ((nowMs - this.filledMs) / 1000) * this.perSecond);
    this.filledMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }
}

/**
 * A number of environments that may be busy at once, and the requests a second that go with it: what one function has reserved, or what
 * all those of a Region share that reserve nothing.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
export class ConcurrencyLimit {
  private busy = 0;
  private readonly requests: TokenBucket;

  constructor(readonly environments: number) {
    const perSecond = REQUESTS_PER_ENVIRONMENT * environments;
    this.requests = new TokenBucket(perSecond, perSecond);
  }

  /** Lets a request in, if there is room. */
  enter(nowMs: number): boolean {
    if (this.busy >= this.environments || !this.requests.take(nowMs)) return false;
    this.busy++;
    return true;
  }

  /** Notes that a request is done. */
  leave(): void {
    this.busy--;
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
    this.starts = new TokenBucket(amount, amount / per);
  }

  /** Whether another environment may be started now. */
  start(nowMs: number): boolean {
    return this.starts.take(nowMs);
  }
}
