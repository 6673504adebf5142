import type { ExperimentOutcome } from '../../../lib/drill/experiments/experiment-outcome';
import { ExperimentRun } from '../../../lib/drill/experiments/experiment-run';
import { uniformConstant } from '../../../lib/drill/model/constants';
import { NotModelled } from '../../../lib/drill/not-modelled';
import { World } from '../../../lib/drill/world/world';
import { drillContext } from '../drill-context';
import { LogRecords } from '../log-records';
import { alarmTemplate, evacuatedDocument } from '../monitoring/alarms';
import {
  EAST,
  EXTENSION,
  experimentAssembly,
  lambdaFunction,
  onFunctions,
  pause,
  TABLE,
  TABLES,
  tagged,
  trialOf,
  WEST,
  type WrittenExperiment,
  wait,
} from './written-assembly';

const EPOCH = Date.UTC(2026, 0, 5, 12);
const START_MS = 600_000;
const ALARM = { 'Fn::GetAtt': ['Alarm', 'Arn'] };
const ALARM_NAME = 'dispatch-evacuated-us-east-2-rest';
const HALTED = 'Experiment halted by stop condition.';

/** Virtual seconds, from the start of the experiment, in which the metric of the alarm breaches. */
type Breach = readonly [fromSeconds: number, toSeconds: number];

/** A world with an experiment that is begun after ten minutes. */
async function stand(written: WrittenExperiment, breach?: Breach) {
  const log = new LogRecords();
  const context = drillContext({ epochMs: EPOCH, onLog: log.onLog });
  const { scheduler, faults } = context;
  const assembly = experimentAssembly({ resources: { Parcels: TABLE }, ...written });
  const world = await World.build(assembly, context);
  const board = world.monitoring.watchAlarms();
  const run = new ExperimentRun(trialOf(assembly), assembly, world, board);
  for (let second = -590; second < 3600; second += 60) {
    scheduler.at(START_MS + 1000 * second, () => {
      const value = breach && second >= breach[0] && second < breach[1] ? 1 : 0;
      world.monitoring.record(EAST, evacuatedDocument(EPOCH + scheduler.nowMs, value));
    });
  }
  run.plan(START_MS);
  world.start();
  /** States of the experiment and of its actions as they were taken, with the seconds since the start. */
  const states = (): string[] => {
    context.log.sha256();
    const secondsOf = (t: number): number => (t - START_MS) / 1000;
    return log.all.flatMap((record) => {
      if (record.is === 'experiment') return [`${secondsOf(record.t)} ${record.status}`];
      return record.is === 'action' ? [`${secondsOf(record.t)} ${record.action} ${record.status}`] : [];
    });
  };
  const until = async (seconds: number): Promise<ExperimentOutcome> => {
    await scheduler.run(START_MS + 1000 * seconds);
    return run.outcome();
  };
  const faultsAt = (seconds: number) =>
    faults.faults.filter(({ startMs, endMs }) => {
      const ms = START_MS + 1000 * seconds;
      return startMs <= ms && ms < endMs;
    });
  return { until, states, faultsAt, world, context };
}

const statesOf = ({ actions }: ExperimentOutcome): Readonly<Record<string, string>> =>
  Object.fromEntries(actions.map(({ name, status }) => [name, status]));

