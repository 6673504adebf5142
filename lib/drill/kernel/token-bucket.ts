/** Requests that a bucket holds tokens for where each stands for several. A choice, not a fact: enough to even out when they happen to come. */
const SAMPLED_BURST = 10;

/** What a bucket lets through. */
export interface Rate {
  readonly ratePerSecond: number;
  /** How many may come at once. */
  readonly burst: number;
}

/**
 * Tokens for requests: the rate refills them, the burst is how many there can be.
 *
 * A request that stands for several takes as many, at worst on credit, so that sampled traffic meets the rate that all of it would meet. What
 * it stands for would come evenly, and not at once: the bucket then holds enough for ten of its like.
 */
export class TokenBucket {
  private tokens: number;
  private most: number;
  private filledMs = 0;

  constructor(private readonly rate: Rate) {
    this.tokens = rate.burst;
    this.most = rate.burst;
  }

  /**
   * Takes the tokens of a request, if there is one left for it.
   *
   * @param standsFor How many requests it stands for.
   * @returns whether it may pass.
   */
  take(nowMs: number, standsFor = 1): boolean {
    if (standsFor > 1) this.most = Math.max(this.most, SAMPLED_BURST * standsFor);
    this.tokens = Math.min(this.most, this.tokens + ((nowMs - this.filledMs) / 1000) * this.rate.ratePerSecond);
    this.filledMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens -= standsFor;
    return true;
  }
}
