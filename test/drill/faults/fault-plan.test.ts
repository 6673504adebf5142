import fc from 'fast-check';
import { type Asked, EVERYWHERE, type Fault } from '../../../lib/drill/faults/fault';
import { FaultPlan, merge } from '../../../lib/drill/faults/fault-plan';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { fault } from '../drill-context';

/** Share of requests hit at some instants. */
function sharesAt(one: Fault, ...instantsMs: number[]): (number | undefined)[] {
  const plan = new FaultPlan([one]);
  return instantsMs.map((nowMs) => plan.active(one.target, one.region, nowMs)[0]?.share);
}

describe('the share of requests hit', () => {
  const span = { startMs: 1000, endMs: 2000, courseEndMs: 2000, share: 0.4 };

  test('of a steady fault is the same from its start, inclusive, to its end, exclusive', () => {
    expect(sharesAt(fault(span), 999, 1000, 1500, 1999, 2000)).toEqual([undefined, 0.4, 0.4, 0.4, undefined]);
  });

  test('of a recovering fault falls in a straight line to nothing', () => {
    const [start, quarter, half, end] = sharesAt(fault({ ...span, pattern: 'recovering' }), 1000, 1250, 1500, 1999);

    expect(start).toBe(0.4);
    expect(quarter).toBeCloseTo(0.3, 10);
    expect(half).toBeCloseTo(0.2, 10);
    expect(end).toBeCloseTo(0.0004, 10);
  });

  test('of a worsening fault rises in a straight line from nothing', () => {
    const [start, quarter, end] = sharesAt(fault({ ...span, pattern: 'worsening' }), 1000, 1250, 1999);

    expect(start).toBe(0);
    expect(quarter).toBeCloseTo(0.1, 10);
    expect(end).toBeCloseTo(0.3996, 10);
  });

  test('of a flapping fault is there in the first half of each period and gone in the second', () => {
    const flapping = fault({ ...span, pattern: 'flapping', periodMs: 200 });

    expect(sharesAt(flapping, 1000, 1099, 1100, 1199, 1200, 1299, 1300)).toEqual([0.4, 0.4, 0, 0, 0.4, 0.4, 0]);
  });

  test('of a replay that is cut short runs as if it were not', () => {
    const cut = fault({ ...span, endMs: 1250, pattern: 'recovering' });

    expect(sharesAt(cut, 1249)[0]).toBeCloseTo(0.4 * (1 - 0.249), 10);
    expect(sharesAt(cut, 1250)).toEqual([undefined]);
  });
});

describe('a place', () => {
  test('is hit by its own faults alone', () => {
    const plan = new FaultPlan([fault({ target: 'lambda', region: 'us-east-2' })]);

    expect(plan.active('lambda', 'us-east-2', 1)).toHaveLength(1);
    expect(plan.active('lambda', 'us-west-2', 1)).toEqual([]);
    expect(plan.active('dynamodb', 'us-east-2', 1)).toEqual([]);
  });

  test('is struck by a total fault without a draw', () => {
    const plan = new FaultPlan([fault({ phaseId: 'p1' })]);
    const draw = jest.fn(() => 0.999);

    expect(plan.strikes('lambda', 'us-east-2', 1, draw)?.phaseId).toBe('p1');
    expect(draw).not.toHaveBeenCalled();
  });

  test('draws once for each partial fault, in order, until one strikes', () => {
    const plan = new FaultPlan([
      fault({ phaseId: 'p1', share: 0.3 }),
      fault({ phaseId: 'p2', share: 0.5 }),
      fault({ phaseId: 'p3', share: 0 }),
    ]);
    const struck = (...draws: number[]) => {
      const left = [...draws];
      const hit = plan.strikes('lambda', 'us-east-2', 1, () => left.shift() ?? Number.NaN)?.phaseId;
      return [hit, left.length];
    };

    expect(struck(0.29, 0)).toEqual(['p1', 1]);
    expect(struck(0.3, 0.49)).toEqual(['p2', 0]);
    expect(struck(0.3, 0.5, 0)).toEqual([undefined, 1]);
  });

  test('is struck as often as the share says', () => {
    const plan = new FaultPlan([fault({ share: 0.3 })]);
    const random = new RandomStream('faults');
    const draws = 20_000;
    let struck = 0;
    for (let i = 0; i < draws; i++) if (plan.strikes('lambda', 'us-east-2', 1, () => random.next())) struck++;

    // Five standard deviations of a binomial share.
    expect(Math.abs(struck / draws - 0.3)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / draws));
  });
});