describe('actions', () => {
  test('begin together, or as soon as every one before them is completed', async () => {
    const { until } = await stand({
      actions: {
        last: wait('PT1M', 'long', 'short'),
        long: wait('PT5M'),
        next: wait('PT2M', 'short'),
        short: wait('PT2M'),
      },
    });
    const outcome = await until(1000);

    expect(outcome).toMatchObject({ status: 'completed', endedSeconds: 360, rolledBack: true });
    expect(
      outcome.actions.map(({ name, startedSeconds, endedSeconds }) => [name, startedSeconds, endedSeconds]),
    ).toEqual([
      ['last', 300, 360],
      ['long', 0, 300],
      ['next', 120, 240],
      ['short', 0, 120],
    ]);
  });

  test('and their experiment go through the states of FIS', async () => {
    const { until, states } = await stand({ actions: { one: wait('PT1M'), two: wait('PT1M', 'one') } });
    expect((await until(30)).status).toBe('running');
    await until(200);

    expect(states()).toEqual([
      '0 initiating',
      '0 running',
      '0 one initiating',
      '0 one running',
      '60 one completed',
      '60 two initiating',
      '60 two running',
      '120 two completed',
      '120 completed',
    ]);
  });

  test('that break something do so while they last, and take it back', async () => {
    const { until, faultsAt } = await stand({
      actions: { first: wait('PT5M'), pause: pause('PT30M', 'first') },
      targets: TABLES,
    });
    const outcome = await until(3000);
    const longest = uniformConstant('fis.ddb.pauseDelay').max;

    expect(outcome).toMatchObject({
      status: 'completed',
      rolledBack: true,
      targets: [{ name: 'tables', resourceType: 'aws:dynamodb:global-table', resources: ['parcels'] }],
    });
    expect([299, 300 + longest, 2099, 2100].map((second) => faultsAt(second).length)).toEqual([0, 1, 1, 0]);
    expect(faultsAt(2099)).toMatchObject([{ target: 'dynamodb-replication', region: EAST, resources: ['parcels'] }]);
  });

  test('whose effect comes later than their end say so', async () => {
    const { until } = await stand({ actions: { pause: pause('PT1S') }, targets: TABLES });

    expect((await until(100)).actions).toMatchObject([
      { status: 'completed', reason: 'replication of parcels did not pause before the action ended' },
    ]);
  });

  test('that assert the state of an alarm fail the experiment when it has another', async () => {
    const actions = {
      slow: wait('PT10M'),
      check: {
        ActionId: 'aws:cloudwatch:assert-alarm-state',
        Parameters: { alarmArns: ALARM, alarmStates: 'OK' },
        StartAfter: ['rest'],
      },
      rest: wait('PT5M'),
      never: wait('PT1M', 'check'),
    };
    const calm = await (await stand({ actions })).until(1000);
    const loud = await (await stand({ actions }, [0, 300])).until(1000);

    expect([calm.status, statesOf(calm).check]).toEqual(['completed', 'completed']);
    expect(loud).toMatchObject({ status: 'failed', endedSeconds: 300, rolledBack: true });
    expect(loud.reason).toMatch(/^action check failed: alarm .* is ALARM, not OK$/);
    expect(statesOf(loud)).toEqual({ slow: 'stopped', check: 'failed', rest: 'completed', never: 'cancelled' });
  });
});

