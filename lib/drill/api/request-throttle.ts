import { numberConstant } from '../model/constants';
import type { Throttle } from './http-api-definition';

/** Requests that a bucket holds tokens for where each stands for several. A choice, not a fact: enough to even out when they happen to come. */
const SAMPLED_BURST = 10;

/**
 * Tokens for requests: the rate refills them, the burst is how many there can be.
 *
 * A request that stands for several takes as many, at worst on credit, so that sampled traffic meets the rate that all of it would meet. What
 * it stands for would come evenly, and not at once: the bucket then holds enough for ten of its like.
 */
export class RequestBucket {
  private tokens: number;
  private most: number;
  private filledMs = 0;

  constructor(private readonly throttle: Throttle) {
    this.tokens = throttle.burst;
    this.most = throttle.burst;
  }

  /**
   * Takes the tokens of a request, if there is one left for it.
   *
   * @param standsFor How many requests it stands for.
   * @returns whether it may pass.
   */
  take(nowMs: number, standsFor = 1): boolean {
    const { ratePerSecond } = this.throttle;
    if (standsFor > 1) this.most = Math.max(this.most, SAMPLED_BURST * standsFor);
    this.tokens = Math.min(this.most, this.tokens + ((nowMs - this.filledMs) / 1000) * ratePerSecond);
    this.filledMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens -= standsFor;
    return true;
  }
}

/**
 * What an account's APIs in one Region take together, whatever their stages and routes allow (`apigw.throttle.rate`,
 * `apigw.throttle.burst`).
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export class AccountThrottle extends RequestBucket {
  constructor() {
    super({ ratePerSecond: numberConstant('apigw.throttle.rate'), burst: numberConstant('apigw.throttle.burst') });
  }
}
