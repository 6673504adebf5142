import type { Assembly, AssemblyResource } from '../../assembly';
import { type EvaluationSettings, MISSING_DATA, type MissingData } from './alarm-state';
import { dimensionValue } from './dimension-value';
import { type MetricIdentity, STATISTICS, type Statistic } from './metric';

/** How a data point is compared with a threshold; the point is the first operand. */
const COMPARISONS = {
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
} as const;

/** A comparison with a fixed threshold. */
export type Comparison = keyof typeof COMPARISONS;

/** Types of alarms. */
export const ALARM_TYPES: readonly string[] = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'];

/** Seconds of a day: an alarm that looks further back is evaluated by the hour. */
const DAY_SECONDS = 86_400;

/** By what an alarm is evaluated, whatever it watches. */
export interface AlarmSettings extends EvaluationSettings {
  /** Stack id and logical id. */
  readonly id: string;
  /** Where the alarm and its metrics are. */
  readonly region: string;
  /** Seconds that make one data point: a multiple of 60. */
  readonly periodSeconds: number;
  readonly threshold: number;
  readonly comparison: Comparison;
}

/** An alarm on one metric against a fixed threshold: what health checks can follow. */
export interface MetricAlarm extends AlarmSettings {
  /** Tells the two kinds apart. */
  readonly kind: 'metric';
  readonly metric: MetricIdentity;
  /** Unit that alone counts. @default - every unit does */
  readonly unit?: string;
  readonly statistic: Statistic;
}

/** What keeps an alarm from being followed by a health check. */
export type AlarmFeature =
  | 'a rule over other alarms'
  | 'metric math or a query'
  | 'an anomaly band'
  | 'an extended statistic'
  | 'a period that is no multiple of 60 s'
  | 'a wall clock window'
  | 'a look back of more than a day'
  | 'settings that CloudWatch refuses or that are known only after deployment';

/** Why most alarms that cannot be read cannot. */
const UNUSABLE: AlarmFeature = 'settings that CloudWatch refuses or that are known only after deployment';

/** An alarm that a health check cannot follow. */
export interface OtherAlarm {
  /** Tells the two kinds apart. */
  readonly kind: 'other';
  /** Stack id and logical id. */
  readonly id: string;
  readonly feature: AlarmFeature;
}

/** An `AWS::CloudWatch::Alarm` or `AWS::CloudWatch::CompositeAlarm`. */
export type Alarm = MetricAlarm | OtherAlarm;

/** Whether a data point breaches an alarm's threshold. */
export function breaches({ comparison, threshold }: AlarmSettings, point: number): boolean {
  return COMPARISONS[comparison](point, threshold);
}

/**
 * Reads one `AWS::CloudWatch::Alarm` or `AWS::CloudWatch::CompositeAlarm`. What only deployment decides about its metric, such as the
 * identifier of an API, is named by the resource that it belongs to.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export function readAlarm(assembly: Assembly, resource: AssemblyResource): Alarm {
  const { properties, stack } = resource;
  const id = `${stack.id}/${resource.logicalId}`;
  const feature = foreignFeature(resource);
  if (feature) return { kind: 'other', id, feature };
  const periodSeconds = countIn(properties.Period);
  const settings = periodSeconds === undefined ? UNUSABLE : readSettings(resource, periodSeconds);
  if (typeof settings === 'string') return { kind: 'other', id, feature: settings };
  const metric = readMetric(assembly, resource);
  const statistic = STATISTICS.find((name) => name === properties.Statistic);
  if (!metric || !statistic) return { kind: 'other', id, feature: UNUSABLE };
  const unit = typeof properties.Unit === 'string' ? { unit: properties.Unit } : {};
  return { kind: 'metric', ...settings, metric, ...unit, statistic };
}

/**
 * Reads by what an `AWS::CloudWatch::Alarm` is evaluated.
 *
 * @returns what keeps it from being evaluated, when something does.
 */
