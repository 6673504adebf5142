import { type Assembly, type AssemblyResource, addressOf } from '../../assembly';
import { enabledActions } from '../faults/acting-alarms';
import { type AlarmSettings, countIn, findAlarm, readSettings } from './alarm-definition';
import { type AlarmRule, alarmsIn, readAlarmRule } from './alarm-rule';
import type { AlarmState } from './alarm-state';
import { dimensionValue } from './dimension-value';
import { type AnyStatistic, describeMetric, type MetricIdentity, statisticIn } from './metric';
import { type MathNode, readMath } from './metric-math';

/** A metric with the statistic that makes its data points. */
export interface MetricTerm {
  readonly metric: MetricIdentity;
  readonly statistic: AnyStatistic;
  /** Unit that alone counts. @default - every unit does */
  readonly unit?: string;
}

/** What every alarm has. */
interface CommonAlarm {
  /** Stack id and logical id. */
  readonly id: string;
  /** Its name in CloudWatch, or the id when the template gives none. */
  readonly name: string;
  readonly region: string;
  /** Topics that are told of a state, by stack id and logical id. */
  readonly topics: Readonly<Record<AlarmState, readonly string[]>>;
}

/** An alarm on a metric or on metric math. */
export interface WatchedMetricAlarm extends CommonAlarm {
  readonly kind: 'metric';
  readonly settings: AlarmSettings;
  readonly math: MathNode;
  /** The metrics of the expression by their ids. */
  readonly terms: Readonly<Record<string, MetricTerm>>;
}

/** An alarm on other alarms. */
export interface WatchedCompositeAlarm extends CommonAlarm {
  readonly kind: 'composite';
  readonly rule: AlarmRule;
  /** Alarms that the rule names, as it names them, by their ids. */
  readonly alarms: Readonly<Record<string, string>>;
}

/** An alarm that the drill cannot evaluate. */
export interface LeftOutAlarm {
  readonly kind: 'left-out';
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly why: string;
}

/** An alarm of an assembly, as people and experiments watch it. */
export type WatchedAlarm = WatchedMetricAlarm | WatchedCompositeAlarm | LeftOutAlarm;

/** Id that stands for the only metric of an alarm without metric math. */
const ONLY = 'm';

/**
 * Reads an `AWS::CloudWatch::Alarm` or `AWS::CloudWatch::CompositeAlarm` with all that it watches and whom it tells.
 *
 * What only deployment decides, such as the identifier of an API, is named by the resource that it belongs to.
 */
export function readWatchedAlarm(assembly: Assembly, resource: AssemblyResource): WatchedAlarm {
  const { properties, stack } = resource;
  const common = { id: addressOf(resource), name: alarmName(resource), region: stack.region };
  const leftOut = (why: string): LeftOutAlarm => ({ kind: 'left-out', ...common, why });
  const told = { ...common, topics: topicsOf(assembly, properties) };
  return resource.type === 'AWS::CloudWatch::CompositeAlarm'
    ? readComposite(assembly, resource, told, leftOut)
    : readOnMetrics(assembly, resource, told, leftOut);
}

/** The name of an alarm in CloudWatch; stack id and logical id where only deployment makes one up. */
export function alarmName(alarm: AssemblyResource): string {
  const { AlarmName } = alarm.properties;
  return typeof AlarmName === 'string' && !AlarmName.includes('{{') ? AlarmName : addressOf(alarm);
}

type LeftOut = (why: string) => LeftOutAlarm;

function readComposite(
  assembly: Assembly,
  resource: AssemblyResource,
  common: CommonAlarm,
  leftOut: LeftOut,
): WatchedAlarm {
  const { AlarmRule: text, ActionsSuppressor } = resource.properties;
  if (ActionsSuppressor !== undefined) return leftOut('another alarm that keeps its actions back');
  const rule = typeof text === 'string' ? readAlarmRule(text) : undefined;
  if (!rule) return leftOut(`a rule that is not read: ${String(text)}`);
  const alarms: Record<string, string> = {};
  for (const name of alarmsIn(rule)) {
    const found = findAlarm(assembly, name, common.region, resource);
    if (!found) return leftOut(`a rule that names ${name}, which is no alarm of the assembly in ${common.region}`);
    alarms[name] = addressOf(found);
  }
  return { kind: 'composite', ...common, rule, alarms };
}

