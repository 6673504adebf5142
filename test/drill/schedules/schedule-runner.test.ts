import type { AssemblyResource } from '../../../lib/assembly';
import type { AsyncInvoker, AsyncOutcome } from '../../../lib/drill/compute/async-invoker';
import { thousandths } from '../../../lib/drill/kernel/event-log';
import type { EventRecord } from '../../../lib/drill/kernel/event-record';
import type { ScheduleDefinition } from '../../../lib/drill/schedules/schedule-definition';
import { ScheduleRunner } from '../../../lib/drill/schedules/schedule-runner';
import { type ContextProps, drillContext, fault } from '../drill-context';
import { LogRecords } from '../log-records';

const MINUTE_MS = 60_000;
/** 2025-10-20T06:48:20Z: the world begins between two minutes. */
const EPOCH_MS = Date.UTC(2025, 9, 20, 6, 48, 20);

/** A schedule in us-east-2, every minute and without retries unless a test says otherwise. */
function runner(
  definition: Partial<ScheduleDefinition> = {},
  { outcome = 'answer' as AsyncOutcome, ...props }: ContextProps & { outcome?: AsyncOutcome } = {},
) {
  const log = new LogRecords();
  const context = drillContext({ epochMs: EPOCH_MS, onLog: log.onLog, ...props });
  const { scheduler } = context;
  const invoked: { atMs: number; event: unknown }[] = [];
  const target = {
    invoke: async (event: unknown): Promise<AsyncOutcome> => {
      invoked.push({ atMs: scheduler.nowMs, event });
      return outcome;
    },
  } as unknown as AsyncInvoker;
  const schedule = new ScheduleRunner(
    {
      id: 'Stack/Schedule',
      region: 'us-east-2',
      account: '111122223333',
      service: 'scheduler',
      recurrence: { periodMinutes: 1 },
      function: {} as AssemblyResource,
      maxRetries: 0,
      maxAgeMs: MINUTE_MS,
      ...definition,
    },
    target,
    context,
  );
  const logged = (): readonly EventRecord<'schedule'>[] => {
    context.log.sha256();
    return log.of('schedule');
  };
  /** Second of the world's minutes at which each invocation came, counted from the first whole minute. */
  const seconds = (): number[] => invoked.map(({ atMs }) => (atMs - 40_000) / 1000);
  return { schedule, scheduler, invoked, seconds, logged };
}

test('invokes its function once in every minute of the clock, at some second of it', async () => {
  const { schedule, scheduler, seconds } = runner();
  schedule.start();
  await scheduler.run(40_000 + 600 * MINUTE_MS - 1);

  const at = seconds();
  expect(at.map((second) => Math.floor(second / 60))).toEqual(Array.from({ length: 600 }, (_, minute) => minute));
  const within = at.map((second) => second % 60);
  expect(Math.max(...within)).toBeLessThan(59);
  expect(Math.max(...within)).toBeGreaterThan(57);
  expect(Math.min(...within)).toBeLessThan(2);
  const gaps = at.slice(1).map((second, index) => second - (at[index] as number));
  expect(Math.min(...gaps)).toBeLessThan(10);
  expect(Math.max(...gaps)).toBeGreaterThan(110);
});

test('a longer period begins at a minute of its own, or at the one it names', async () => {
  const drawn = runner({ recurrence: { periodMinutes: 30 } });
  const named = runner({ recurrence: { periodMinutes: 30, minute: 5 } });
  for (const { schedule, scheduler } of [drawn, named]) {
    schedule.start();
    await scheduler.run(40_000 + 120 * MINUTE_MS);
  }

  const minutes = drawn.seconds().map((second) => Math.floor(second / 60));
  expect(minutes.slice(1).map((minute, index) => minute - (minutes[index] as number))).toEqual([30, 30, 30]);
  // 06:49 is the first whole minute; 07:05 is 16 minutes later.
  expect(named.seconds().map((second) => Math.floor(second / 60))).toEqual([16, 46, 76, 106]);
});

test('says what the service says of the time, or the input of the template', async () => {
  const plain = runner();
  const rule = runner({ service: 'events' });
  const given = runner({ input: '{"ward":"us-west-2"}' });
  for (const { schedule, scheduler } of [plain, rule, given]) {
    schedule.start();
    await scheduler.run(2 * MINUTE_MS - 20_001);
  }

  expect(plain.invoked[0]?.event).toMatchObject({
    source: 'aws.scheduler',
    'detail-type': 'Scheduled Event',
    time: '2025-10-20T06:49:00Z',
    region: 'us-east-2',
    detail: '{}',
  });
  expect(rule.invoked[0]?.event).toMatchObject({ source: 'aws.events', detail: {} });
  expect(given.invoked.map(({ event }) => event)).toEqual([{ ward: 'us-west-2' }]);
});