export function readSettings(resource: AssemblyResource, periodSeconds: number): AlarmSettings | AlarmFeature {
  const { properties, stack } = resource;
  const evaluationPeriods = countIn(properties.EvaluationPeriods);
  const datapointsToAlarm = countIn(properties.DatapointsToAlarm ?? properties.EvaluationPeriods);
  const threshold = numberIn(properties.Threshold);
  const comparison = comparisonIn(properties.ComparisonOperator);
  const missingData = readMissingData(properties);
  if (
    !(evaluationPeriods && datapointsToAlarm && datapointsToAlarm <= evaluationPeriods) ||
    !(comparison && missingData && threshold !== undefined) ||
    resource.condition?.outcome === 'undecidable'
  ) {
    return UNUSABLE;
  }
  if (periodSeconds % 60 !== 0) return 'a period that is no multiple of 60 s';
  if (periodSeconds * evaluationPeriods > DAY_SECONDS) return 'a look back of more than a day';
  return {
    id: `${stack.id}/${resource.logicalId}`,
    region: stack.region,
    periodSeconds,
    evaluationPeriods,
    datapointsToAlarm,
    threshold,
    comparison,
    missingData,
  };
}

/**
 * The alarm of this name in a Region, of either type: they share their names.
 *
 * @param name A physical name, or a token of the alarm.
 * @param from The resource that names it.
 */
export function findAlarm(
  assembly: Assembly,
  name: unknown,
  region: string,
  from: AssemblyResource,
): AssemblyResource | undefined {
  const tokens = ALARM_TYPES.map((type) => assembly.referenceIn(name, { type, from: from.stack })?.resource);
  const inRegion = ({ stack }: AssemblyResource): boolean => stack.region === region;
  return (
    tokens.find((resource) => resource && ALARM_TYPES.includes(resource.type) && inRegion(resource)) ??
    ALARM_TYPES.flatMap((type) => assembly.resourcesOf(type)).find(
      (resource) => resource.properties.AlarmName === name && inRegion(resource),
    )
  );
}

type Properties = AssemblyResource['properties'];

function foreignFeature({ type, properties }: AssemblyResource): AlarmFeature | undefined {
  if (type === 'AWS::CloudWatch::CompositeAlarm') return 'a rule over other alarms';
  if (properties.ThresholdMetricId !== undefined) return 'an anomaly band';
  if (properties.Metrics !== undefined || properties.EvaluationCriteria !== undefined) return 'metric math or a query';
  if (properties.ExtendedStatistic !== undefined) return 'an extended statistic';
  const window = properties.EvaluationWindow;
  if (typeof window === 'object' && window !== null && 'WallClockWindow' in window) return 'a wall clock window';
  return undefined;
}

function readMetric(assembly: Assembly, { properties, stack }: AssemblyResource): MetricIdentity | undefined {
  const { Namespace, MetricName, Dimensions = [] } = properties;
  if (!isKnown(Namespace) || !isKnown(MetricName) || !Array.isArray(Dimensions)) return undefined;
  const pairs = Dimensions.map((dimension) => {
    const { Name, Value } = (dimension ?? {}) as { readonly [key: string]: unknown };
    return [Name, dimensionValue(assembly, Value, stack)] as const;
  });
  if (!pairs.every((pair): pair is readonly [string, string] => pair.every(isKnown))) return undefined;
  return { namespace: Namespace, name: MetricName, dimensions: Object.fromEntries(pairs) };
}

/** Alarms in AWS/DynamoDB ignore missing data unless told otherwise (`cw.missing.dynamodb`). */
function readMissingData({ TreatMissingData, Namespace }: Properties): MissingData | undefined {
  if (TreatMissingData === undefined) return Namespace === 'AWS/DynamoDB' ? 'ignore' : 'missing';
  return MISSING_DATA.find((treatment) => treatment === TreatMissingData);
}

function comparisonIn(value: unknown): Comparison | undefined {
  return (Object.keys(COMPARISONS) as Comparison[]).find((comparison) => comparison === value);
}

/** A whole number above 0. */
export function countIn(value: unknown): number | undefined {
  const number = numberIn(value);
  return number !== undefined && Number.isInteger(number) && number > 0 ? number : undefined;
}

/** CloudFormation takes numbers written as texts too. */
function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function isKnown(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('{{');
}