describe('a change on its way between two Regions', () => {
  const held = fault({
    target: 'dynamodb-replication',
    region: 'us-east-2',
    kind: 'delay',
    startMs: 10_000,
    endMs: 100_000,
    delayMs: 50_000,
  });
  const plan = new FaultPlan([held]);

  test.each([
    ['arrives before the fault', 8000, 9000, 9000],
    ['arrives just as the fault begins', 9000, 10_000, 10_000],
    ['is under way when the fault begins: held from then on', 9500, 10_500, 60_000],
    ['is sent within the fault: held by its delay', 20_000, 21_000, 70_000],
    ['is sent late within the fault: on the way to being level when it ends', 78_000, 79_000, 99_000],
    ['is sent as the fault ends', 100_000, 101_000, 101_000],
    ['would have taken longer than the delay anyway', 20_000, 75_000, 75_000],
  ])('%s (sent at %i ms, due at %i ms, there at %i ms)', (_case, sentMs, arrivalMs, expected) => {
    expect(plan.replicationArrivalMs('us-east-2', 'us-west-2', sentMs, arrivalMs)).toBe(expected);
    expect(plan.replicationArrivalMs('us-west-2', 'us-east-2', sentMs, arrivalMs)).toBe(expected);
  });

  test('is not held when neither end is struck', () => {
    expect(plan.replicationArrivalMs('us-west-2', 'us-east-1', 20_000, 21_000)).toBe(21_000);
  });

  test('waits for the longer of two faults', () => {
    const both = new FaultPlan([held, { ...held, region: 'us-west-2', delayMs: 20_000 }]);

    expect(both.replicationArrivalMs('us-west-2', 'us-east-2', 20_000, 21_000)).toBe(70_000);
    expect(both.replicationArrivalMs('us-west-2', 'us-east-1', 20_000, 21_000)).toBe(40_000);
  });
});

describe('after a cut of an eventually consistent table', () => {
  const cut = { target: 'dynamodb-replication', kind: 'delay' } as const;
  /** Until the last change of the cut has arrived, in milliseconds, and when nothing is behind any more. */
  const HOUR_MS = 3_600_000;
  const there = (plan: FaultPlan, sentMs: number): number =>
    plan.replicationArrivalMs('us-east-2', 'us-west-2', sentMs, sentMs + 500);

  test('what has piled up arrives 22 times as fast as it was sent, in order', () => {
    const plan = new FaultPlan([fault({ ...cut, endMs: HOUR_MS })]);

    expect(there(plan, 0)).toBe(HOUR_MS);
    expect(there(plan, HOUR_MS / 2)).toBeCloseTo(HOUR_MS + HOUR_MS / 44, 6);
    expect(there(plan, HOUR_MS - 1)).toBeCloseTo(HOUR_MS + (HOUR_MS - 1) / 22, 6);
  });

  test('what is sent meanwhile waits behind it, until replicas are level', () => {
    const plan = new FaultPlan([fault({ ...cut, endMs: HOUR_MS })]);
    const levelMs = (22 / 21) * HOUR_MS;

    expect(there(plan, HOUR_MS + 60_000)).toBeCloseTo(HOUR_MS + (HOUR_MS + 60_000) / 22, 6);
    expect(there(plan, levelMs - 22_000)).toBeCloseTo(levelMs - 1000, 6);
    expect(there(plan, levelMs)).toBe(levelMs + 500);
  });

  test('a second cut interrupts that, and what was left goes first afterwards', () => {
    const again = fault({ ...cut, startMs: HOUR_MS + 60_000, endMs: 2 * HOUR_MS });
    const plan = new FaultPlan([fault({ ...cut, endMs: HOUR_MS }), again]);

    expect(there(plan, 22 * 60_000 - 22)).toBeCloseTo(HOUR_MS + 60_000 - 1, 6);
    expect(there(plan, 22 * 60_000)).toBe(2 * HOUR_MS);
    expect(there(plan, HOUR_MS)).toBeCloseTo(2 * HOUR_MS + (HOUR_MS - 22 * 60_000) / 22, 6);
  });

  test('in October 2025 all had arrived by 09:32: it began to arrive seven minutes before', () => {
    const minute = 60_000;
    const october = fault({ ...cut, endMs: 164 * minute, delayMs: 160 * minute });
    const plan = new FaultPlan([october]);

    expect(there(plan, 0) / minute).toBeCloseTo(156.5, 1);
    expect(there(plan, 163 * minute)).toBeLessThan(164 * minute);
    expect(there(plan, 164 * minute)).toBe(164 * minute + 500);
    // One that the drill breaks off is a cut from then on.
    const brokenOff = new FaultPlan([{ ...october, endMs: 22 * minute }]);
    expect(there(brokenOff, 11 * minute)).toBeCloseTo(22.5 * minute, 6);
  });

  test('begun and ended by an experiment, it is the same', () => {
    const plan = new FaultPlan([]);
    const pause = fault({ ...cut, startMs: 0, endMs: 2 * HOUR_MS });
    plan.begin(pause);
    expect(there(plan, 22_000)).toBe(2 * HOUR_MS + 1000);
    plan.end(pause, HOUR_MS);
    expect(there(plan, 22_000)).toBe(HOUR_MS + 1000);
  });
});

