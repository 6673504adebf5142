import type { HealthCheck } from '../../../lib/drill/dns/health-check';
import { readZone } from '../../../lib/drill/dns/zone';
import { NotModelled } from '../../../lib/drill/not-modelled';
import { problemsOf, readStacks } from '../../assembly/write-assembly';
import { alarmCheck, assemblyOf, evacuationAlarm, ringOf } from './written-assembly';

const NAME = 'dispatch-evacuated-us-east-2-rest';

/** Reads a check in us-east-2 of an alarm in us-west-2; `check` and `alarm` replace properties. */
function read(check: Record<string, unknown> = {}, alarm: Record<string, unknown> = {}): HealthCheck | undefined {
  const stacks = {
    'us-east-2': { Switch: alarmCheck(NAME, 'us-west-2', check) },
    'us-west-2': { Alarm: evacuationAlarm('us-east-2', 'rest', alarm) },
  };
  return readZone(assemblyOf(stacks)).healthChecks[0];
}

test('reads a check with the alarm it names in another Region', () => {
  expect(read()).toMatchObject({
    kind: 'metric',
    id: 'us-east-2/Switch',
    alarm: {
      id: 'us-west-2/Alarm',
      region: 'us-west-2',
      metric: { namespace: 'dispatch', name: 'Evacuated', dimensions: { Ward: 'us-east-2', Share: 'rest' } },
      threshold: 1,
    },
    insufficientDataStatus: 'Healthy',
    inverted: false,
  });
});

test('reads both switches of every Region of a ring, each on the alarm of its holder', () => {
  const checks = readZone(ringOf('us-east-1', 'us-east-2', 'us-west-2')).healthChecks;

  expect(checks.flatMap((check) => (check.kind === 'metric' ? [[check.id, check.alarm.id]] : []))).toEqual([
    ['us-east-1/firstSwitch', 'us-east-2/firstAlarm'],
    ['us-east-1/restSwitch', 'us-east-2/restAlarm'],
    ['us-east-2/firstSwitch', 'us-west-2/firstAlarm'],
    ['us-east-2/restSwitch', 'us-west-2/restAlarm'],
    ['us-west-2/firstSwitch', 'us-east-1/firstAlarm'],
    ['us-west-2/restSwitch', 'us-east-1/restAlarm'],
  ]);
  expect(checks.find(({ id }) => id === 'us-east-2/restGate')).toMatchObject({
    children: ['us-east-2/Check', 'us-east-2/restSwitch'],
    healthThreshold: 2,
  });
});

test('keeps the last status by default, and can be inverted', () => {
  const check = { InsufficientDataHealthStatus: undefined, Inverted: true };

  expect(read(check, { TreatMissingData: 'ignore' })).toMatchObject({
    insufficientDataStatus: 'LastKnownStatus',
    inverted: true,
  });
});

test.each([
  ['Healthy', 'notBreaching', true],
  ['Healthy', 'missing', true],
  ['Healthy', 'breaching', false],
  ['Healthy', 'ignore', false],
  ['Unhealthy', 'breaching', true],
  ['Unhealthy', 'missing', true],
  ['Unhealthy', 'notBreaching', false],
  ['LastKnownStatus', 'ignore', true],
  ['LastKnownStatus', 'notBreaching', false],
])(
  '%s with an alarm that takes missing data as %s: modelled is %p',
  (InsufficientDataHealthStatus, TreatMissingData, is) => {
    const reading = () => read({ InsufficientDataHealthStatus }, { TreatMissingData });

    if (is) expect(reading()).toMatchObject({ kind: 'metric' });
    else expect(reading).toThrow(/^not modelled: .*which of the two counts is not documented$/);
  },
);

test.each<[string, Record<string, unknown>, string]>([
  ['metric math', { Metrics: [{ Id: 'm1', Expression: 'm2/m3' }] }, 'metric math or a query'],
  ['an anomaly band', { ThresholdMetricId: 'ad1' }, 'an anomaly band'],
  ['percentiles', { ExtendedStatistic: 'p99', Statistic: undefined }, 'an extended statistic'],
  ['high resolution', { Period: 10 }, 'a period that is no multiple of 60 s'],
  ['M of N', { EvaluationPeriods: 3, DatapointsToAlarm: 2 }, '2 of 3'],
  ['eleven dimensions', { Dimensions: Array.from({ length: 11 }, (_, n) => ({ Name: `D${n}`, Value: 'x' })) }, 'more'],
])('refuses an alarm with %s, as Route 53 does', (_, alarm, found) => {
  expect(problemsOf(() => read({}, alarm))).toEqual([
    expect.objectContaining({
      field: 'us-east-2/Switch.HealthCheckConfig.AlarmIdentifier.Name',
      found: `"${NAME}"`,
      allowed: expect.stringMatching(new RegExp(`alarm us-west-2/Alarm has ${found}$`)),
    }),
  ]);
});

test('refuses a composite alarm, which has no data stream of its own', () => {
  const composite = { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmName: NAME, AlarmRule: 'FALSE' } };
  const stacks = { 'us-east-2': { Switch: alarmCheck(NAME, 'us-west-2') }, 'us-west-2': { All: composite } };

  expect(problemsOf(() => readZone(assemblyOf(stacks)))).toEqual([
    expect.objectContaining({ allowed: expect.stringContaining('alarm us-west-2/All has a rule over other alarms') }),
  ]);
});

test('takes an alarm that says M of N and means all', () => {
  expect(read({}, { EvaluationPeriods: 3, DatapointsToAlarm: 3 })).toMatchObject({ alarm: { evaluationPeriods: 3 } });
});

test('refuses a check without an alarm, and an unknown status, both at once', () => {
  const check = { AlarmIdentifier: { Name: NAME }, InsufficientDataHealthStatus: 'Fine' };

  expect(problemsOf(() => read(check)).map(({ field }) => field)).toEqual([
    'us-east-2/Switch.HealthCheckConfig.AlarmIdentifier',
    'us-east-2/Switch.HealthCheckConfig.InsufficientDataHealthStatus',
  ]);
});

test('refuses an alarm of another account', () => {
  const stacks = {
    East: { region: 'us-east-2', template: { Resources: { Switch: alarmCheck(NAME, 'us-west-2') } } },
    West: {
      region: 'us-west-2',
      account: '444455556666',
      template: { Resources: { Alarm: evacuationAlarm('us-east-2', 'rest') } },
    },
  };

  expect(problemsOf(() => readZone(readStacks(stacks)))).toEqual([
    expect.objectContaining({ allowed: "an alarm of the health check's own account, 111122223333" }),
  ]);
});

test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ['an alarm that is nowhere', { AlarmIdentifier: { Name: 'other', Region: 'us-west-2' } }, {}],
  ['an alarm that is in another Region', { AlarmIdentifier: { Name: NAME, Region: 'us-east-2' } }, {}],
  ['a wall clock window', {}, { EvaluationWindow: { WallClockWindow: {} } }],
])('does not model %s', (_, check, alarm) => {
  expect(() => read(check, alarm)).toThrow(NotModelled);
});
