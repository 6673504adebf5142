import type { RandomStream } from '../kernel/random';
import type { Scheduler } from '../kernel/scheduler';
import { numberConstant } from '../model/constants';
import type { AlarmState, AlarmStream } from '../monitoring';
import type { MetricHealthCheck } from './health-check';

const INTERVAL_MS = 1000 * numberConstant('r53.cw.interval');

/**
 * A health check at work on the data stream of an alarm, which it evaluates by the alarm's settings at times of its own.
 *
 * Simplified: Route 53 reads the stream from the alarm's Region in no time, and always can.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html#dns-failover-determining-health-of-endpoints-cloudwatch
 */
export class MetricCheck {
  private readonly phaseMs: number;
  private state: AlarmState = 'INSUFFICIENT_DATA';
  private healthy = true;
  private stopped = false;

  /**
   * @param check What is checked.
   * @param stream The alarm's data.
   * @param random Draws the second of the minute at which it evaluates.
   * @param onVerdict Hears what every evaluation finds, before inversion.
   */
  constructor(
    readonly check: MetricHealthCheck,
    private readonly stream: Pick<AlarmStream, 'evaluate'>,
    random: RandomStream,
    private readonly onVerdict: (healthy: boolean, timeMs: number) => void,
  ) {
    this.phaseMs = random.uniform(0, INTERVAL_MS);
  }

  /** Lets it evaluate once a minute. */
  start(scheduler: Scheduler): void {
    scheduler.after(this.phaseMs, () => this.evaluate(scheduler));
  }

  /** Ends all evaluation. */
  stop(): void {
    this.stopped = true;
  }

  private evaluate(scheduler: Scheduler): void {
    if (this.stopped) return;
    this.state = this.stream.evaluate(scheduler.nowMs, this.state);
    this.healthy = this.verdict();
    this.onVerdict(this.healthy, scheduler.nowMs);
    scheduler.after(INTERVAL_MS, () => this.evaluate(scheduler));
  }

  private verdict(): boolean {
    if (this.state !== 'INSUFFICIENT_DATA') return this.state === 'OK';
    const { insufficientDataStatus } = this.check;
    return insufficientDataStatus === 'LastKnownStatus' ? this.healthy : insufficientDataStatus === 'Healthy';
  }
}
