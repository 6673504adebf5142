import { addressOf } from '../../assembly';
import type { AlarmEvent, WatchedMetricAlarm } from '../monitoring';
import { randomUuid } from '../sandbox/realm';
import type { AlarmAction } from './alarm-action';
import { ruleOf, type Telling, type WrittenQuery } from './alarm-payload';
import { reasonOf, timestamp } from './alarm-reason';
import { alarmArn } from './described-alarm';
import { regionName } from './region-name';

/** What a message is signed with, in the drill: nothing that anybody could check. */
const SIGNATURE = 'drill';

/**
 * What a function gets that subscribes to a topic which an alarm tells.
 *
 * Simplified: the signature is none.
 *
 * @param messageId Identifier of the message, the same for all subscribers.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
export function topicPayload(
  event: AlarmEvent,
  { function: target, topic }: AlarmAction & Required<Pick<AlarmAction, 'topic'>>,
  messageId: string,
  telling: Telling,
): object {
  const { name, region } = telling.alarms.of(event.alarm.id);
  const subscription = randomUuid(telling.random.fork(`subscription of ${addressOf(target)} to ${topic.id}`));
  const EventSubscriptionArn = `${topic.arn}:${subscription}`;
  const endpoint = `https://sns.${region}.amazonaws.com`;
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn,
        Sns: {
          Type: 'Notification',
          MessageId: messageId,
          TopicArn: topic.arn,
          Subject: `${event.state}: "${name}" in ${regionName(region)}`,
          Message: JSON.stringify(messageOf(event, telling)),
          Timestamp: new Date(telling.epochMs + event.timeMs).toISOString(),
          SignatureVersion: topic.signatureVersion,
          Signature: SIGNATURE,
          SigningCertUrl: `${endpoint}/SimpleNotificationService-${SIGNATURE}.pem`,
          UnsubscribeUrl: `${endpoint}/?Action=Unsubscribe&SubscriptionArn=${EventSubscriptionArn}`,
          MessageAttributes: {},
        },
      },
    ],
  };
}

/**
 * What an alarm tells a topic.
 *
 * AWS documents no more of it than that it is JSON; fields and forms are those of messages that AWS publishes with its libraries for Lambda,
 * and of ones that people have published. Simplified: an alarm was configured when the drill's time began.
 *
 * @see https://github.com/aws/aws-lambda-go/blob/main/events/testdata/cloudwatch-alarm-sns-payload-single-metric.json
 * @see https://github.com/aws/aws-lambda-go/blob/main/events/testdata/cloudwatch-alarm-sns-payload-multiple-metrics.json
 */
export function messageOf(event: AlarmEvent, { alarms, epochMs }: Telling): object {
  const { alarm, state, timeMs, before, cause } = event;
  const described = alarms.of(alarm.id);
  const { AlarmDescription, OKActions = [], AlarmActions = [], InsufficientDataActions = [] } = described.properties;
  return {
    AlarmName: described.name,
    AlarmDescription: AlarmDescription ?? null,
    AWSAccountId: described.account,
    AlarmConfigurationUpdatedTimestamp: timestamp(epochMs),
    NewStateValue: state,
    NewStateReason: reasonOf(alarm, event, alarms, epochMs).reason,
    StateChangeTime: timestamp(epochMs + timeMs),
    Region: regionName(described.region),
    AlarmArn: alarmArn(described),
    OldStateValue: before.state,
    OKActions,
    AlarmActions,
    InsufficientDataActions,
    ...(alarm.kind === 'composite'
      ? {
          AlarmRule: ruleOf(alarm, alarms),
          TriggeringChildren: (cause.kind === 'rule' ? cause.alarms : []).map((below) => ({
            Arn: alarmArn(alarms.of(below.alarm.id)),
            State: { Value: below.state, Timestamp: timestamp(epochMs + below.timeMs) },
          })),
        }
      : { Trigger: triggerOf(alarm, described.properties) }),
  };
}

type Properties = Readonly<Record<string, unknown>>;

function triggerOf(alarm: WatchedMetricAlarm, properties: Properties): object {
  const { periodSeconds, evaluationPeriods, comparison, threshold, missingData } = alarm.settings;
  const { Metrics, DatapointsToAlarm } = properties;
  const isMath = Array.isArray(Metrics);
  return {
    ...(isMath ? {} : onlyMetricOf(alarm, properties)),
    Period: periodSeconds,
    EvaluationPeriods: evaluationPeriods,
    ...(DatapointsToAlarm === undefined ? {} : { DatapointsToAlarm: alarm.settings.datapointsToAlarm }),
    ComparisonOperator: comparison,
    Threshold: threshold,
    TreatMissingData: missingData,
    EvaluateLowSampleCountPercentile: '',
    ...(isMath ? { Metrics: (Metrics as readonly WrittenQuery[]).map((query) => queryOf(alarm, query)) } : {}),
  };
}

function onlyMetricOf({ terms }: WatchedMetricAlarm, { Statistic, Unit }: Properties): object {
  const [term] = Object.values(terms);
  const statistic = String(term?.statistic);
  return {
    MetricName: term?.metric.name,
    Namespace: term?.metric.namespace,
    ...(Statistic === undefined
      ? { StatisticType: 'ExtendedStatistic', ExtendedStatistic: statistic }
      : { StatisticType: 'Statistic', Statistic: statistic.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase() }),
    Unit: Unit ?? null,
    Dimensions: dimensionsOf(term?.metric.dimensions),
  };
}

function queryOf({ terms, settings }: WatchedMetricAlarm, query: WrittenQuery): object {
  const { Id, Expression, Label, ReturnData, MetricStat } = query;
  const term = terms[String(Id)];
  return {
    ...(Expression === undefined ? {} : { Expression }),
    Id,
    ...(Label === undefined ? {} : { Label }),
    ...(MetricStat === undefined
      ? {}
      : {
          MetricStat: {
            Metric: {
              Dimensions: dimensionsOf(term?.metric.dimensions),
              MetricName: term?.metric.name,
              Namespace: term?.metric.namespace,
            },
            Period: settings.periodSeconds,
            Stat: term?.statistic,
          },
        }),
    ReturnData: ReturnData !== false,
  };
}

function dimensionsOf(dimensions: Readonly<Record<string, string>> = {}): readonly object[] {
  return Object.entries(dimensions).map(([name, value]) => ({ value, name }));
}
