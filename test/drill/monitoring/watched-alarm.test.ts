import { readWatchedAlarm, type WatchedAlarm } from '../../../lib/drill/monitoring/watched-alarm';
import { alarmTemplate, westernAssembly } from './alarms';

/** Alarm `West/Alarm` among other resources, with these properties in the place of the usual ones. */
function read(rest: Record<string, unknown>, others: Readonly<Record<string, unknown>> = {}): WatchedAlarm {
  return written({ Alarm: alarmTemplate(rest), ...others });
}

function written(resources: Readonly<Record<string, unknown>>): WatchedAlarm {
  const assembly = westernAssembly(resources);
  const resource = assembly.resources.find(({ logicalId }) => logicalId === 'Alarm');
  if (!resource) throw new Error('no alarm');
  return readWatchedAlarm(assembly, resource);
}

const API = { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'dispatch', ProtocolType: 'HTTP' } };
const HANDLER = { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'dispatch-api' } };
const TOPIC = { Type: 'AWS::SNS::Topic', Properties: {} };

const onApi = (MetricName: string) => ({
  Namespace: 'AWS/ApiGateway',
  MetricName,
  Dimensions: [{ Name: 'ApiId', Value: { Ref: 'Api' } }],
});

describe('an alarm on one metric', () => {
  test('is told from others by the resource whose identifier only deployment decides', () => {
    const alarm = read({ ...onApi('5xx'), Statistic: 'Sum' }, { Api: API });

    expect(alarm).toMatchObject({
      kind: 'metric',
      terms: { m: { statistic: 'Sum', metric: { namespace: 'AWS/ApiGateway', dimensions: { ApiId: 'West/Api' } } } },
    });
  });

  test('names functions, also inside longer values, as CloudWatch does', () => {
    const Dimensions = [
      { Name: 'FunctionName', Value: { Ref: 'Handler' } },
      { Name: 'Resource', Value: { 'Fn::Join': ['', [{ Ref: 'Handler' }, ':live']] } },
    ];
    const alarm = read({ Namespace: 'AWS/Lambda', MetricName: 'Errors', Dimensions }, { Handler: HANDLER });

    expect(alarm).toMatchObject({
      terms: { m: { metric: { dimensions: { FunctionName: 'dispatch-api', Resource: 'dispatch-api:live' } } } },
    });
  });

  test('may watch a percentile', () => {
    const alarm = read({ ...onApi('Latency'), Statistic: undefined, ExtendedStatistic: 'p99.9' }, { Api: API });

    expect(alarm).toMatchObject({ terms: { m: { statistic: 'p99.9' } } });
  });

  test('tells topics of each state, and nobody when its actions are switched off', () => {
    const actions = { AlarmActions: [{ Ref: 'Topic' }], OKActions: [{ Ref: 'Topic' }] };

    expect(read(actions, { Topic: TOPIC })).toMatchObject({
      topics: { ALARM: ['West/Topic'], OK: ['West/Topic'], INSUFFICIENT_DATA: [] },
    });
    expect(read({ ...actions, ActionsEnabled: false }, { Topic: TOPIC })).toMatchObject({
      topics: { ALARM: [], OK: [], INSUFFICIENT_DATA: [] },
    });
  });
});

describe('an alarm on metric math', () => {
  const stat = (Id: string, MetricName: string, Period = 60) => ({
    Id,
    MetricStat: { Metric: onApi(MetricName), Period, Stat: 'Sum' },
    ReturnData: false,
  });
  const share = { Id: 'share', Expression: '100 * failed / calls' };
  const readMath = (...Metrics: readonly unknown[]): WatchedAlarm =>
    read(
      { Metrics, Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined },
      { Api: API },
    );

  test('is evaluated by the period of its metrics', () => {
    const alarm = readMath(share, stat('failed', '5xx', 300), stat('calls', 'Count', 300));

    expect(alarm).toMatchObject({ kind: 'metric', settings: { periodSeconds: 300 } });
    expect(Object.keys((alarm as { terms: object }).terms)).toEqual(['failed', 'calls']);
  });

  test.each([
    ['of several periods', [share, stat('failed', '5xx'), stat('calls', 'Count', 300)], /several periods/],
    ['that leads nowhere', [share, stat('failed', '5xx')], /metric math that is not read: 100 \* failed \/ calls/],
    [
      'with two results',
      [share, { ...share, Id: 'other' }, stat('failed', '5xx'), stat('calls', 'Count')],
      /^2 results/,
    ],
  ] as const)('%s is left out', (_, metrics, why) => {
    expect(readMath(...metrics)).toMatchObject({ kind: 'left-out', why: expect.stringMatching(why) });
  });
});

describe('a composite alarm', () => {
  const composite = (AlarmRule: unknown, more: object = {}) => ({
    Type: 'AWS::CloudWatch::CompositeAlarm',
    Properties: { AlarmName: 'both', AlarmRule, ...more },
  });

  test('finds the alarms of its rule by name, reference and ARN', () => {
    const alarm = written({
      Alarm: composite({
        'Fn::Join': [
          '',
          ['ALARM("one") AND ALARM("', { 'Fn::GetAtt': ['Two', 'Arn'] }, '") OR OK(', { Ref: 'Two' }, ')'],
        ],
      }),
      One: alarmTemplate({ AlarmName: 'one' }),
      Two: alarmTemplate({ AlarmName: undefined }),
    });

    expect(alarm).toMatchObject({ kind: 'composite', name: 'both' });
    expect(new Set(Object.values((alarm as { alarms: Record<string, string> }).alarms))).toEqual(
      new Set(['West/One', 'West/Two']),
    );
  });

  test.each([
    ['a rule that is not read', 'ALARM(', {}, /rule that is not read: ALARM\(/],
    ['a name that no alarm has', 'ALARM(three)', {}, /names three/],
    ['a suppressor', 'ALARM(one)', { ActionsSuppressor: 'one' }, /keeps its actions back/],
  ])('is left out for %s', (_, rule, more, why) => {
    const alarm = written({ Alarm: composite(rule, more), One: alarmTemplate({ AlarmName: 'one' }) });

    expect(alarm).toMatchObject({ kind: 'left-out', why: expect.stringMatching(why) });
  });
});

test.each([
  ['an anomaly band', { ThresholdMetricId: 'band' }, 'an anomaly band'],
  ['a query', { EvaluationCriteria: {} }, 'a query'],
  ['percentiles of few samples', { EvaluateLowSampleCountPercentile: 'ignore' }, 'percentiles of few samples ignored'],
  ['a trimmed mean', { Statistic: undefined, ExtendedStatistic: 'tm99' }, /^statistic tm99 of dispatch\/Evacuated/],
  [
    'a dimension known only later',
    { Dimensions: [{ Name: 'Ward', Value: { 'Fn::ImportValue': 'x' } }] },
    /^dimension Ward/,
  ],
  ['a period of ten seconds', { Period: 10 }, 'a period that is no multiple of 60 s'],
  ['a look back of more than a day', { Period: 3600, EvaluationPeriods: 25 }, 'a look back of more than a day'],
])('an alarm with %s is left out', (_, rest, why) => {
  const expected = typeof why === 'string' ? why : expect.stringMatching(why);
  expect(read(rest)).toMatchObject({ kind: 'left-out', id: 'West/Alarm', why: expected });
});
