import type { Assembly } from '../../../lib/assembly';
import { EVERYWHERE, type Fault } from '../../../lib/drill/faults/fault';
import type { FaultSchedule, ScheduleEvent } from '../../../lib/drill/scenarios/fault-schedule';
import { scheduleScenario } from '../../../lib/drill/scenarios/schedule-scenario';

const STRIKE_MS = 120_000;
const nowhere = {} as Assembly;

function faultsOf(...events: readonly ScheduleEvent[]) {
  const schedule: FaultSchedule = { version: 1, seed: 3, requestsPerSecond: 1, durationSeconds: 3600, events };
  return scheduleScenario(schedule).faultsIn(nowhere, STRIKE_MS, 3_600_000);
}

const span = { region: 'us-east-2', fromSeconds: 60, toSeconds: 180 };
const whole = { share: 1, pattern: 'steady' } as const;

test('an event becomes a fault of its place, share, course and time', () => {
  const { faults, reach } = faultsOf({ kind: 'table-throttled', ...span, share: 0.3, pattern: 'flapping' });

  expect(faults).toEqual([
    {
      phaseId: 'e1',
      target: 'dynamodb',
      region: 'us-east-2',
      kind: 'throttle',
      startMs: 180_000,
      endMs: 300_000,
      courseEndMs: 300_000,
      share: 0.3,
      pattern: 'flapping',
      periodMs: 90_000,
    },
  ]);
  expect(reach).toEqual([
    {
      phaseId: 'e1',
      service: 'table-throttled',
      outcome: 'modelled',
      why: 'table-throttled us-east-2 30 % flapping from 60 to 180 s',
    },
  ]);
});

test('a lost Region loses everything, and its replication is held until it is back', () => {
  const { faults } = faultsOf({ kind: 'region-lost', ...span, share: 1, pattern: 'steady' });

  expect(faults.map(({ target }) => target).sort()).toEqual(
    ['api-gateway', 'cloudwatch', 'dynamodb', 'dynamodb-replication', 'lambda', 's3', 'scheduler', 'ssm'].sort(),
  );
  const cut = faults.find(({ target }) => target === 'dynamodb-replication') as Fault;
  expect(cut).toMatchObject({ kind: 'delay', share: 1 });
  expect([cut.endMs - cut.startMs, cut.delayMs]).toEqual([120_000, undefined]);
});

test('skew, deployments and joining are a course of the Region', () => {
  const { faults, courses } = faultsOf(
    { kind: 'clock-skew', region: 'us-east-2', milliseconds: -40 },
    { kind: 'deployment', region: 'us-east-2', atSeconds: 10 },
    { kind: 'deployment', region: 'us-east-2', atSeconds: 30 },
    { kind: 'joining', region: 'us-west-2', atSeconds: 20 },
  );

  expect(faults).toEqual([]);
  expect(courses).toEqual([
    { region: 'us-east-2', clockSkewMs: -40, deploymentsMs: [130_000, 150_000] },
    { region: 'us-west-2', joinsMs: 140_000, deploymentsMs: [] },
  ]);
});

test('a fault that is given as such keeps every field, in milliseconds of virtual time', () => {
  const { faults, reach } = faultsOf({
    kind: 'fault',
    target: 'lambda',
    failing: 'late-error',
    ...span,
    zone: 'us-east-2a',
    share: 0.25,
    pattern: 'flapping',
    periodSeconds: 30,
    resources: ['Stack/Function'],
    statusCode: 502,
  });

  expect(faults).toEqual([
    {
      phaseId: 'e1',
      target: 'lambda',
      region: 'us-east-2',
      zone: 'us-east-2a',
      startMs: 180_000,
      endMs: 300_000,
      courseEndMs: 300_000,
      kind: 'late-error',
      share: 0.25,
      pattern: 'flapping',
      periodMs: 30_000,
      resources: ['Stack/Function'],
      statusCode: 502,
    },
  ]);
  expect(reach).toMatchObject([
    {
      service: 'lambda',
      why: 'lambda late-error us-east-2a (Stack/Function) 25 % flapping from 60 to 180 s',
    },
  ]);
});

test('two Regions are struck at once, and what all of them share, by as many events', () => {
  const { faults, courses } = faultsOf(
    { kind: 'fault', target: 'network', failing: 'loss', ...span, peers: ['clients'], share: 0.4, pattern: 'steady' },
    { kind: 'fault', target: 'dynamodb', failing: 'slow', ...span, region: 'us-west-2', ...whole, delaySeconds: 3 },
    { kind: 'fault', target: 'route53', failing: 'error', ...span, region: EVERYWHERE, ...whole },
  );

  expect(faults).toMatchObject([
    { phaseId: 'e1', target: 'network', kind: 'loss', region: 'us-east-2', share: 0.4, peers: ['clients'] },
    { phaseId: 'e2', target: 'dynamodb', kind: 'slow', region: 'us-west-2', delayMs: 3000 },
    { phaseId: 'e3', target: 'route53', kind: 'error', region: EVERYWHERE },
  ]);
  expect(courses).toEqual([]);
});

test('poison data is a course of its Region, undone at the latest where the replay ends', () => {
  const poison = { kind: 'poison-data', region: 'us-east-2', share: 0.5 } as const;
  const { faults, courses, reach } = faultsOf(
    { ...poison, fromSeconds: 60, toSeconds: 180 },
    { ...poison, fromSeconds: 3500, toSeconds: 4000, share: 1 },
  );

  expect(faults).toEqual([]);
  expect(reach.map(({ service, why }) => `${service}: ${why}`)).toEqual([
    'poison-data: poison-data us-east-2 50 % from 60 to 180 s',
    'poison-data: poison-data us-east-2 100 % from 3500 to 4000 s',
  ]);
  expect(courses).toEqual([
    {
      region: 'us-east-2',
      deploymentsMs: [],
      poisonings: [
        { phaseId: 'e1', startMs: 180_000, endMs: 300_000, share: 0.5 },
        { phaseId: 'e2', startMs: 3_620_000, endMs: 3_720_000, share: 1 },
      ],
    },
  ]);
});

test('poison data that would begin after the replay is over does not', () => {
  const { courses } = faultsOf({
    kind: 'poison-data',
    region: 'us-east-2',
    fromSeconds: 3600,
    toSeconds: 4000,
    share: 1,
  });

  expect(courses).toEqual([{ region: 'us-east-2', deploymentsMs: [] }]);
});
