import { EVERYWHERE, type Fault } from '../../../lib/drill/faults/fault';
import { FaultPlan } from '../../../lib/drill/faults/fault-plan';
import { type RegionCourse, RegionCourses } from '../../../lib/drill/faults/region-course';
import { Steadiness } from '../../../lib/drill/faults/steadiness';
import { fault } from '../drill-context';

const MINUTE_MS = 60_000;
const [HERE, THERE] = ['us-east-2', 'us-west-2'] as const;

/** A fault from the 10th to the 60th minute. */
const acting = (rest: Partial<Fault> = {}): Fault =>
  fault({ region: HERE, startMs: 10 * MINUTE_MS, endMs: 60 * MINUTE_MS, ...rest });

function steadyAt(
  minute: number,
  faults: readonly Fault[],
  courses: readonly RegionCourse[] = [],
  region: string = HERE,
) {
  return new Steadiness(new FaultPlan(faults), new RegionCourses(courses)).of(region, minute * MINUTE_MS);
}

test('where nothing happens it is steady from the beginning', () => {
  expect(steadyAt(0, [])).toBe(true);
  expect(steadyAt(9.99, [acting()])).toBe(true);
});

test.each([
  [10, false],
  [14.99, false],
  [15, true],
  [59.99, true],
  [60, false],
  [64.99, false],
  [65, true],
])('a fault that hits everything unsettles it for five minutes after each end: minute %p is %p', (minute, steady) => {
  expect(steadyAt(minute, [acting()])).toBe(steady);
  expect(steadyAt(minute, [acting({ region: THERE })])).toBe(steady);
});

test.each<[string, Partial<Fault>]>([
  ['a share of the requests', { share: 0.5 }],
  ['everything now and then', { pattern: 'flapping', periodMs: 1000 }],
  ['less and less', { pattern: 'recovering' }],
])('a fault that hits %s leaves nothing to rely on while it acts', (_, rest) => {
  expect(steadyAt(30, [acting(rest)])).toBe(false);
  expect(steadyAt(30, [acting({ ...rest, region: EVERYWHERE })])).toBe(false);
  expect(steadyAt(30, [acting({ ...rest, region: THERE, peers: [HERE] })])).toBe(false);
  expect(steadyAt(30, [acting({ ...rest, region: THERE })])).toBe(true);
  expect(steadyAt(65, [acting(rest)])).toBe(true);
});

test('a fault that is ended before its time is over then', () => {
  const plan = new FaultPlan([acting({ share: 0.5 })]);
  const steadiness = new Steadiness(plan, new RegionCourses());
  plan.end(plan.faults[0] as Fault, 20 * MINUTE_MS);

  expect(steadiness.of(HERE, 24 * MINUTE_MS)).toBe(false);
  expect(steadiness.of(HERE, 25 * MINUTE_MS)).toBe(true);
});

test('a Region is unsettled by being deployed, another one is not', () => {
  const courses: readonly RegionCourse[] = [{ region: HERE, joinsMs: 20 * MINUTE_MS, deploymentsMs: [40 * MINUTE_MS] }];

  expect([19, 20, 24, 25, 39, 40, 44, 45].map((minute) => steadyAt(minute, [], courses))).toEqual([
    true,
    false,
    false,
    true,
    true,
    false,
    false,
    true,
  ]);
  expect([20, 40].map((minute) => steadyAt(minute, [], courses, THERE))).toEqual([true, true]);
});
