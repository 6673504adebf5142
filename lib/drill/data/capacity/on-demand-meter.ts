import { numberConstant } from '../../model/constants';
import type { UnitLimit } from './capacity-definition';
import { MinuteSums } from './minute-sums';
import type { Shortage } from './shortage';
import { HELD_OVER_SECONDS, TokenBucket } from './token-bucket';

const BURST_SECONDS = numberConstant('ddb.burst');
const GROWTH = numberConstant('ddb.ondemand.double');
const GROWTH_WINDOW_MS = 1000 * numberConstant('ddb.ondemand.window');

/**
 * On-demand capacity: at once what the table is warm for, or twice the peak that it reached half an hour ago or before, if that
 * is more; never more than its maximum.
 *
 * Simplified: a peak is the mean of a minute, and capacity is held over a minute. A maximum that the template sets may be exceeded
 * by longer bursts; nothing else may.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial
 */
export class OnDemandMeter {
  private readonly level: TokenBucket;
  private readonly most: TokenBucket;
  private readonly minutes = new MinuteSums((units, endMs) => this.note(units / 60, endMs));
  /** Peaks, each higher than the one before, that do not count yet. */
  private readonly peaks: { readonly units: number; readonly countsMs: number }[] = [];
  /** The highest peak so far, in units a second: half of what the table is warm for. */
  private reached: number;

  /** @param limit What the template declares. */
  constructor(private readonly limit: UnitLimit & { kind: 'on-demand' }) {
    const { warm, most, isOwnMost } = limit;
    this.level = new TokenBucket(warm, HELD_OVER_SECONDS);
    this.most = new TokenBucket(most, isOwnMost ? BURST_SECONDS : HELD_OVER_SECONDS);
    this.reached = warm / GROWTH;
  }

  /** Why a request that arrives now is refused; nothing when it is let through. */
  shortage(nowMs: number): Shortage | undefined {
    this.advance(nowMs);
    if (!this.most.hasTokens(nowMs)) {
      return this.limit.isOwnMost ? 'MaxOnDemandThroughputExceeded' : 'AccountLimitExceeded';
    }
    return this.level.hasTokens(nowMs) ? undefined : 'KeyRangeThroughputExceeded';
  }

  /** Takes what a request has cost. */
  charge(units: number, nowMs: number): void {
    this.advance(nowMs);
    this.level.take(units, nowMs);
    this.most.take(units, nowMs);
    this.minutes.add(units, nowMs);
  }

  /** Takes what a change from another Region has cost, as far as there is anything left. */
  chargeLeft(units: number, nowMs: number): void {
    this.advance(nowMs);
    this.level.takeLeft(units, nowMs);
    this.most.takeLeft(units, nowMs);
    this.minutes.add(units, nowMs);
  }

  private advance(nowMs: number): void {
    this.minutes.advance(nowMs);
    for (let next = this.peaks[0]; next && next.countsMs <= nowMs; next = this.peaks[0]) {
      this.level.setRate(GROWTH * next.units, next.countsMs);
      this.peaks.shift();
    }
  }

  private note(units: number, endMs: number): void {
    if (units <= this.reached) return;
    this.reached = units;
    this.peaks.push({ units, countsMs: endMs + GROWTH_WINDOW_MS });
  }
}
