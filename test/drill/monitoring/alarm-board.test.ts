import { triangularConstant } from '../../../lib/drill/model/constants';
import { Monitoring } from '../../../lib/drill/monitoring';
import { type ContextProps, drillContext, fault } from '../drill-context';
import { LogRecords } from '../log-records';
import { alarmTemplate, evacuatedDocument, westernAssembly } from './alarms';

const EPOCH = Date.UTC(2026, 0, 5, 12);
const REGION = 'us-west-2';
/** The longest that a minute of a service's metric takes to be readable, and the longest to the next evaluation, in seconds. */
const [DELAY, EVALUATION] = [triangularConstant('cw.metric.delay').max, 60];

/** An alarm on errors of an API: more than two in a minute. */
const onErrors = (rest: Record<string, unknown> = {}) =>
  alarmTemplate({
    AlarmName: 'errors',
    Namespace: 'AWS/ApiGateway',
    MetricName: '5xx',
    Dimensions: [{ Name: 'ApiId', Value: 'West/Api' }],
    Statistic: 'Sum',
    Threshold: 2,
    ComparisonOperator: 'GreaterThanThreshold',
    ...rest,
  });

const composite = (AlarmName: string, AlarmRule: string, more: object = {}) => ({
  Type: 'AWS::CloudWatch::CompositeAlarm',
  Properties: { AlarmName, AlarmRule, ...more },
});

/** CloudWatch with all alarms of these resources watched, and an API whose failures `failAt` makes. */
function stand(resources: Readonly<Record<string, unknown>>, props: ContextProps = {}) {
  const log = new LogRecords();
  const context = drillContext({
    epochMs: EPOCH,
    onLog: log.onLog,
    ...props,
  });
  const { scheduler, metrics } = context;
  metrics.declare('AWS/ApiGateway', ['5xx', 'Count'], ['ApiId']);
  const monitoring = new Monitoring(westernAssembly(resources), context);
  const board = monitoring.watchAlarms();
  monitoring.start(scheduler);
  const put = (seconds: number, name: string, value: number) =>
    scheduler.at(1000 * seconds, () =>
      metrics.put({ region: REGION, namespace: 'AWS/ApiGateway', name, dimensions: { ApiId: 'West/Api' } }, value),
    );
  const states = (name: string) =>
    board.history
      .filter(({ alarm }) => alarm.name === name)
      .map(({ state, timeMs }) => [state, timeMs / 1000] as const);
  const notified = (): string[] => {
    context.log.sha256();
    return log.of('notification').map(({ topic, alarm, state }) => `${topic} ${alarm} ${state}`);
  };
  return { scheduler, monitoring, board, put, states, notified };
}

describe('a metric of a service', () => {
  test('raises its alarm once its minute is over and can be read, and not by one value less', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { scheduler, put, states } = stand({ Alarm: onErrors() }, { seed: String(seed) });
      for (const second of [610, 620]) put(second, '5xx', 1);
      for (const second of [1210, 1220, 1230]) put(second, '5xx', 1);
      await scheduler.run(2_400_000);

      const [, raised] = states('errors');
      expect(states('errors').map(([state]) => state)).toEqual(['OK', 'ALARM', 'OK']);
      expect(raised?.[1]).toBeGreaterThanOrEqual(1260 + triangularConstant('cw.metric.delay').min);
      expect(raised?.[1]).toBeLessThanOrEqual(1260 + DELAY + EVALUATION);
    }
  });

  test('may be a term of metric math: no share without calls', async () => {
    const metric = (Id: string, MetricName: string) => {
      const Dimensions = [{ Name: 'ApiId', Value: 'West/Api' }];
      const Metric = { Namespace: 'AWS/ApiGateway', MetricName, Dimensions };
      return { Id, MetricStat: { Metric, Period: 60, Stat: 'Sum' }, ReturnData: false };
    };
    const share = onErrors({
      ...{
        Namespace: undefined,
        MetricName: undefined,
        Dimensions: undefined,
        Statistic: undefined,
        Period: undefined,
      },
      Metrics: [{ Id: 'share', Expression: 'failed / calls' }, metric('failed', '5xx'), metric('calls', 'Count')],
      Threshold: 0.5,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
    const { scheduler, put, states } = stand({ Alarm: share });
    const minute = (second: number, calls: number, failed: number): void => {
      for (let call = 0; call < calls; call++) put(second + call, 'Count', 1);
      for (let call = 0; call < failed; call++) put(second + call, '5xx', 1);
    };
    minute(610, 5, 2);
    minute(1210, 4, 2);
    minute(1810, 0, 2);
    await scheduler.run(3_000_000);

    expect(states('errors').map(([state]) => state)).toEqual(['OK', 'ALARM', 'OK']);
    expect(states('errors')[1]?.[1]).toBeLessThan(1260 + DELAY + EVALUATION);
  });

  test('is late when CloudWatch is', async () => {
    const late = fault({ target: 'cloudwatch', region: REGION, kind: 'delay', delayMs: 3_600_000, endMs: 9_000_000 });
    const { scheduler, put, states } = stand({ Alarm: onErrors({ Period: 3600 }) }, { faults: [late] });
    for (const second of [1210, 1220, 1230]) put(second, '5xx', 1);
    await scheduler.run(7_200_000);

    expect(states('errors')[1]?.[1]).toBeGreaterThanOrEqual(1210 + 3600);
  });

  test('that no service publishes leaves its alarm out, and what stands on that', () => {
    const { board } = stand({
      Alarm: onErrors({ AlarmName: 'odd', MetricName: 'IntegrationLatency' }),
      Both: composite('both', 'ALARM(odd) OR ALARM(errors)'),
      Top: composite('top', 'ALARM(both)'),
      Errors: onErrors(),
    });

    expect(board.watched.map(({ name }) => name)).toEqual(['errors']);
    expect(board.leftOut.map(({ name, why }) => `${name}: ${why}`)).toEqual([
      'odd: AWS/ApiGateway/IntegrationLatency{ApiId=West/Api}, which no service of the drill publishes',
      'both: it stands on an alarm that is left out',
      'top: it stands on an alarm that is left out',
    ]);
  });
});