function readOnMetrics(
  assembly: Assembly,
  resource: AssemblyResource,
  common: CommonAlarm,
  leftOut: LeftOut,
): WatchedAlarm {
  const { properties } = resource;
  if (properties.ThresholdMetricId !== undefined) return leftOut('an anomaly band');
  if (properties.EvaluationCriteria !== undefined) return leftOut('a query');
  if (properties.EvaluateLowSampleCountPercentile === 'ignore') return leftOut('percentiles of few samples ignored');
  const watched = properties.Metrics === undefined ? onlyMetric(assembly, resource) : mathOf(assembly, resource);
  if (typeof watched === 'string') return leftOut(watched);
  const settings = readSettings(resource, watched.periodSeconds);
  if (typeof settings === 'string') return leftOut(settings);
  return { kind: 'metric', ...common, settings, math: watched.math, terms: watched.terms };
}

/** What an alarm watches, or why it is not read. */
type Watched = Pick<WatchedMetricAlarm, 'math' | 'terms'> & { readonly periodSeconds: number };

function onlyMetric(assembly: Assembly, resource: AssemblyResource): Watched | string {
  const { Period, Statistic, ExtendedStatistic, Unit } = resource.properties;
  const term = readTerm(assembly, resource, resource.properties, Statistic ?? ExtendedStatistic, Unit);
  if (typeof term === 'string') return term;
  const periodSeconds = countIn(Period);
  if (periodSeconds === undefined) return 'a period that is known only after deployment';
  return { math: { kind: 'metric', id: ONLY }, terms: { [ONLY]: term }, periodSeconds };
}

interface WrittenQuery {
  readonly Id?: unknown;
  readonly Expression?: unknown;
  readonly ReturnData?: unknown;
  readonly MetricStat?: {
    readonly Metric?: Readonly<Record<string, unknown>>;
    readonly Period?: unknown;
    readonly Stat?: unknown;
    readonly Unit?: unknown;
  };
}

function mathOf(assembly: Assembly, resource: AssemblyResource): Watched | string {
  const queries = resource.properties.Metrics as readonly WrittenQuery[];
  const byId = new Map(queries.map((query) => [String(query.Id), query]));
  const periods = new Set(queries.flatMap(({ MetricStat }) => (MetricStat ? [countIn(MetricStat.Period)] : [])));
  const [periodSeconds, ...others] = periods;
  if (periodSeconds === undefined || others.length > 0) return 'metrics of several periods, or of none';
  const terms: Record<string, MetricTerm> = {};
  for (const { Id, MetricStat } of queries) {
    if (!MetricStat) continue;
    const term = readTerm(assembly, resource, MetricStat.Metric ?? {}, MetricStat.Stat, MetricStat.Unit);
    if (typeof term === 'string') return term;
    terms[String(Id)] = term;
  }
  const returned = queries.filter(({ ReturnData }) => ReturnData !== false);
  const [watched] = returned;
  if (!watched || returned.length > 1) return `${returned.length} results to watch`;
  const math = readMath(String(watched.Id), (id) => {
    const query = byId.get(id);
    if (query?.MetricStat) return 'metric';
    return typeof query?.Expression === 'string' ? { expression: query.Expression } : undefined;
  });
  if (!math) return `metric math that is not read: ${String(watched.Expression)}`;
  return { math, terms, periodSeconds };
}

function readTerm(
  assembly: Assembly,
  { stack }: AssemblyResource,
  { Namespace, MetricName, Dimensions = [] }: Readonly<Record<string, unknown>>,
  statisticName: unknown,
  unit: unknown,
): MetricTerm | string {
  if (typeof Namespace !== 'string' || typeof MetricName !== 'string' || !Array.isArray(Dimensions)) {
    return 'a metric that is known only after deployment';
  }
  const dimensions: Record<string, string> = {};
  for (const { Name, Value } of Dimensions as readonly { Name?: unknown; Value?: unknown }[]) {
    const value = dimensionValue(assembly, Value, stack);
    if (typeof Name !== 'string' || value === undefined) {
      return `dimension ${String(Name)} of ${Namespace}/${MetricName}, which is known only after deployment`;
    }
    dimensions[Name] = value;
  }
  const metric = { namespace: Namespace, name: MetricName, dimensions };
  const statistic = statisticIn(statisticName);
  if (!statistic) return `statistic ${String(statisticName)} of ${describeMetric(metric)}`;
  return { metric, statistic, ...(typeof unit === 'string' ? { unit } : {}) };
}

function topicsOf(assembly: Assembly, properties: AssemblyResource['properties']): CommonAlarm['topics'] {
  const told = (state: AlarmState): readonly string[] =>
    assembly
      .referencesIn(enabledActions(properties, state))
      .filter(({ resource }) => resource.type === 'AWS::SNS::Topic')
      .map(({ resource }) => addressOf(resource));
  return { ALARM: told('ALARM'), OK: told('OK'), INSUFFICIENT_DATA: told('INSUFFICIENT_DATA') };
}
