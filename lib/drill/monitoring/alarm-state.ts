import { numberConstant } from '../model/constants';

/** State of a metric alarm. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** What a data point says about a threshold. */
export type Verdict = 'breaching' | 'within' | 'missing';

/** What a missing data point counts as: CloudFormation's `TreatMissingData`. */
export const MISSING_DATA = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

/** One of {@link MISSING_DATA}. */
export type MissingData = (typeof MISSING_DATA)[number];

/** How many data points decide, and what missing ones count as. */
export interface EvaluationSettings {
  /** Data points that decide. */
  readonly evaluationPeriods: number;
  /** How many of them must breach, at the most `evaluationPeriods`. */
  readonly datapointsToAlarm: number;
  readonly missingData: MissingData;
}

/** Points of the documentation's example, for three evaluation periods. */
const EXAMPLE = { range: numberConstant('cw.eval.range'), periods: 3 };

/**
 * Data points looked at, so that late or missing ones can be made up for by older ones.
 *
 * Documented for three evaluation periods only: five. More periods are taken to look as much further back; fewer look
 * back as far as three, which alarms of one period were seen to do (`cw.alarm.measured.off`).
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function evaluationRange(evaluationPeriods: number): number {
  return Math.max(evaluationPeriods, EXAMPLE.periods) + EXAMPLE.range - EXAMPLE.periods;
}

/**
 * The state of an alarm after one evaluation.
 *
 * A pure function, which gives every row of the documentation's tables. What they leave open: breaching points that are
 * too few and too young for an alarm are `OK` when missing data counts as missing, and leave the state as it is when
 * missing data is ignored.
 *
 * @param verdicts The data points of the evaluation range, oldest first.
 * @param current The state before.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function evaluateAlarm(
  verdicts: readonly Verdict[],
  { evaluationPeriods, datapointsToAlarm, missingData }: EvaluationSettings,
  current: AlarmState,
): AlarmState {
  const real = verdicts.filter((verdict) => verdict !== 'missing');
  const decisive = real.slice(-evaluationPeriods);
  const breaching = decisive.filter((verdict) => verdict === 'breaching').length;
  if (breaching >= datapointsToAlarm) return 'ALARM';
  const gaps = evaluationPeriods - decisive.length;
  if (gaps <= 0) return 'OK';

  switch (missingData) {
    case 'breaching':
      return breaching + gaps >= datapointsToAlarm ? 'ALARM' : 'OK';
    case 'notBreaching':
      return 'OK';
    case 'ignore':
      return decisive.length === breaching ? current : 'OK';
    case 'missing':
      if (decisive.length === 0) return 'INSUFFICIENT_DATA';
      return breachedSinceLong(verdicts, datapointsToAlarm) ? 'ALARM' : 'OK';
  }
}

/**
 * Whether nothing but breaching points is there and the oldest of them is as old as the points an alarm needs: then one
 * is enough, as the ones in between are missing.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html#CloudWatch-alarms-avoiding-premature-transition
 */
function breachedSinceLong(verdicts: readonly Verdict[], datapointsToAlarm: number): boolean {
  const oldest = verdicts.indexOf('breaching');
  return !verdicts.includes('within') && oldest >= 0 && verdicts.length - oldest >= datapointsToAlarm;
}