describe('a network without a way out of a Region', () => {
  const dark = (rest: Partial<Fault> = {}) => fault({ target: 'network', endMs: 100_000, ...rest });
  const cutsOf = (...faults: Fault[]) =>
    new FaultPlan(faults).replicationOutages('us-east-2', 'parcels', ['us-west-2']);
  const OFF = [{ startMs: 0, endMs: 100_000 }];

  test.each<[string, Partial<Fault>]>([
    ['errors', {}],
    ['lost packets', { kind: 'loss' }],
    ['no way to other Regions', { peers: ['regions'] }],
    ['no way anywhere for anybody', { region: EVERYWHERE }],
  ])('cuts its replicas off: %s', (_, rest) => {
    expect(cutsOf(dark(rest))).toEqual(OFF);
    const plan = new FaultPlan([dark(rest)]);
    expect(plan.replicationArrivalMs('us-west-2', 'us-east-2', 22_000, 23_000, 'parcels')).toBe(101_000);
    expect(plan.passageMs('us-west-2', 'us-east-2', 22_000, 23_000)).toBe(100_000);
  });

  test.each<[string, Partial<Fault>]>([
    ['some packets get through', { share: 0.99 }],
    ['they take longer', { kind: 'slow', delayMs: 1000 }],
    ['now and then it works', { pattern: 'flapping', periodMs: 1000 }],
    ['it recovers', { pattern: 'recovering' }],
    ['clients and checkers alone are cut off', { peers: ['clients', 'checkers', 'us-west-1'] }],
  ])('leaves replication alone where %s', (_, rest) => {
    expect(cutsOf(dark(rest))).toEqual([]);
    const plan = new FaultPlan([dark(rest)]);
    expect(plan.replicationArrivalMs('us-east-2', 'us-west-2', 22_000, 23_000)).toBe(23_000);
    expect(plan.passageMs('us-east-2', 'us-west-2', 22_000, 23_000)).toBe(23_000);
  });

  test('counts once beside a cut of replication', () => {
    const paused = fault({ target: 'dynamodb-replication', kind: 'delay', endMs: 100_000 });

    expect(cutsOf(dark(), paused)).toEqual(OFF);
    expect(new FaultPlan([dark(), paused]).replicationArrivalMs('us-east-2', 'us-west-2', 22_000, 23_000)).toBe(
      101_000,
    );
  });

  test('between two Regions alone holds up what goes between them, and is not modelled for a strong table', () => {
    const plan = new FaultPlan([dark({ peers: ['us-west-2'] })]);

    expect(plan.replicationArrivalMs('us-west-2', 'us-east-2', 22_000, 23_000)).toBe(101_000);
    expect(plan.replicationArrivalMs('us-east-1', 'us-east-2', 22_000, 23_000)).toBe(23_000);
    expect(() => plan.replicationOutages('us-east-2', 'parcels', ['us-west-2'])).toThrow(
      'not modelled: a strong table cut between two of its Regions alone',
    );
  });
});