describe('a stop condition', () => {
  const written = { actions: { pause: pause('PT50M'), after: wait('PT1M', 'pause') }, targets: TABLES, stop: [ALARM] };

  test('ends everything and takes it back once its alarm rings', async () => {
    const { until, faultsAt, states } = await stand(written, [600, 1800]);
    const outcome = await until(3500);
    const [{ rangSeconds, stateAtStart, alarm } = {}] = outcome.stopAlarms;

    expect([alarm, stateAtStart]).toEqual([ALARM_NAME, 'OK']);
    expect(rangSeconds).toBeGreaterThan(660);
    expect(rangSeconds).toBeLessThan(660 + 180);
    expect(outcome).toMatchObject({ status: 'stopped', reason: HALTED, endedSeconds: rangSeconds, rolledBack: true });
    expect(statesOf(outcome)).toEqual({ pause: 'stopped', after: 'cancelled' });
    const rang = Number(rangSeconds);
    expect([faultsAt(rang - 1).length, faultsAt(rang).length, faultsAt(3000).length]).toEqual([1, 0, 0]);
    expect(
      states()
        .slice(-5)
        .map((state) => state.replace(/^\S+ /, '')),
    ).toEqual(['stopping', 'pause stopping', 'pause stopped', 'after cancelled', 'stopped']);
  });

  test('whose alarm rings already lets nothing begin', async () => {
    const { until, faultsAt } = await stand(written, [-300, 1800]);
    const outcome = await until(3500);

    expect(outcome).toMatchObject({ status: 'stopped', reason: HALTED, endedSeconds: 0, rolledBack: true });
    expect(outcome.stopAlarms).toMatchObject([{ stateAtStart: 'ALARM', rangSeconds: null }]);
    expect(outcome.actions).toMatchObject([
      { status: 'cancelled', startedSeconds: null },
      { status: 'cancelled', startedSeconds: null },
    ]);
    expect([1, 300, 1000].flatMap(faultsAt)).toEqual([]);
  });

  test('whose alarm rings when all is over changes nothing', async () => {
    const { until } = await stand({ actions: { rest: wait('PT1M') }, stop: [ALARM] }, [60, 1800]);

    expect(await until(3500)).toMatchObject({ status: 'completed', stopAlarms: [{ rangSeconds: null }] });
  });

  test('in another Region is not looked at, so that the experiment fails', async () => {
    const far = `arn:aws:cloudwatch:${WEST}:111122223333:alarm:far`;
    const { until } = await stand({ stop: [far], west: { Far: alarmTemplate({ AlarmName: 'far' }) } });

    expect(await until(10)).toMatchObject({
      status: 'failed',
      reason: `the alarm far of a stop condition is not in ${EAST}`,
    });
  });

  test.each([
    ['that no template has', 'arn:aws:cloudwatch:us-east-2:111122223333:alarm:gone', {}, /no alarm of the assembly/],
    [
      'that is not evaluated',
      { 'Fn::GetAtt': ['Odd', 'Arn'] },
      { Odd: alarmTemplate({ AlarmName: 'odd', ThresholdMetricId: 'x' }) },
      /an anomaly band$/,
    ],
    [
      'over other alarms',
      { 'Fn::GetAtt': ['Both', 'Arn'] },
      {
        Both: {
          Type: 'AWS::CloudWatch::CompositeAlarm',
          Properties: { AlarmName: 'both', AlarmRule: `ALARM("${ALARM_NAME}")` },
        },
      },
      /a composite alarm/,
    ],
  ])('%s is not modelled', async (_, alarm, resources, why) => {
    await expect(stand({ stop: [alarm], resources })).rejects.toThrow(why);
    await expect(stand({ stop: [alarm], resources })).rejects.toThrow(NotModelled);
  });
});

describe('an empty target', () => {
  const targets = { tables: tagged('aws:dynamodb:global-table', { role: 'nothing' }) };
  const actions = { pause: pause('PT5M'), rest: wait('PT1M'), later: wait('PT1M', 'pause') };

  test('fails the experiment before anything begins', async () => {
    const { until, faultsAt } = await stand({ actions, targets });
    const outcome = await until(1000);

    expect(outcome).toMatchObject({
      status: 'failed',
      reason: 'Target resolution returned empty set. (tables)',
      endedSeconds: 0,
    });
    expect(statesOf(outcome)).toEqual({ pause: 'cancelled', rest: 'cancelled', later: 'cancelled' });
    expect([0, 100].flatMap(faultsAt)).toEqual([]);
  });

  test('is skipped with its actions where the template says so, and what follows goes on', async () => {
    const options = { EmptyTargetResolutionMode: 'skip', AccountTargeting: 'single-account' };
    const outcome = await (await stand({ actions, targets, options })).until(1000);

    expect(outcome).toMatchObject({ status: 'completed', endedSeconds: 60 });
    expect(statesOf(outcome)).toEqual({ pause: 'skipped', rest: 'completed', later: 'completed' });
  });

  test('by ARN fails it all the same', async () => {
    const options = { EmptyTargetResolutionMode: 'skip', AccountTargeting: 'single-account' };
    const gone = {
      tables: { ResourceType: 'aws:dynamodb:global-table', ResourceArns: ['gone'], SelectionMode: 'ALL' },
    };

    expect(await (await stand({ actions, targets: gone, options })).until(10)).toMatchObject({ status: 'failed' });
  });
});

