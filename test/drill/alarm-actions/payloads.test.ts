import { alarmPayload, type Telling } from '../../../lib/drill/alarm-actions/alarm-payload';
import { reasonOf } from '../../../lib/drill/alarm-actions/alarm-reason';
import { AlarmDescriptions } from '../../../lib/drill/alarm-actions/described-alarm';
import { messageOf, topicPayload } from '../../../lib/drill/alarm-actions/topic-payload';
import { RandomStream } from '../../../lib/drill/kernel/random';
import type { AlarmCondition, AlarmState, DataPoint, EvaluatedAlarm } from '../../../lib/drill/monitoring';
import { readWatchedAlarm } from '../../../lib/drill/monitoring/watched-alarm';
import { readTemplate } from '../../assembly/write-assembly';

/** The alarms of a template in us-east-1, and what is told of them; virtual time is calendar time. */
function alarmsOf(resources: Readonly<Record<string, object>>, account = '444455556666') {
  const assembly = readTemplate({ Resources: resources }, `aws://${account}/us-east-1`);
  const telling: Telling = { alarms: new AlarmDescriptions(assembly), random: new RandomStream('test'), epochMs: 0 };
  const alarm = (logicalId: string): EvaluatedAlarm => {
    const resource = assembly.resources.find((candidate) => candidate.logicalId === logicalId);
    const read = resource && readWatchedAlarm(assembly, resource);
    if (!read || read.kind === 'left-out') throw new Error(`${logicalId}: ${read?.why}`);
    return read;
  };
  return { assembly, telling, alarm };
}

/** Points a minute apart, from an instant on. */
function points(first: string, ...values: readonly (number | undefined)[]): readonly DataPoint[] {
  return values.map((value, index) => ({
    startMs: Date.parse(first) + 60_000 * index,
    ...(value === undefined ? {} : { value }),
  }));
}

const byData = (state: AlarmState, time: string, data: readonly DataPoint[]): AlarmCondition => ({
  state,
  timeMs: Date.parse(time),
  cause: { kind: 'data', points: data },
});

const CREATION: AlarmCondition = { state: 'INSUFFICIENT_DATA', timeMs: 0, cause: { kind: 'creation' } };

const alarmOn = (properties: object) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    Statistic: 'Average',
    Period: 60,
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    ...properties,
  },
});

const parsed = (text: unknown): unknown => JSON.parse(String(text));

