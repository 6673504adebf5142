import { type AlarmSettings, breaches } from './alarm-definition';
import { type AlarmState, evaluateAlarm, evaluationRange, type Verdict } from './alarm-state';
import type { AnyStatistic } from './metric';
import { type MetricSeries, MINUTE_MS } from './metric-store';

/** What an alarm watches: a data point for each period, as far as it can be read. */
export interface Signal {
  /**
   * The data point of a period; undefined when there is none.
   *
   * @param startMs First instant of the period, a whole minute of calendar time.
   * @param nowMs Calendar time of the reading.
   */
  point(startMs: number, periodMs: number, nowMs: number): number | undefined;
}

/** A data point, as it could be read. */
export interface DataPoint {
  /** First instant of its period, in milliseconds since 1970. */
  readonly startMs: number;
  /** @default - it is missing */
  readonly value?: number;
}

/** A statistic of one metric. */
export function statisticOf(series: MetricSeries, statistic: AnyStatistic): Signal {
  return { point: (startMs, periodMs, nowMs) => series.point(statistic, startMs, periodMs, nowMs) };
}

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
   * @param signal What the alarm watches.
   * @param epochMs Calendar time of virtual time zero, in milliseconds since 1970.
   */
  constructor(
    readonly alarm: AlarmSettings,
    private readonly signal: Signal,
    private readonly epochMs: number,
  ) {}

  /** The state that the data readable at this virtual time gives, after the state before. */
  evaluate(nowMs: number, current: AlarmState): AlarmState {
    const verdicts = this.points(nowMs).map(({ value }): Verdict => {
      if (value === undefined) return 'missing';
      return breaches(this.alarm, value) ? 'breaching' : 'within';
    });
    return evaluateAlarm(verdicts, this.alarm, current);
  }

  /** The data points of the evaluation range, as they can be read at this virtual time, oldest first. */
  points(nowMs: number): readonly DataPoint[] {
    const { alarm } = this;
    const calendarMs = this.epochMs + nowMs;
    const range = evaluationRange(alarm.evaluationPeriods);
    const periodMs = 1000 * alarm.periodSeconds;
    const endMs = Math.floor(calendarMs / MINUTE_MS) * MINUTE_MS;
    return Array.from({ length: range }, (_, index): DataPoint => {
      const startMs = endMs - (range - index) * periodMs;
      const value = this.signal.point(startMs, periodMs, calendarMs);
      return value === undefined ? { startMs } : { startMs, value };
    });
  }
}
