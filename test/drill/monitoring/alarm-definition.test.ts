import { breaches, findAlarm, readAlarm } from '../../../lib/drill/monitoring/alarm-definition';
import { readStacks } from '../../assembly/write-assembly';
import { alarmIn, alarmTemplate, metricAlarm } from './alarms';

test('reads an alarm on one metric against a fixed threshold', () => {
  expect(alarmIn({ Alarm: alarmTemplate() })).toEqual({
    kind: 'metric',
    id: 'West/Alarm',
    region: 'us-west-2',
    metric: { namespace: 'dispatch', name: 'Evacuated', dimensions: { Ward: 'us-east-2', Share: 'rest' } },
    statistic: 'Maximum',
    periodSeconds: 60,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 1,
    comparison: 'GreaterThanOrEqualToThreshold',
    missingData: 'notBreaching',
  });
});

test('what only deployment names is called as the drill calls it: an API by its resource, a function by its name', () => {
  const resources = {
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: {} },
    Handler: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'parcels' } },
  };
  const on = (Name: string, Value: unknown) =>
    alarmIn({ ...resources, Alarm: alarmTemplate({ Dimensions: [{ Name, Value }] }) });

  expect(on('ApiId', { Ref: 'Api' })).toMatchObject({ metric: { dimensions: { ApiId: 'West/Api' } } });
  expect(on('FunctionName', { Ref: 'Handler' })).toMatchObject({ metric: { dimensions: { FunctionName: 'parcels' } } });
});

test('takes numbers written as texts, a unit, no dimensions, and M of N', () => {
  const rest = { Threshold: '0', EvaluationPeriods: '3', DatapointsToAlarm: '2', Unit: 'Count', Dimensions: undefined };

  expect(metricAlarm(rest)).toMatchObject({
    threshold: 0,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    unit: 'Count',
    metric: { dimensions: {} },
  });
});

test('missing data is missing by default, and ignored in AWS/DynamoDB', () => {
  expect(metricAlarm({ TreatMissingData: undefined }).missingData).toBe('missing');
  expect(metricAlarm({ TreatMissingData: undefined, Namespace: 'AWS/DynamoDB' }).missingData).toBe('ignore');
  expect(metricAlarm({ TreatMissingData: 'breaching', Namespace: 'AWS/DynamoDB' }).missingData).toBe('breaching');
});

test.each([
  ['GreaterThanThreshold', [false, false, true]],
  ['GreaterThanOrEqualToThreshold', [false, true, true]],
  ['LessThanThreshold', [true, false, false]],
  ['LessThanOrEqualToThreshold', [true, true, false]],
])('%s breaches below, at and above the threshold: %p', (ComparisonOperator, expected) => {
  const alarm = metricAlarm({ ComparisonOperator, Threshold: 5 });

  expect([4.9, 5, 5.1].map((point) => breaches(alarm, point))).toEqual(expected);
});

const UNUSABLE = 'settings that CloudWatch refuses or that are known only after deployment';

test.each<[string, Record<string, unknown>]>([
  ['metric math or a query', { Metrics: [{ Id: 'm1', Expression: 'm2/m3' }], MetricName: undefined }],
  ['metric math or a query', { EvaluationCriteria: { PromQLCriteria: {} } }],
  ['an anomaly band', { ThresholdMetricId: 'ad1', Metrics: [], Threshold: undefined }],
  ['an extended statistic', { ExtendedStatistic: 'p99', Statistic: undefined }],
  ['a wall clock window', { EvaluationWindow: { WallClockWindow: {} } }],
  ['a period that is no multiple of 60 s', { Period: 10 }],
  ['a look back of more than a day', { Period: 3600, EvaluationPeriods: 25 }],
  [UNUSABLE, { EvaluationPeriods: undefined }],
  [UNUSABLE, { EvaluationPeriods: 1.5 }],
  [UNUSABLE, { DatapointsToAlarm: 2 }],
  [UNUSABLE, { Threshold: undefined }],
  [UNUSABLE, { Statistic: 'Median' }],
  [UNUSABLE, { ComparisonOperator: 'Equal' }],
  [UNUSABLE, { TreatMissingData: 'good' }],
  [UNUSABLE, { Namespace: undefined }],
  [UNUSABLE, { Dimensions: [{ Name: 'Ward' }] }],
  [UNUSABLE, { Dimensions: [{ Name: 'Ward', Value: { Ref: 'AWS::StackId' } }] }],
])('leaves alone an alarm with %s: %j', (feature, rest) => {
  expect(alarmIn({ Alarm: alarmTemplate(rest) })).toEqual({ kind: 'other', id: 'West/Alarm', feature });
});

test('leaves alone a composite alarm', () => {
  const composite = {
    Type: 'AWS::CloudWatch::CompositeAlarm',
    Properties: { AlarmName: 'all', AlarmRule: 'ALARM(other)' },
  };

  expect(alarmIn({ Alarm: composite })).toEqual({
    kind: 'other',
    id: 'West/Alarm',
    feature: 'a rule over other alarms',
  });
});

test('takes a sliding window, which is the default, and a look back of exactly a day', () => {
  expect(alarmIn({ Alarm: alarmTemplate({ EvaluationWindow: { SlidingWindow: {} } }) }).kind).toBe('metric');
  expect(alarmIn({ Alarm: alarmTemplate({ Period: 3600, EvaluationPeriods: 24 }) }).kind).toBe('metric');
});

test('an alarm of an undecided condition may not be there', () => {
  const template = {
    Parameters: { Alarms: { Type: 'String' } },
    Conditions: { Watched: { 'Fn::Equals': [{ Ref: 'Alarms' }, 'yes'] } },
    Resources: { Alarm: { ...alarmTemplate(), Condition: 'Watched' } },
  };
  const assembly = readStacks({ West: { region: 'us-west-2', template } });
  const [resource] = assembly.resources;

  expect(resource && readAlarm(assembly, resource)).toMatchObject({ kind: 'other', feature: UNUSABLE });
});

describe('an alarm that a health check names', () => {
  const check = { Type: 'AWS::Route53::HealthCheck', Properties: { Name: { Ref: 'Unnamed' } } };
  const east = { Check: check, Alarm: alarmTemplate(), Unnamed: alarmTemplate({ AlarmName: undefined }) };
  const west = { Alarm: alarmTemplate(), Other: alarmTemplate({ AlarmName: 'other' }) };
  const assembly = readStacks({
    East: { region: 'us-east-2', template: { Resources: east } },
    West: { region: 'us-west-2', template: { Resources: west } },
  });
  const [from] = assembly.resources;
  const find = (name: unknown, region: string) => {
    const found = from && findAlarm(assembly, name, region, from);
    return found && `${found.stack.id}/${found.logicalId}`;
  };

  test('is found by its name in its Region', () => {
    expect(find('dispatch-evacuated-us-east-2-rest', 'us-west-2')).toBe('West/Alarm');
    expect(find('dispatch-evacuated-us-east-2-rest', 'us-east-2')).toBe('East/Alarm');
    expect(find('other', 'us-west-2')).toBe('West/Other');
  });

  test('is found by a reference to it', () => {
    expect(find(from?.properties.Name, 'us-east-2')).toBe('East/Unnamed');
    expect(find(from?.properties.Name, 'us-west-2')).toBeUndefined();
  });

  test('is not found under its name elsewhere', () => {
    expect(find('other', 'us-east-2')).toBeUndefined();
    expect(find('dispatch', 'us-west-2')).toBeUndefined();
  });
});