test('every outcome is in the log, with the minute it was due', async () => {
  const { schedule, scheduler, invoked, logged } = runner({}, { outcome: 'timeout' });
  schedule.start();
  await scheduler.run(40_000 + MINUTE_MS - 1);

  const t = thousandths(invoked[0]?.atMs ?? 0);
  expect(logged()).toEqual([{ t, is: 'schedule', schedule: 'Stack/Schedule', outcome: 'timeout', dueMs: 40_000 }]);
});

test('falls due no more when it is stopped', async () => {
  const { schedule, scheduler, invoked } = runner();
  schedule.start();
  await scheduler.run(10 * MINUTE_MS);
  schedule.stop();
  const before = invoked.length;
  await scheduler.run(20 * MINUTE_MS);

  expect(invoked.length - before).toBeLessThanOrEqual(1);
});

describe('while delivery fails in its Region', () => {
  const outage = (more = {}) =>
    fault({ target: 'scheduler', startMs: 40_000, endMs: 40_000 + 10 * MINUTE_MS, ...more });

  test('a schedule without retries loses its minutes, another Region none', async () => {
    const { schedule, scheduler, seconds, logged } = runner({}, { faults: [outage()] });
    const elsewhere = runner({ region: 'us-west-2' }, { faults: [outage()] });
    for (const each of [{ schedule, scheduler }, elsewhere]) {
      each.schedule.start();
      await each.scheduler.run(40_000 + 12 * MINUTE_MS - 1);
    }

    expect(seconds().map((second) => Math.floor(second / 60))).toEqual([10, 11]);
    expect(logged().filter(({ outcome }) => outcome === 'dropped')).toHaveLength(10);
    expect(elsewhere.invoked).toHaveLength(12);
  });

  test('one with retries makes up for them while they are not too old', async () => {
    const patient = runner({ maxRetries: 185, maxAgeMs: 86_400_000 }, { faults: [outage()] });
    const hasty = runner({ maxRetries: 185, maxAgeMs: MINUTE_MS }, { faults: [outage()] });
    for (const { schedule, scheduler } of [patient, hasty]) {
      schedule.start();
      await scheduler.run(40_000 + 30 * MINUTE_MS - 1);
    }

    expect(patient.invoked).toHaveLength(30);
    expect(Math.min(...patient.seconds())).toBeGreaterThanOrEqual(600);
    expect(hasty.invoked.length).toBeGreaterThanOrEqual(20);
    expect(hasty.invoked.length).toBeLessThan(23);
  });

  test('a partial failure hits its share', async () => {
    const { schedule, scheduler, invoked } = runner({}, { faults: [outage({ share: 0.4, endMs: 1e9 })] });
    schedule.start();
    await scheduler.run(40_000 + 1000 * MINUTE_MS - 1);

    expect(Math.abs(invoked.length / 1000 - 0.6)).toBeLessThan(4 * Math.sqrt((0.4 * 0.6) / 1000));
  });

  test('a delay holds back what may be that old, and drops the rest', async () => {
    const delay = outage({ kind: 'delay', delayMs: 5 * MINUTE_MS });
    const patient = runner({ maxAgeMs: 86_400_000 }, { faults: [delay] });
    const hasty = runner({}, { faults: [delay] });
    for (const { schedule, scheduler } of [patient, hasty]) {
      schedule.start();
      await scheduler.run(40_000 + 12 * MINUTE_MS - 1);
    }

    expect(patient.invoked).toHaveLength(12);
    expect(Math.min(...patient.seconds())).toBeGreaterThan(300);
    // At the end of the fault nothing is behind any more: what left within its last minute still came in time.
    expect(hasty.seconds().every((second) => second >= 600)).toBe(true);
    expect(hasty.invoked.length).toBeGreaterThanOrEqual(2);
    expect(hasty.invoked.length).toBeLessThanOrEqual(4);
  });
});

test('what the policy of the function forbids is never tried, and written down each time', async () => {
  const { schedule, scheduler, invoked, logged } = runner({ service: 'events', isForbidden: true, maxRetries: 185 });
  schedule.start();
  await scheduler.run(40_000 + 3 * MINUTE_MS - 1);

  expect(invoked).toEqual([]);
  expect(logged().map(({ outcome }) => outcome)).toEqual(['forbidden', 'forbidden', 'forbidden']);
});