test('what a place holds back is of that place alone, and errors hold nothing back', () => {
  const late = fault({ target: 'cloudwatch', kind: 'delay', startMs: 10_000, endMs: 100_000, delayMs: 50_000 });
  const plan = new FaultPlan([late, fault({ target: 'scheduler', startMs: 10_000, endMs: 100_000 })]);

  expect(plan.heldBackUntilMs('cloudwatch', 'us-east-2', 20_000, 21_000)).toBe(70_000);
  expect(plan.heldBackUntilMs('cloudwatch', 'us-west-2', 20_000, 21_000)).toBe(21_000);
  expect(plan.heldBackUntilMs('scheduler', 'us-east-2', 20_000, 21_000)).toBe(21_000);
});

describe('a fault of some requests only', () => {
  const strikes = (one: Partial<Fault>, asked?: Asked) =>
    new FaultPlan([fault(one)]).strikes('lambda', 'us-east-2', 1, () => 0, asked) !== undefined;

  test.each<[string, Partial<Fault>, Asked, Asked]>([
    ['operations', { operations: ['PutItem'] }, { operation: 'PutItem' }, { operation: 'GetItem' }],
    ['resources', { resources: ['parcels'] }, { resource: 'parcels' }, { resource: 'photos' }],
    ['other ends', { peers: ['clients'] }, { peers: ['clients', 'us-east'] }, { peers: ['checkers', 'us-west-1'] }],
  ])('hits those %s, and no request that does not tell', (_, narrow, meant, other) => {
    expect([strikes(narrow, meant), strikes(narrow, other), strikes(narrow)]).toEqual([true, false, false]);
  });

  test('hits all the others as well when it is not narrowed down', () => {
    expect(strikes({}, { operation: 'PutItem', resource: 'parcels', peers: ['clients'] })).toBe(true);
  });
});

test('a fault that acts everywhere acts in each Region, beside its own', () => {
  const plan = new FaultPlan([
    fault({ region: EVERYWHERE, phaseId: 'all' }),
    fault({ region: 'us-west-2', phaseId: 'own' }),
  ]);
  const phases = (region: string) => plan.active('lambda', region, 1).map(({ fault: one }) => one.phaseId);

  expect(phases('us-east-2')).toEqual(['all']);
  expect(phases('us-west-2')).toEqual(['own', 'all']);
  expect(phases(EVERYWHERE)).toEqual(['all']);
});

test('slow answers add up, for the requests that are hit', () => {
  const plan = new FaultPlan([
    fault({ kind: 'slow', delayMs: 2000, phaseId: 'p1' }),
    fault({ kind: 'slow', delayMs: 500, share: 0.5, phaseId: 'p2' }),
    fault({ kind: 'error', delayMs: 7 }),
  ]);

  expect(plan.slowness('lambda', 'us-east-2', 1, () => 0.49)).toEqual({ lateMs: 2500, phaseId: 'p2' });
  expect(plan.slowness('lambda', 'us-east-2', 1, () => 0.5)).toEqual({ lateMs: 2000, phaseId: 'p1' });
  expect(plan.slowness('lambda', 'us-west-2', 1, () => 0)).toEqual({ lateMs: 0 });
});

describe('while the world runs', () => {
  test('a fault begins, and ends before its time', () => {
    const plan = new FaultPlan([]);
    const changes = jest.fn();
    plan.onChange(changes);
    const begun = fault({ startMs: 100, endMs: 1000 });

    plan.begin(begun);
    expect(plan.active('lambda', 'us-east-2', 400)).toHaveLength(1);
    plan.end(begun, 500);

    expect(plan.active('lambda', 'us-east-2', 499)).toHaveLength(1);
    expect(plan.active('lambda', 'us-east-2', 500)).toEqual([]);
    expect(plan.faults).toEqual([{ ...begun, endMs: 500 }]);
    expect(changes).toHaveBeenCalledTimes(2);
  });

  test('what is over, or was never there, is not ended', () => {
    const over = fault({ endMs: 500 });
    const plan = new FaultPlan([over]);
    const changes = jest.fn();
    plan.onChange(changes);

    plan.end(over, 500);
    plan.end(fault({ endMs: 1000 }), 600);

    expect(plan.faults).toEqual([over]);
    expect(changes).not.toHaveBeenCalled();
  });

  test('the outages of replication follow', () => {
    const cut = fault({ target: 'dynamodb-replication', kind: 'delay', startMs: 100, endMs: 1000 });
    const plan = new FaultPlan([]);
    expect(plan.replicationOutages('us-east-2')).toEqual([]);

    plan.begin(cut);
    expect(plan.replicationOutages('us-east-2')).toEqual([{ startMs: 100, endMs: 1000 }]);
    plan.end(cut, 300);
    expect(plan.replicationOutages('us-east-2')).toEqual([{ startMs: 100, endMs: 300 }]);
  });
});

