import { EVERYWHERE, type Fault } from '../../../lib/drill/faults/fault';
import { FaultPlan } from '../../../lib/drill/faults/fault-plan';
import { Quiet } from '../../../lib/drill/faults/quiet';
import { type RegionCourse, RegionCourses } from '../../../lib/drill/faults/region-course';
import { fault } from '../drill-context';

const MINUTE_MS = 60_000;
const [HERE, THERE] = ['us-east-2', 'us-west-2'] as const;

/** A fault from the 10th to the 60th minute. */
const acting = (rest: Partial<Fault> = {}): Fault =>
  fault({ region: HERE, startMs: 10 * MINUTE_MS, endMs: 60 * MINUTE_MS, ...rest });

function calmAt(
  minute: number,
  faults: readonly Fault[],
  courses: readonly RegionCourse[] = [],
  region: string = HERE,
) {
  return new Quiet(new FaultPlan(faults), new RegionCourses(courses)).in(region, minute * MINUTE_MS);
}

function quietAt(
  minute: number,
  faults: readonly Fault[],
  courses: readonly RegionCourse[] = [],
  region: string = HERE,
) {
  return calmAt(minute, faults, courses, region) === 'quiet';
}

test('where nothing happens it is quiet from the beginning', () => {
  expect(quietAt(0, [])).toBe(true);
  expect(quietAt(9.99, [acting()])).toBe(true);
});

test.each([
  [10, false, false],
  [14.99, false, false],
  [15, false, true],
  [59.99, false, true],
  [60, false, false],
  [64.99, false, false],
  [65, true, true],
])(
  'at minute %p of a fault from the 10th to the 60th it is quiet here: %p, elsewhere: %p',
  (minute, here, elsewhere) => {
    expect(quietAt(minute, [acting()])).toBe(here);
    expect(quietAt(minute, [acting({ region: THERE })])).toBe(elsewhere);
  },
);

test('what acts everywhere, or on the way to another Region, acts here', () => {
  expect(quietAt(30, [acting({ region: EVERYWHERE })])).toBe(false);
  expect(quietAt(30, [acting({ region: THERE, peers: ['regions', HERE] })])).toBe(false);
  expect(quietAt(30, [acting({ region: THERE, peers: ['clients'] })])).toBe(true);
});

test.each<[string, Partial<Fault>, string]>([
  ['fails in the gateway', { target: 'api-gateway', share: 0.3 }, 'refusals'],
  ['fails in the service, now and then', { share: 0.3, pattern: 'flapping', periodMs: MINUTE_MS }, 'refusals'],
  ['fails after the code has run', { kind: 'late-error' }, 'refusals'],
  ['finds no environment', { target: 'lambda-starts' }, 'refusals'],
  ['is slow', { kind: 'slow', delayMs: 10 }, 'stirred'],
  ['finds no table', { target: 'dynamodb', kind: 'name' }, 'stirred'],
  ['is refused by a table', { target: 'dynamodb', kind: 'throttle' }, 'stirred'],
])('what %s is settled five minutes later: %#', (_, rest, calm) => {
  const faults = [acting(rest)];

  expect([14.99, 15, 59.99, 60, 65].map((minute) => calmAt(minute, faults))).toEqual([
    'stirred',
    calm,
    calm,
    'stirred',
    'quiet',
  ]);
});

test('refusals beside something else are not all that is wrong', () => {
  expect(calmAt(30, [acting(), acting({ target: 'ssm', kind: 'throttle' })])).toBe('stirred');
  expect(calmAt(30, [acting({ target: 'ssm', kind: 'throttle' }), acting()])).toBe('stirred');
  expect(calmAt(30, [acting(), acting({ target: 'ssm', kind: 'throttle', region: THERE })])).toBe('refusals');
});

test('a fault that is ended before its time is over then', () => {
  const plan = new FaultPlan([acting()]);
  const quiet = new Quiet(plan, new RegionCourses());
  plan.end(plan.faults[0] as Fault, 20 * MINUTE_MS);

  expect(quiet.in(HERE, 24 * MINUTE_MS)).toBe('stirred');
  expect(quiet.in(HERE, 25 * MINUTE_MS)).toBe('quiet');
});

test('a Region is stirred by being deployed, another one is not', () => {
  const courses: readonly RegionCourse[] = [{ region: HERE, joinsMs: 20 * MINUTE_MS, deploymentsMs: [40 * MINUTE_MS] }];

  expect([19, 20, 24, 25, 39, 40, 44, 45].map((minute) => quietAt(minute, [], courses))).toEqual([
    true,
    false,
    false,
    true,
    true,
    false,
    false,
    true,
  ]);
  expect([20, 40].map((minute) => quietAt(minute, [], courses, THERE))).toEqual([true, true]);
});

test('while a bad write stands in the data it is quiet nowhere, nor for five minutes after it was undone', () => {
  const poisonings = [{ phaseId: 'e1', startMs: 10 * MINUTE_MS, endMs: 60 * MINUTE_MS, share: 0.1 }];
  const courses = [{ region: THERE, poisonings }];

  expect([9.99, 10, 30, 60, 64.99, 65].map((minute) => quietAt(minute, [], courses))).toEqual([
    true,
    false,
    false,
    false,
    false,
    true,
  ]);
});