describe('an action on functions', () => {
  const targets = { functions: tagged('aws:lambda:function', { app: 'dispatch' }) };
  const on = (id: string, parameters = {}) => ({ act: onFunctions(`aws:lambda:${id}`, parameters) });
  const extended = lambdaFunction({ app: 'dispatch' }, {}, EXTENSION);

  test.each([
    [
      'invocation-add-delay',
      { startupDelayMilliseconds: '2500', invocationPercentage: '40' },
      { kind: 'slow', delayMs: 2500, share: 0.4 },
    ],
    ['invocation-add-delay', {}, { kind: 'slow', delayMs: 1000, share: 1 }],
    ['invocation-error', { preventExecution: 'true' }, { kind: 'function-error', share: 1 }],
    ['invocation-error', { preventExecution: 'false' }, { kind: 'late-error' }],
    [
      'invocation-http-integration-response',
      { preventExecution: 'true', statusCode: '503' },
      { kind: 'function-error', statusCode: 503 },
    ],
    [
      'invocation-http-integration-response',
      { preventExecution: 'false', statusCode: '500' },
      { kind: 'late-error', statusCode: 500 },
    ],
  ])('%s %p leaves it to the extension of each', async (id, parameters, fault) => {
    const { until, faultsAt } = await stand({ actions: on(id, parameters), targets, resources: { Api: extended } });
    const outcome = await until(1000);

    expect(outcome).toMatchObject({ status: 'completed', endedSeconds: 300, rolledBack: true });
    expect(outcome.actions).toEqual([expect.not.objectContaining({ reason: expect.anything() })]);
    expect(faultsAt(299)).toMatchObject([
      { ...fault, target: 'lambda-extension', region: EAST, resources: ['East/Api'] },
    ]);
    expect(faultsAt(300)).toEqual([]);
  });

  test('without the extension injects nothing, and says so', async () => {
    const { until } = await stand({
      actions: on('invocation-error'),
      targets,
      resources: { Bare: lambdaFunction({ app: 'dispatch' }) },
    });

    expect((await until(1000)).actions).toMatchObject([
      { status: 'completed', reason: 'nothing is injected into East/Bare: there is no extension' },
    ]);
  });

  test.each([
    [
      'a function does not say where its extension looks',
      {},
      { Environment: { Variables: {} } },
      'function East/Api has no AWS_FIS_CONFIGURATION_LOCATION, where FIS leaves what to inject',
    ],
    [
      'a function names that place by URL',
      {},
      { Environment: { Variables: { AWS_FIS_CONFIGURATION_LOCATION: 's3://faults/api/' } } },
      'AWS_FIS_CONFIGURATION_LOCATION of function East/Api is no ARN of a folder: s3://faults/api/',
    ],
    [
      'a share is above all',
      { invocationPercentage: '101' },
      {},
      'invocationPercentage of action act is no whole number from 0 to 100: 101',
    ],
  ])('fails the experiment when %s', async (_, parameters, more, reason) => {
    const { until } = await stand({
      actions: on('invocation-error', parameters),
      targets,
      resources: { Api: lambdaFunction({ app: 'dispatch' }, {}, { ...EXTENSION, ...more }) },
    });

    expect(await until(10)).toMatchObject({ status: 'failed', reason, actions: [{ status: 'cancelled' }] });
  });

  test('means an alias alone where its target says so, which each function must have', async () => {
    const qualified = (functionQualifier: string) => ({
      functions: tagged('aws:lambda:function', { app: 'dispatch' }, { Parameters: { functionQualifier } }),
    });
    const live = {
      Type: 'AWS::Lambda::Alias',
      Properties: { Name: 'live', FunctionName: { Ref: 'Api' }, FunctionVersion: '1' },
    };
    const actions = on('invocation-error');
    const resources = { Api: extended, Live: live };
    const right = await stand({ actions, targets: qualified('live'), resources });
    const wrong = await stand({ actions, targets: qualified('next'), resources });
    await right.until(100);

    expect(right.faultsAt(99)).toMatchObject([{ operations: ['live'] }]);
    expect(await wrong.until(10)).toMatchObject({
      status: 'failed',
      reason: 'function East/Api has no alias or version next',
    });
  });
});

