import { numberConstant } from '../../model/constants';
import type { ScalingDefinition, UnitLimit } from './capacity-definition';
import { MinuteSums } from './minute-sums';
import type { Shortage } from './shortage';
import { TokenBucket } from './token-bucket';

const BURST_SECONDS = numberConstant('ddb.burst');
const SCALE_UP_MINUTES = numberConstant('ddb.scaling.up');
const SCALE_DOWN_MINUTES = numberConstant('ddb.scaling.down');
const SCALING_DELAY_MS = 1000 * numberConstant('ddb.scaling.delay');

/**
 * Provisioned capacity with bursts, and with auto scaling if it has any: capacity follows what was used two minutes running
 * above its target, or fifteen below it, some minutes later. Until then, what is more than the old capacity is refused.
 *
 * Simplified: scaling looks at whole minutes and ends exactly at its target.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html
 */
export class ProvisionedMeter {
  private readonly bucket: TokenBucket;
  private readonly minutes = new MinuteSums((units, endMs) => this.scale(units / 60, endMs));
  private readonly scaling: ScalingDefinition | undefined;
  private units: number;
  private above = 0;
  private below = 0;
  private update: { readonly units: number; readonly atMs: number } | undefined;

  /** @param limit What the template declares. */
  constructor({ units, scaling }: UnitLimit & { kind: 'provisioned' }) {
    this.units = units;
    this.scaling = scaling;
    this.bucket = new TokenBucket(units, BURST_SECONDS);
  }

  /** Why a request that arrives now is refused; nothing when it is let through. */
  shortage(nowMs: number): Shortage | undefined {
    this.advance(nowMs);
    return this.bucket.hasTokens(nowMs) ? undefined : 'ProvisionedThroughputExceeded';
  }

  /** Takes what a request has cost. */
  charge(units: number, nowMs: number): void {
    this.advance(nowMs);
    this.bucket.take(units, nowMs);
    if (this.scaling) this.minutes.add(units, nowMs);
  }

  /** Takes what a change from another Region has cost, as far as there is anything left. */
  chargeLeft(units: number, nowMs: number): void {
    this.advance(nowMs);
    this.bucket.takeLeft(units, nowMs);
    if (this.scaling) this.minutes.add(units, nowMs);
  }

  private advance(nowMs: number): void {
    if (!this.scaling) return;
    this.minutes.advance(nowMs);
    if (!this.update || this.update.atMs > nowMs) return;
    this.units = this.update.units;
    this.bucket.setRate(this.units, this.update.atMs);
    this.update = undefined;
  }

  /** @param used Units a second in the minute that ended. */
  private scale(used: number, endMs: number): void {
    const { scaling } = this;
    if (!scaling || this.update) return;
    const wanted = Math.min(scaling.max, Math.max(scaling.min, Math.ceil(used / scaling.target)));
    this.above = wanted > this.units ? this.above + 1 : 0;
    this.below = wanted < this.units ? this.below + 1 : 0;
    if (this.above < SCALE_UP_MINUTES && this.below < SCALE_DOWN_MINUTES) return;
    this.above = 0;
    this.below = 0;
    this.update = { units: wanted, atMs: endMs + SCALING_DELAY_MS };
  }
}