describe('what a function gets that an alarm invokes', () => {
  test("is the documentation's example for an alarm on a metric", () => {
    const { telling, alarm } = alarmsOf({
      Alarm: alarmOn({
        AlarmName: 'lambda-demo-metric-alarm',
        AlarmDescription: 'Metric Alarm to test Lambda actions',
        Namespace: 'AWS/Logs',
        MetricName: 'CallCount',
        Dimensions: [{ Name: 'InstanceId', Value: 'i-12345678' }],
        Unit: 'Percent',
        Threshold: 5,
      }),
    });
    const silent = points('2023-08-04T12:26:00Z', ...Array.from({ length: 5 }, () => undefined));
    const before = byData('INSUFFICIENT_DATA', '2023-08-04T12:31:29.591Z', silent);
    const now = byData('ALARM', '2023-08-04T12:36:15.490Z', points('2023-08-04T12:35:00Z', 6));
    const payload = alarmPayload({ alarm: alarm('Alarm'), ...now, before }, telling);
    const { previousState, state } = (payload as { alarmData: Record<string, Record<string, unknown>> }).alarmData;

    expect(payload).toEqual({
      source: 'aws.cloudwatch',
      alarmArn: 'arn:aws:cloudwatch:us-east-1:444455556666:alarm:lambda-demo-metric-alarm',
      accountId: '444455556666',
      time: '2023-08-04T12:36:15.490+0000',
      region: 'us-east-1',
      alarmData: {
        alarmName: 'lambda-demo-metric-alarm',
        state: {
          value: 'ALARM',
          reason: expect.stringMatching(/^Threshold Crossed: 1 out of the last 1 datapoints \[6\.0 \(/),
          reasonData: expect.any(String),
          timestamp: '2023-08-04T12:36:15.490+0000',
        },
        previousState: {
          value: 'INSUFFICIENT_DATA',
          reason: 'Insufficient Data: 5 datapoints were unknown.',
          reasonData: expect.any(String),
          timestamp: '2023-08-04T12:31:29.591+0000',
        },
        configuration: {
          description: 'Metric Alarm to test Lambda actions',
          metrics: [
            {
              id: expect.stringMatching(/^[0-9a-f-]{36}$/),
              metricStat: {
                metric: { namespace: 'AWS/Logs', name: 'CallCount', dimensions: { InstanceId: 'i-12345678' } },
                period: 60,
                stat: 'Average',
                unit: 'Percent',
              },
              returnData: true,
            },
          ],
        },
      },
    });
    expect(parsed(previousState?.reasonData)).toEqual({
      version: '1.0',
      queryDate: '2023-08-04T12:31:29.591+0000',
      statistic: 'Average',
      period: 60,
      recentDatapoints: [],
      threshold: 5.0,
      evaluatedDatapoints: [30, 29, 28, 27, 26].map((minute) => ({ timestamp: `2023-08-04T12:${minute}:00.000+0000` })),
    });
    expect(parsed(state?.reasonData)).toMatchObject({
      startDate: '2023-08-04T12:35:00.000+0000',
      recentDatapoints: [6],
    });
  });

  test("is the documentation's example for a composite alarm", () => {
    const { telling, alarm } = alarmsOf(
      {
        First: alarmOn({ AlarmName: 'CompositeDemo.FirstChild', Namespace: 'n', MetricName: 'a', Threshold: 1 }),
        Second: alarmOn({ AlarmName: 'CompositeDemo.SecondChild', Namespace: 'n', MetricName: 'b', Threshold: 1 }),
        Main: {
          Type: 'AWS::CloudWatch::CompositeAlarm',
          Properties: {
            AlarmName: 'CompositeDemo.Main',
            AlarmRule: { 'Fn::Sub': `ALARM("\${First.Arn}") OR ALARM(CompositeDemo.SecondChild)` },
          },
        },
      },
      '111122223333',
    );
    const arn = 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:CompositeDemo';
    const timeMs = Date.parse('2023-08-04T12:54:46.138Z');
    const below = [{ alarm: alarm('First'), state: 'ALARM' as const, timeMs }];
    const wellBelow = ['First', 'Second'].map((id) => ({ alarm: alarm(id), state: 'OK' as const, timeMs: 0 }));
    const payload = alarmPayload(
      {
        alarm: alarm('Main'),
        state: 'ALARM',
        timeMs,
        cause: { kind: 'rule', isFirst: false, alarms: below },
        before: { state: 'OK', timeMs: 0, cause: { kind: 'rule', isFirst: true, alarms: wellBelow } },
      },
      telling,
    );
    const { alarmData } = payload as { alarmData: Record<string, Record<string, unknown>> };

    expect(alarmData.state).toEqual({
      value: 'ALARM',
      reason: `${arn}.FirstChild transitioned to ALARM at Friday 04 August, 2023 12:54:46 UTC`,
      reasonData: JSON.stringify({
        triggeringAlarms: [
          { arn: `${arn}.FirstChild`, state: { value: 'ALARM', timestamp: '2023-08-04T12:54:46.138+0000' } },
        ],
      }),
      timestamp: '2023-08-04T12:54:46.138+0000',
    });
    expect(alarmData.previousState?.reason).toBe(`${arn}.Main was created and its alarm rule evaluates to OK`);
    expect(alarmData.configuration).toEqual({
      alarmRule: `ALARM("${arn}.FirstChild") OR ALARM(CompositeDemo.SecondChild)`,
    });
  });
});

describe('the reason of a state', () => {
  const reason = (state: AlarmState, properties: object, data: readonly DataPoint[]): string => {
    const { telling, alarm } = alarmsOf({ Alarm: alarmOn({ Namespace: 'n', MetricName: 'm', ...properties }) });
    return reasonOf(alarm('Alarm'), byData(state, '2019-10-02T17:04:40Z', data), telling.alarms, 0).reason;
  };

  test("has the words of the documentation's examples", () => {
    const settings = { Period: 300, Threshold: 50 };

    expect(reason('ALARM', settings, points('2019-10-02T16:59:00Z', 99.50160229693434))).toBe(
      'Threshold Crossed: 1 out of the last 1 datapoints [99.50160229693434 (02/10/19 16:59:00)] was greater than the threshold (50.0) (minimum 1 datapoint for OK -> ALARM transition).',
    );
    expect(reason('OK', settings, points('2019-10-01T13:46:00Z', 0.0666851903306472))).toBe(
      'Threshold Crossed: 1 out of the last 1 datapoints [0.0666851903306472 (01/10/19 13:46:00)] was not greater than the threshold (50.0) (minimum 1 datapoint for ALARM -> OK transition).',
    );
  });

  test('shows the five latest of more points, the latest first', () => {
    const many = { EvaluationPeriods: 6, Threshold: 20 };

    expect(reason('ALARM', many, points('2024-12-06T05:29:00Z', 56, 57, 58, 59, 60, 61))).toBe(
      'Threshold Crossed: 6 out of the last 6 datapoints were greater than the threshold (20.0). The most recent datapoints which crossed the threshold: [61.0 (06/12/24 05:34:00), 60.0 (06/12/24 05:33:00), 59.0 (06/12/24 05:32:00), 58.0 (06/12/24 05:31:00), 57.0 (06/12/24 05:30:00)] (minimum 6 datapoints for OK -> ALARM transition).',
    );
  });

  test('says what missing points were treated as', () => {
    const treated = { EvaluationPeriods: 20, DatapointsToAlarm: 1, Threshold: 1, TreatMissingData: 'notBreaching' };

    expect(reason('ALARM', treated, points('2024-03-16T12:15:00Z', 613))).toBe(
      'Threshold Crossed: 1 out of the last 20 datapoints [613.0 (16/03/24 12:15:00)] was greater than the threshold (1.0) and 19 missing datapoints were treated as [NonBreaching] (minimum 1 datapoint for OK -> ALARM transition).',
    );
    expect(reason('ALARM', { EvaluationPeriods: 2, Threshold: 1, TreatMissingData: 'breaching' }, [])).toBe(
      'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].',
    );
  });
});

describe('what a topic hands to a function', () => {
  const metric = {
    AlarmName: 'EXAMPLE',
    AlarmDescription: 'EXAMPLE',
    Threshold: 0,
    TreatMissingData: 'missing',
  };
  const now = byData('ALARM', '2015-06-03T17:43:27.123Z', points('2015-06-03T17:42:00Z', 1234));
  const told = (properties: object) => {
    const { telling, alarm } = alarmsOf({ Alarm: alarmOn({ ...metric, ...properties }) });
    return messageOf({ alarm: alarm('Alarm'), ...now, before: CREATION }, telling);
  };
  const trigger = {
    Period: 60,
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 0.0,
    TreatMissingData: 'missing',
    EvaluateLowSampleCountPercentile: '',
  };

  test("is the message of AWS's example for one metric", () => {
    const Dimensions = [{ Name: 'InstanceId', Value: 'TestInstance' }];

    expect(told({ Namespace: 'AWS/EC2', MetricName: 'NetworkOut', Dimensions, Unit: 'Bytes' })).toEqual({
      AlarmName: 'EXAMPLE',
      AlarmDescription: 'EXAMPLE',
      AWSAccountId: '444455556666',
      AlarmConfigurationUpdatedTimestamp: '1970-01-01T00:00:00.000+0000',
      NewStateValue: 'ALARM',
      NewStateReason:
        'Threshold Crossed: 1 out of the last 1 datapoints [1234.0 (03/06/15 17:42:00)] was greater than the threshold (0.0) (minimum 1 datapoint for OK -> ALARM transition).',
      StateChangeTime: '2015-06-03T17:43:27.123+0000',
      Region: 'US East (N. Virginia)',
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:444455556666:alarm:EXAMPLE',
      OldStateValue: 'INSUFFICIENT_DATA',
      OKActions: [],
      AlarmActions: [],
      InsufficientDataActions: [],
      Trigger: {
        MetricName: 'NetworkOut',
        Namespace: 'AWS/EC2',
        StatisticType: 'Statistic',
        Statistic: 'AVERAGE',
        Unit: 'Bytes',
        Dimensions: [{ value: 'TestInstance', name: 'InstanceId' }],
        ...trigger,
      },
    });
  });

  test("is the message of AWS's example for several metrics", () => {
    const Metric = { Namespace: 'AWS/EC2', MetricName: 'NetworkOut', Dimensions: [{ Name: 'InstanceId', Value: 'i' }] };
    const Metrics = [
      { Expression: 'm1*1', Id: 'e1', Label: 'Expression1', ReturnData: true },
      { Id: 'm1', MetricStat: { Metric, Period: 60, Stat: 'Average' }, ReturnData: false },
    ];
    const none = { Statistic: undefined, Period: undefined };

    expect(told({ Metrics, ...none })).toMatchObject({
      Trigger: {
        ...trigger,
        Metrics: [
          { Expression: 'm1*1', Id: 'e1', Label: 'Expression1', ReturnData: true },
          {
            Id: 'm1',
            MetricStat: {
              Metric: {
                Dimensions: [{ value: 'i', name: 'InstanceId' }],
                MetricName: 'NetworkOut',
                Namespace: 'AWS/EC2',
              },
              Period: 60,
              Stat: 'Average',
            },
            ReturnData: false,
          },
        ],
      },
    });
  });

  test('names the metric of a percentile as such, and gives no description where there is none', () => {
    const p99 = { Statistic: undefined, ExtendedStatistic: 'p99', AlarmDescription: undefined };

    expect(told({ Namespace: 'n', MetricName: 'm', ...p99 })).toMatchObject({
      AlarmDescription: null,
      Trigger: { StatisticType: 'ExtendedStatistic', ExtendedStatistic: 'p99', Unit: null, Dimensions: [] },
    });
  });

  test('comes in one record of the documented form', () => {
    const { assembly, telling, alarm } = alarmsOf({
      Alarm: alarmOn({ ...metric, Namespace: 'n', MetricName: 'm' }),
      Healer: { Type: 'AWS::Lambda::Function', Properties: {} },
    });
    const [healer] = assembly.resourcesOf('AWS::Lambda::Function');
    if (!healer) throw new Error('no function');
    const event = { alarm: alarm('Alarm'), ...now, before: CREATION };
    const TopicArn = 'arn:aws:sns:us-east-1:444455556666:alerts';
    const payload = topicPayload(
      event,
      {
        alarm: 'Stack/Alarm',
        region: 'us-east-1',
        state: 'ALARM',
        function: healer,
        isPermitted: true,
        topic: { id: 'Stack/Topic', arn: TopicArn, signatureVersion: '1' },
      },
      '95df01b4-ee98-5cb9-9903-4c221d41eb5e',
      telling,
    );

    expect(payload).toEqual({
      Records: [
        {
          EventSource: 'aws:sns',
          EventVersion: '1.0',
          EventSubscriptionArn: expect.stringMatching(new RegExp(`^${TopicArn}:[0-9a-f-]{36}$`)),
          Sns: {
            Type: 'Notification',
            MessageId: '95df01b4-ee98-5cb9-9903-4c221d41eb5e',
            TopicArn,
            Subject: 'ALARM: "EXAMPLE" in US East (N. Virginia)',
            Message: JSON.stringify(messageOf(event, telling)),
            Timestamp: '2015-06-03T17:43:27.123Z',
            SignatureVersion: '1',
            Signature: expect.any(String),
            SigningCertUrl: expect.stringMatching(/^https:\/\/sns\.us-east-1\.amazonaws\.com\/.*\.pem$/),
            UnsubscribeUrl: expect.stringMatching(/^https:\/\/sns\.us-east-1\.amazonaws\.com\/\?Action=Unsubscribe/),
            MessageAttributes: {},
          },
        },
      ],
    });
  });
});
