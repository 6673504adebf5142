import fc from 'fast-check';
import { checkSchedule, type FaultSchedule, type ScheduleEvent } from '../../lib/drill/scenarios/fault-schedule';
import { shrink } from '../../lib/soak/shrink';

const ENOUGH = 1000;

function schedule(events: readonly ScheduleEvent[]): FaultSchedule {
  return { version: 1, seed: 1, requestsPerSecond: 1, durationSeconds: 3600, events };
}

function deployment(atSeconds: number): ScheduleEvent {
  return { kind: 'deployment', region: 'us-east-2', atSeconds };
}

const errors: ScheduleEvent = {
  kind: 'table-errors',
  region: 'us-east-2',
  fromSeconds: 100,
  toSeconds: 900,
  share: 0.3,
  pattern: 'flapping',
};

/** Fails while every one of the given deployments is there. */
function needs(...instants: readonly number[]) {
  return async ({ events }: FaultSchedule): Promise<boolean> =>
    instants.every((instant) => events.some((event) => 'atSeconds' in event && event.atSeconds === instant));
}

test('leaves exactly the events that the failure needs', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 20 }),
      fc.infiniteStream(fc.boolean()),
      async (all, coin) => {
        const needed = all.filter(() => coin.next().value);

        const { events } = await shrink(schedule(all.map(deployment)), needs(...needed), ENOUGH);

        expect(events).toEqual(needed.map(deployment));
      },
    ),
    { numRuns: 50 },
  );
});

test('makes what is left steady, whole and as short as it may be', async () => {
  const needsLongerThanAMinute = async ({ events: [event] }: FaultSchedule): Promise<boolean> =>
    event?.kind === 'table-errors' && event.toSeconds - event.fromSeconds > 60;

  const { events } = await shrink(schedule([deployment(3), errors]), needsLongerThanAMinute, ENOUGH);

  expect(events).toEqual([{ ...errors, share: 1, pattern: 'steady', toSeconds: 200 }]);
});

test('halves a skew until the failure is gone', async () => {
  const needsHalfASecond = async ({ events }: FaultSchedule): Promise<boolean> =>
    events.some((event) => event.kind === 'clock-skew' && Math.abs(event.milliseconds) > 500);

  const skew: ScheduleEvent = { kind: 'clock-skew', region: 'us-east-2', milliseconds: -9000 };
  const { events } = await shrink(schedule([skew]), needsHalfASecond, ENOUGH);

  expect(events).toEqual([{ ...skew, milliseconds: -562 }]);
});

test('tries no more schedules than it may, and answers with the smallest that failed', async () => {
  let runs = 0;
  const events = Array.from({ length: 40 }, (_, index) => deployment(index));
  const fails = async (smaller: FaultSchedule): Promise<boolean> => {
    runs++;
    return needs(3, 17, 31)(smaller);
  };

  const smallest = await shrink(schedule(events), fails, 10);

  expect(runs).toBe(10);
  expect(await needs(3, 17, 31)(smallest)).toBe(true);
  expect(smallest.events.length).toBeLessThan(40);
});

test('makes a fault steady without the time of its flaps, and what it is narrowed down to wider, and tries nothing that a file may not hold', async () => {
  const narrow: ScheduleEvent = {
    kind: 'fault',
    target: 'dynamodb',
    failing: 'error',
    region: 'us-east-2',
    fromSeconds: 0,
    toSeconds: 8,
    share: 0.4,
    pattern: 'flapping',
    periodSeconds: 2,
    operations: ['PutItem'],
    resources: ['parcels'],
    peers: ['us-west-2'],
  };
  const needsTheTable = async (tried: FaultSchedule): Promise<boolean> => {
    expect(checkSchedule(JSON.parse(JSON.stringify(tried)), 'a test')).toEqual(tried);
    return tried.events.some((event) => event.kind === 'fault' && event.resources !== undefined);
  };

  const { events } = await shrink(schedule([deployment(3), narrow]), needsTheTable, ENOUGH);

  expect(events).toEqual([
    {
      kind: 'fault',
      target: 'dynamodb',
      failing: 'error',
      region: 'us-east-2',
      fromSeconds: 0,
      toSeconds: 8,
      share: 1,
      pattern: 'steady',
      resources: ['parcels'],
    },
  ]);
});

test('makes poison data whole and short', async () => {
  const poison: ScheduleEvent = {
    kind: 'poison-data',
    region: 'us-east-2',
    fromSeconds: 100,
    toSeconds: 140,
    share: 0.3,
  };
  const needsPoison = async ({ events }: FaultSchedule): Promise<boolean> =>
    events.some(({ kind }) => kind === 'poison-data');

  const { events } = await shrink(schedule([poison]), needsPoison, ENOUGH);

  expect(events).toEqual([{ ...poison, share: 1, toSeconds: 105 }]);
});
