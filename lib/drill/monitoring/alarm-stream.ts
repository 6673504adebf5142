import { breaches, type MetricAlarm } from './alarm-definition';
import { type AlarmState, evaluateAlarm, evaluationRange, type Verdict } from './alarm-state';
import { type MetricSeries, MINUTE_MS } from './metric-store';

/**
 * The data that an alarm is evaluated on. CloudWatch reads it for the alarm's state, and Route 53 for a health check,
 * each by itself and at times of its own.
 *
 * Simplified: only minutes that have ended are looked at, so that no data point grows while it is read, but for values
 * that arrive late.
 */
export class AlarmStream {
  /**
   * @param alarm What is evaluated.
   * @param series The alarm's metric.
   * @param epochMs Calendar time of virtual time zero, in milliseconds since 1970.
   */
  constructor(
    readonly alarm: MetricAlarm,
    private readonly series: MetricSeries,
    private readonly epochMs: number,
  ) {}

  /** The state that the data readable at this virtual time gives, after the state before. */
  evaluate(nowMs: number, current: AlarmState): AlarmState {
    return evaluateAlarm(this.verdicts(this.epochMs + nowMs), this.alarm, current);
  }

  private verdicts(calendarMs: number): readonly Verdict[] {
    const { alarm } = this;
    const range = evaluationRange(alarm.evaluationPeriods);
    const periodMs = 1000 * alarm.periodSeconds;
    const endMs = Math.floor(calendarMs / MINUTE_MS) * MINUTE_MS;
    return Array.from({ length: range }, (_, index): Verdict => {
      const startMs = endMs - (range - index) * periodMs;
      const point = this.series.point(alarm.statistic, startMs, periodMs, calendarMs);
      if (point === undefined) return 'missing';
      return breaches(alarm, point) ? 'breaching' : 'within';
    });
  }
}
