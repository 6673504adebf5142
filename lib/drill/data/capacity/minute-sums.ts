const MINUTE_MS = 60_000;

/** Sums what comes in by the minute, as CloudWatch does. */
export class MinuteSums {
  private minute = 0;
  private sum = 0;

  /** @param onMinute Hears of every minute that is over, in order, also of those in which nothing came. */
  constructor(private readonly onMinute: (sum: number, endMs: number) => void) {}

  /** Adds to the minute that runs. */
  add(amount: number, nowMs: number): void {
    this.advance(nowMs);
    this.sum += amount;
  }

  /** Closes the minutes that are over. */
  advance(nowMs: number): void {
    for (const minute = Math.floor(nowMs / MINUTE_MS); this.minute < minute; this.minute++) {
      const { sum } = this;
      this.sum = 0;
      this.onMinute(sum, (this.minute + 1) * MINUTE_MS);
    }
  }
}
