import type { RandomStream } from '../kernel/random';
import { triangularConstant } from '../model/constants';
import type { DrillContext } from '../world/context';
import { type MetricSeries, MINUTE_MS } from './metric-store';

/** Delay until a minute of a service's metric can be read, after it has ended, in seconds. */
const DELAY_SECONDS = triangularConstant('cw.metric.delay');

/**
 * A metric that a service publishes about itself, on its way into a series: the values of a minute become readable together, some time
 * after it has ended.
 */
export class ServiceFeed {
  private minute = Number.NEGATIVE_INFINITY;
  private readableMs = 0;
  private isLost = false;

  /**
   * @param region Where the metric is published.
   * @param random Draws the delay of each minute; a stream of its own.
   */
  constructor(
    readonly series: MetricSeries,
    private readonly region: string,
    private readonly random: RandomStream,
    private readonly context: DrillContext,
  ) {}

  /**
   * Takes a value of this moment.
   *
   * @param weight How many equal ones it stands for.
   */
  take(value: number, weight: number): void {
    const { scheduler, epochMs } = this.context;
    const minute = Math.floor((epochMs + scheduler.nowMs) / MINUTE_MS);
    if (minute !== this.minute) this.open(minute);
    if (!this.isLost) this.series.gather(minute, value, this.readableMs, weight);
  }

  private open(minute: number): void {
    const { scheduler, epochMs, faults } = this.context;
    const { nowMs } = scheduler;
    this.minute = minute;
    this.isLost = faults.strikes('cloudwatch', this.region, nowMs, () => this.random.next()) !== undefined;
    const usualMs = (minute + 1) * MINUTE_MS - epochMs + 1000 * this.random.triangular(DELAY_SECONDS);
    this.readableMs = epochMs + faults.heldBackUntilMs('cloudwatch', this.region, nowMs, usualMs);
  }
}
