/**
 * Seconds over which a rate is held that has no burst of its own. A choice: a request of sampled traffic stands for hundreds, which
 * come one by one, so that what is right over a minute need not be so within each second.
 */
export const HELD_OVER_SECONDS = 60;

/**
 * Tokens that come in at a rate. What a request costs is known only afterwards, so that one is let through while anything is
 * left and may leave a debt; over time no more goes through than comes in.
 */
export class TokenBucket {
  private tokens: number;
  private filledMs = 0;

  /**
   * @param rate Tokens a second.
   * @param seconds How many seconds' worth of tokens it holds; it starts full.
   */
  constructor(
    private rate: number,
    private readonly seconds: number,
  ) {
    this.tokens = rate * seconds;
  }

  /** Whether anything is left. */
  hasTokens(nowMs: number): boolean {
    return this.fill(nowMs) > 0;
  }

  /** Whether it holds all that it can. */
  isFull(nowMs: number): boolean {
    return this.fill(nowMs) >= this.rate * this.seconds;
  }

  /** Takes tokens, at worst on credit. */
  take(tokens: number, nowMs: number): void {
    this.tokens = this.fill(nowMs) - tokens;
  }

  /** Takes tokens as far as there are any. */
  takeLeft(tokens: number, nowMs: number): void {
    const left = this.fill(nowMs);
    this.tokens = left - Math.min(Math.max(0, left), tokens);
  }

  /** Changes the rate. */
  setRate(rate: number, nowMs: number): void {
    this.fill(nowMs);
    this.rate = rate;
  }

  private fill(nowMs: number): number {
    const { rate, seconds } = this;
    this.tokens = Math.min(rate * seconds, this.tokens + ((nowMs - this.filledMs) / 1000) * rate);
    this.filledMs = nowMs;
    return this.tokens;
  }
}
