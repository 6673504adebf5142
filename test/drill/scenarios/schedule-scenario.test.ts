import type { Assembly } from '../../../lib/assembly';
import type { Fault } from '../../../lib/drill/faults/fault';
import type { FaultSchedule, ScheduleEvent } from '../../../lib/drill/scenarios/fault-schedule';
import { scheduleScenario } from '../../../lib/drill/scenarios/schedule-scenario';

const STRIKE_MS = 120_000;
const nowhere = {} as Assembly;

function faultsOf(...events: readonly ScheduleEvent[]) {
  const schedule: FaultSchedule = { version: 1, seed: 3, requestsPerSecond: 1, durationSeconds: 3600, events };
  return scheduleScenario(schedule).faultsIn(nowhere, STRIKE_MS, 3_600_000);
}

const span = { region: 'us-east-2', fromSeconds: 60, toSeconds: 180 };

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
