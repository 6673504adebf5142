import type { AlarmCondition, AlarmState, DataPoint, EvaluatedAlarm, WatchedMetricAlarm } from '../monitoring';
import { breaches } from '../monitoring';
import { type AlarmDescriptions, alarmArn } from './described-alarm';

/** Why an alarm is in its state, in words and as JSON. */
export interface AlarmReason {
  readonly reason: string;
  /** @default - it was not evaluated yet */
  readonly reasonData?: string;
}

const WORDS = {
  GreaterThanThreshold: 'greater than',
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
} as const;

/** What missing data points were treated as. */
const TREATED = { breaching: 'Breaching', notBreaching: 'NonBreaching' } as const;

/** Most data points that the words show; the latest of more. */
const MOST_SHOWN = 5;

/**
 * Why an alarm is in a state, as CloudWatch says it.
 *
 * The forms are those of the documentation's examples. Simplified: what is said of missing data has no documented form but that none was
 * received, and follows messages that people have published; data points have no sample count.
 *
 * @param alarms Names the alarms under a composite.
 * @param epochMs Calendar time of virtual time zero.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export function reasonOf(
  alarm: EvaluatedAlarm,
  { state, timeMs, cause }: AlarmCondition,
  alarms: AlarmDescriptions,
  epochMs: number,
): AlarmReason {
  if (cause.kind === 'creation') return { reason: 'Unchecked: Initial alarm creation' };
  if (cause.kind === 'data') {
    if (alarm.kind !== 'metric') throw new Error(`${alarm.id} goes by no data`);
    return {
      reason: wordsOf(alarm, state, cause.points),
      reasonData: JSON.stringify(dataOf(alarm, cause.points, epochMs + timeMs)),
    };
  }
  const triggering = cause.alarms.map((below) => ({ ...below, arn: alarmArn(alarms.of(below.alarm.id)) }));
  const [first] = triggering;
  const reason =
    cause.isFirst || !first
      ? `${alarmArn(alarms.of(alarm.id))} was created and its alarm rule evaluates to ${state}`
      : `${first.arn} transitioned to ${first.state} at ${longDate(epochMs + first.timeMs)}`;
  const triggeringAlarms = triggering.map((below) => ({
    arn: below.arn,
    state: { value: below.state, timestamp: timestamp(epochMs + below.timeMs) },
  }));
  return { reason, reasonData: JSON.stringify({ triggeringAlarms }) };
}

/** A moment as alarms write it: to the millisecond, with an offset of zero. */
export function timestamp(calendarMs: number): string {
  return new Date(calendarMs).toISOString().replace('Z', '+0000');
}

function wordsOf({ settings }: WatchedMetricAlarm, state: AlarmState, points: readonly DataPoint[]): string {
  if (state === 'INSUFFICIENT_DATA')
    return `Insufficient Data: ${points.length} ${were(points.length, 'datapoint')} unknown.`;
  const { evaluationPeriods, datapointsToAlarm, comparison, threshold, missingData } = settings;
  const decisive = points.filter(hasValue).slice(-evaluationPeriods).reverse();
  const crossed = decisive.filter(({ value }) => breaches(settings, value) === (state === 'ALARM'));
  const gaps = evaluationPeriods - decisive.length;
  const treated = missingData === 'breaching' || missingData === 'notBreaching' ? TREATED[missingData] : undefined;
  const missing =
    gaps > 0 && treated !== undefined ? ` and ${gaps} missing ${were(gaps, 'datapoint')} treated as [${treated}]` : '';
  if (crossed.length === 0) {
    const received = `${decisive.length === 0 ? 'no' : decisive.length} ${were(decisive.length, 'datapoint')}`;
    return `Threshold Crossed: ${received} received for ${evaluationPeriods} ${nounFor(evaluationPeriods, 'period')}${missing}.`;
  }
  const isShort = crossed.length <= MOST_SHOWN;
  const shown = crossed.slice(0, MOST_SHOWN).map(({ value, startMs }) => `${decimal(value)} (${shortDate(startMs)})`);
  const list = `[${shown.join(', ')}]`;
  const than = `${crossed.length === 1 ? 'was' : 'were'} ${state === 'OK' ? 'not ' : ''}${WORDS[comparison]} the threshold (${decimal(threshold)})`;
  const least = state === 'ALARM' ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
  const transition = `(minimum ${least} ${nounFor(least, 'datapoint')} for ${state === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK'} transition)`;
  return (
    `Threshold Crossed: ${crossed.length} out of the last ${evaluationPeriods} datapoints ` +
    (isShort
      ? `${list} ${than}${missing} ${transition}.`
      : `${than}${missing}. The most recent datapoints which crossed the threshold: ${list} ${transition}.`)
  );
}

function dataOf({ settings, terms }: WatchedMetricAlarm, points: readonly DataPoint[], queryMs: number): object {
  const { evaluationPeriods, periodSeconds, threshold } = settings;
  const [term, ...others] = Object.values(terms);
  const decisive = points.filter(hasValue).slice(-evaluationPeriods);
  const [oldest] = decisive;
  const evaluated = decisive.length > 0 ? decisive : points;
  return {
    version: '1.0',
    queryDate: timestamp(queryMs),
    ...(oldest ? { startDate: timestamp(oldest.startMs) } : {}),
    ...(term && others.length === 0 ? { statistic: term.statistic } : {}),
    period: periodSeconds,
    recentDatapoints: decisive.map(({ value }) => value),
    threshold,
    evaluatedDatapoints: evaluated
      .map(({ startMs, value }) => ({ timestamp: timestamp(startMs), ...(value === undefined ? {} : { value }) }))
      .reverse(),
  };
}

function hasValue(point: DataPoint): point is Required<DataPoint> {
  return point.value !== undefined;
}

function nounFor(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}

/** The noun and the verb for so many of a thing: `datapoints were`. */
function were(count: number, noun: string): string {
  return `${nounFor(count, noun)} ${count === 1 ? 'was' : 'were'}`;
}

/** A number as Java writes it. */
function decimal(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** `06/03/15 17:43:27`. */
function shortDate(calendarMs: number): string {
  const [, year = '', month = '', day = '', time = ''] =
    /^\d\d(\d\d)-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)/.exec(new Date(calendarMs).toISOString()) ?? [];
  return `${day}/${month}/${year} ${time}`;
}

/** `Friday 04 August, 2023 12:54:46 UTC`. */
function longDate(calendarMs: number): string {
  const date = new Date(calendarMs);
  const named = (part: 'weekday' | 'month'): string =>
    date.toLocaleDateString('en-US', { [part]: 'long', timeZone: 'UTC' });
  const [, year = '', day = '', time = ''] = /^(\d{4})-\d\d-(\d\d)T(\d\d:\d\d:\d\d)/.exec(date.toISOString()) ?? [];
  return `${named('weekday')} ${day} ${named('month')}, ${year} ${time} UTC`;
}