test('replication of one table is held back by its own faults and by those of all', () => {
  const cut = { target: 'dynamodb-replication', kind: 'delay' } as const;
  const plan = new FaultPlan([
    fault({ ...cut, endMs: 100, resources: ['parcels'] }),
    fault({ ...cut, startMs: 50, endMs: 200 }),
  ]);

  expect(plan.replicationOutages('us-east-2', 'parcels')).toEqual([{ startMs: 0, endMs: 200 }]);
  expect(plan.replicationOutages('us-east-2', 'photos')).toEqual([{ startMs: 50, endMs: 200 }]);
  expect(plan.replicationArrivalMs('us-east-2', 'us-west-2', 10, 20, 'photos')).toBe(20);
  expect(plan.replicationArrivalMs('us-east-2', 'us-west-2', 44, 48, 'parcels')).toBe(202);
});

test('a cut between two Regions alone holds back what goes between them, and is not modelled for a strong table', () => {
  const between = fault({ target: 'dynamodb-replication', kind: 'delay', endMs: 100, peers: ['us-west-2'] });
  const plan = new FaultPlan([between]);

  expect(plan.replicationArrivalMs('us-east-2', 'us-west-2', 22, 30)).toBe(101);
  expect(plan.replicationArrivalMs('us-west-2', 'us-east-2', 22, 30)).toBe(101);
  expect(plan.replicationArrivalMs('us-east-2', 'us-east-1', 10, 20)).toBe(20);
  expect(() => plan.replicationOutages('us-east-2')).toThrow('not modelled: a strong table cut between two');
});

test('a delay strikes nobody, an error beside it does', () => {
  const late = fault({ target: 'cloudwatch', kind: 'delay', phaseId: 'p1' });
  const lossy = fault({ target: 'cloudwatch', kind: 'error', phaseId: 'p2' });

  expect(new FaultPlan([late]).strikes('cloudwatch', 'us-east-2', 1000, () => 0)).toBeUndefined();
  expect(new FaultPlan([late, lossy]).strikes('cloudwatch', 'us-east-2', 1000, () => 0)?.phaseId).toBe('p2');
});

describe('spans', () => {
  const span = (startMs: number, endMs: number) => ({ startMs, endMs });

  test('that overlap or touch become one, in order', () => {
    expect(merge([span(50, 60), span(0, 10), span(10, 20), span(15, 18), span(30, 40), span(35, 45)])).toEqual([
      span(0, 20),
      span(30, 45),
      span(50, 60),
    ]);
    expect(merge([])).toEqual([]);
  });

  test('cover what they covered before, apart from each other', () => {
    const spans = fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 20 })), { maxLength: 8 });
    fc.assert(
      fc.property(spans, (drawn) => {
        const given = drawn.map(([startMs, length]) => span(startMs, startMs + length));
        const merged = merge(given);
        const covered = (list: readonly { startMs: number; endMs: number }[], at: number) =>
          list.some(({ startMs, endMs }) => startMs <= at && at < endMs);
        for (let at = -1; at <= 81; at++) expect(covered(merged, at)).toBe(covered(given, at));
        for (const [index, { startMs }] of merged.entries()) {
          const before = merged[index - 1];
          if (before) expect(startMs).toBeGreaterThan(before.endMs);
        }
      }),
    );
  });

  test('in which replication of a Region is held back are merged over its faults', () => {
    const replication = { target: 'dynamodb-replication', kind: 'delay' } as const;
    const plan = new FaultPlan([
      fault({ ...replication, startMs: 100, endMs: 200 }),
      fault({ ...replication, startMs: 150, endMs: 300 }),
      fault({ ...replication, region: 'us-west-2', startMs: 0, endMs: 50 }),
      fault({ target: 'dynamodb', startMs: 0, endMs: 1000 }),
    ]);

    expect(plan.replicationOutages('us-east-2')).toEqual([span(100, 300)]);
    expect(plan.replicationOutages('us-west-2')).toEqual([span(0, 50)]);
    expect(plan.replicationOutages('us-east-1')).toEqual([]);
  });
});
