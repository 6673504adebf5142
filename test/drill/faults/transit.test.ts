import { FaultPlan } from '../../../lib/drill/faults/fault-plan';
import { Transit } from '../../../lib/drill/faults/transit';
import { Scheduler } from '../../../lib/drill/kernel/scheduler';
import { fault } from '../drill-context';

const pause = fault({ target: 's3-replication', kind: 'delay', startMs: 1000, endMs: 60_000 });

/** Sends one thing at 0 that is due at 2 s, and lets a test change the plan meanwhile. */
function underWay(plan: FaultPlan) {
  const scheduler = new Scheduler();
  const transit = new Transit(scheduler, plan);
  const arrivals: number[] = [];
  const arrivalMs = () => plan.heldBackUntilMs('s3-replication', 'us-east-2', 0, 2000);
  const isHeld = transit.send(2000, arrivalMs, () => arrivals.push(scheduler.nowMs));
  return { scheduler, transit, arrivals, isHeld };
}

test('what nothing holds back arrives when it is due', async () => {
  const { scheduler, transit, arrivals, isHeld } = underWay(new FaultPlan([]));

  await scheduler.run(100_000);

  expect([isHeld, arrivals, transit.longestHeldMs]).toEqual([false, [2000], 0]);
});

test('what a fault holds back arrives when it ends', async () => {
  const { scheduler, transit, arrivals, isHeld } = underWay(new FaultPlan([pause]));
  expect(transit.longestHeldMs).toBe(58_000);

  await scheduler.run(100_000);

  expect([isHeld, arrivals, transit.longestHeldMs]).toEqual([true, [60_000], 58_000]);
});

test('what is under way when a fault begins is held back, and let go when it ends before its time', async () => {
  const plan = new FaultPlan([]);
  const { scheduler, transit, arrivals } = underWay(plan);
  scheduler.at(1000, () => plan.begin(pause));
  scheduler.at(7000, () => plan.end(pause, 7000));

  await scheduler.run(6999);
  expect(transit.longestHeldMs).toBe(58_000);
  await scheduler.run(100_000);

  expect([arrivals, transit.longestHeldMs]).toEqual([[7000], 5000]);
});