describe('a pause of a bucket', () => {
  const targets = { buckets: tagged('aws:s3:bucket', { role: 'photos' }) };
  const bucket = (BucketName: string, rest: object = {}) => ({
    Type: 'AWS::S3::Bucket',
    Properties: { BucketName, VersioningConfiguration: { Status: 'Enabled' }, ...rest },
  });
  const rule = (name: string) => ({
    Id: name,
    Status: 'Enabled',
    Priority: 1,
    Filter: { Prefix: '' },
    DeleteMarkerReplication: { Status: 'Enabled' },
    Destination: { Bucket: `arn:aws:s3:::${name}` },
  });
  const Photos = bucket('photos', {
    Tags: [{ Key: 'role', Value: 'photos' }],
    ReplicationConfiguration: { Role: 'arn:aws:iam::111122223333:role/copy', Rules: [rule('copy'), rule('archive')] },
  });
  const written = (parameters: object): WrittenExperiment => ({
    actions: {
      act: {
        ActionId: 'aws:s3:bucket-pause-replication',
        Parameters: { duration: 'PT30M', region: WEST, ...parameters },
        Targets: { Buckets: 'buckets' },
      },
    },
    targets,
    resources: { Photos },
    west: { Copy: bucket('copy'), Archive: bucket('archive') },
  });

  test.each([
    ['every bucket of the Region', {}, [WEST]],
    ['the buckets that it names', { destinationBuckets: 'elsewhere, archive' }, ['archive']],
  ])('is for %s, and lets through for an hour what was queued', async (_, parameters, peers) => {
    const { until, faultsAt } = await stand(written(parameters));

    expect(await until(3000)).toMatchObject({ status: 'completed', endedSeconds: 1800, rolledBack: true });
    expect(faultsAt(0)).toMatchObject([
      { target: 's3-replication', resources: ['photos'], peers, lingerMs: 3_600_000 },
    ]);
    expect(faultsAt(1800)).toEqual([]);
  });

  test.each([
    [{ region: 'eu-west-1' }, 'no rule of bucket photos replicates to eu-west-1, so that there is nothing to pause'],
    [
      { destinationBuckets: 'elsewhere' },
      `no rule of bucket photos replicates to elsewhere in ${WEST}, so that there is nothing to pause`,
    ],
  ])('fails the experiment when there is nothing to pause: %p', async (parameters, reason) => {
    expect(await (await stand(written(parameters))).until(10)).toMatchObject({ status: 'failed', reason });
  });

  test('is not modelled for some prefixes', async () => {
    const { until } = await stand(written({ prefixes: 'a/' }));

    await expect(until(10)).rejects.toThrow('not modelled: parameter prefixes of action act of East/Trial');
  });
});

describe('is not modelled', () => {
  test.each([
    [
      'an action that the drill does not do',
      { act: { ActionId: 'aws:ec2:stop-instances' } },
      {},
      /^not modelled: action aws:ec2:stop-instances \(act of experiment East\/Trial\)$/,
    ],
    ['a duration that is none', { act: wait('5 minutes') }, {}, /duration 5 minutes of action act/],
    [
      'a target of another type',
      { act: pause('PT1M') },
      { tables: tagged('aws:s3:bucket', {}) },
      /target Tables .* of type aws:s3:bucket$/,
    ],
    ['a target that is missing', { act: { ...pause('PT1M'), Targets: {} } }, {}, /target Tables .* missing$/],
  ])('%s', async (_, actions, targets, why) => {
    await expect(stand({ actions, targets })).rejects.toThrow(why);
  });
});