describe('composite alarms', () => {
  const resources = {
    Errors: onErrors(),
    Evacuated: alarmTemplate({ AlarmName: 'evacuated' }),
    Both: composite('both', 'ALARM(errors) AND ALARM(evacuated)', { AlarmActions: [{ Ref: 'Topic' }] }),
    Top: composite('top', 'ALARM(both)', { OKActions: [{ Ref: 'Topic' }] }),
    Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
  };

  test('follow those under them at once, also over several storeys, and tell their topics', async () => {
    const { scheduler, monitoring, put, states, notified } = stand(resources);
    for (let second = 600; second < 1800; second += 10) put(second, '5xx', 1);
    for (let second = 905; second < 1200; second += 60) {
      scheduler.at(1000 * second, () => monitoring.record(REGION, evacuatedDocument(EPOCH + scheduler.nowMs, 1)));
    }
    await scheduler.run(3_000_000);

    const evacuated = states('evacuated');
    expect(evacuated.map(([state]) => state)).toEqual(['OK', 'ALARM', 'OK']);
    for (const name of ['both', 'top']) {
      expect(states(name)).toEqual([
        ['OK', 0],
        ['ALARM', evacuated[1]?.[1]],
        ['OK', evacuated[2]?.[1]],
      ]);
    }
    expect(notified()).toEqual(['West/Topic West/Top OK', 'West/Topic West/Both ALARM', 'West/Topic West/Top OK']);
  });

  test('are not raised by one of two', async () => {
    const { scheduler, put, states } = stand(resources);
    for (let second = 600; second < 1800; second += 10) put(second, '5xx', 1);
    await scheduler.run(3_000_000);

    expect(states('errors').map(([state]) => state)).toEqual(['OK', 'ALARM', 'OK']);
    expect(states('both')).toEqual([['OK', 0]]);
  });
});

test('alarms that are asked for by name are evaluated with those under them, and once, whoever asks again', async () => {
  const context = drillContext({ epochMs: EPOCH });
  context.metrics.declare('AWS/ApiGateway', ['5xx', '4xx'], ['ApiId']);
  const resources = {
    Errors: onErrors(),
    Refused: onErrors({ AlarmName: 'refused', MetricName: '4xx' }),
    Top: composite('top', 'ALARM(errors)'),
    Idle: composite('idle', 'ALARM(refused)'),
  };
  const monitoring = new Monitoring(westernAssembly(resources), context);
  const names = () => monitoring.watchAlarms(new Set(['West/Top'])).watched.map(({ name }) => name);

  expect(names()).toEqual(['errors', 'top']);
  const all = monitoring.watchAlarms();
  expect(all.watched.map(({ name }) => name)).toEqual(['errors', 'top', 'refused', 'idle']);
  monitoring.start(context.scheduler);
  await context.scheduler.run(60_000);
  const states = all.history.map(({ alarm, state }) => `${alarm.name} ${state}`);
  expect(states.toSorted()).toEqual(['errors OK', 'idle OK', 'refused OK', 'top OK']);
});

test('alarms that nobody asks for are not evaluated, and their metrics not kept', async () => {
  const context = drillContext({ epochMs: EPOCH });
  context.metrics.declare('AWS/ApiGateway', ['5xx'], ['ApiId']);
  const monitoring = new Monitoring(westernAssembly({ Alarm: onErrors() }), context);
  monitoring.start(context.scheduler);
  await context.scheduler.run(600_000);

  expect(context.metrics.isHeard).toBe(false);
  expect(context.scheduler.eventCount).toBe(0);
});
