import type { RandomStream } from '../kernel/random';
import type { AlarmCondition, AlarmEvent, EvaluatedAlarm, WatchedMetricAlarm } from '../monitoring';
import { randomUuid } from '../sandbox/realm';
import { reasonOf, timestamp } from './alarm-reason';
import { type AlarmDescriptions, alarmArn } from './described-alarm';

/** What an event is told with. */
export interface Telling {
  readonly alarms: AlarmDescriptions;
  /** Source of identifiers that only AWS makes up; nothing is drawn from it itself. */
  readonly random: RandomStream;
  /** Calendar time of virtual time zero. */
  readonly epochMs: number;
}

/** One entry of an alarm's `Metrics`, as its template has it. */
export type WrittenQuery = Readonly<Record<'Id' | 'Expression' | 'Label' | 'ReturnData' | 'MetricStat', unknown>>;

/**
 * What a function gets that an alarm invokes itself.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html#Lambda-action-payload
 */
export function alarmPayload(event: AlarmEvent, telling: Telling): object {
  const { alarm } = event;
  const described = telling.alarms.of(alarm.id);
  return {
    source: 'aws.cloudwatch',
    alarmArn: alarmArn(described),
    accountId: described.account,
    time: timestamp(telling.epochMs + event.timeMs),
    region: described.region,
    alarmData: {
      alarmName: described.name,
      state: stateOf(alarm, event, telling),
      previousState: stateOf(alarm, event.before, telling),
      configuration: configurationOf(alarm, telling),
    },
  };
}

/** The rule of a composite as CloudWatch holds it: alarms that the template only refers to go by their ARNs. */
export function ruleOf(alarm: EvaluatedAlarm & { readonly kind: 'composite' }, alarms: AlarmDescriptions): string {
  const written = String(alarms.of(alarm.id).properties.AlarmRule);
  const referred = Object.entries(alarm.alarms).filter(([name]) => name.includes('{{'));
  return referred.reduce((text, [name, id]) => text.replaceAll(name, alarmArn(alarms.of(id))), written);
}

function stateOf(alarm: EvaluatedAlarm, condition: AlarmCondition, { alarms, epochMs }: Telling): object {
  return {
    value: condition.state,
    ...reasonOf(alarm, condition, alarms, epochMs),
    timestamp: timestamp(epochMs + condition.timeMs),
  };
}

function configurationOf(alarm: EvaluatedAlarm, { alarms, random }: Telling): object {
  const { AlarmDescription: description, Metrics } = alarms.of(alarm.id).properties;
  return {
    ...(description === undefined ? {} : { description }),
    ...(alarm.kind === 'composite'
      ? { alarmRule: ruleOf(alarm, alarms) }
      : { metrics: metricsOf(alarm, Metrics, random) }),
  };
}

function metricsOf(alarm: WatchedMetricAlarm, queries: unknown, random: RandomStream): readonly object[] {
  if (!Array.isArray(queries)) {
    const [id = ''] = Object.keys(alarm.terms);
    const madeUp = randomUuid(random.fork(`metric of ${alarm.id}`));
    return [{ id: madeUp, metricStat: metricStatOf(alarm, id), returnData: true }];
  }
  return (queries as readonly WrittenQuery[]).map(({ Id, Expression, Label, ReturnData, MetricStat }) => ({
    id: Id,
    ...(Expression === undefined ? {} : { expression: Expression }),
    ...(Label === undefined ? {} : { label: Label }),
    ...(MetricStat === undefined ? {} : { metricStat: metricStatOf(alarm, String(Id)) }),
    returnData: ReturnData !== false,
  }));
}

function metricStatOf({ terms, settings }: WatchedMetricAlarm, id: string): object {
  const term = terms[id];
  return {
    metric: term?.metric,
    period: settings.periodSeconds,
    stat: term?.statistic,
    ...(term?.unit === undefined ? {} : { unit: term.unit }),
  };
}
