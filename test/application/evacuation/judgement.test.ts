import fc from 'fast-check';
import { LEASE_MS } from '../../../lib/application/evacuation/evacuation-lease';
import type { JudgeSettings } from '../../../lib/application/evacuation/judge-environment';
import {
  ACTS_ON_MS,
  GAP_MS,
  type Hand,
  type Judgement,
  type LeaseAnswer,
  type Minute,
  NOTHING_JUDGED,
  PHASES,
  settle,
  sharesOf,
  weigh,
} from '../../../lib/application/evacuation/judgement';

const SETTINGS: JudgeSettings = {
  failingShare: 0.05,
  slowMilliseconds: 2_000,
  dwellMinutes: 2,
  recoveryMinutes: 10,
  returnMinutes: 10,
  maximumLagSeconds: 60,
};

const START_MS = Date.parse('2026-11-22T09:00:00Z');

/** What was seen in a minute, all well unless said otherwise. */
type Seen = Partial<Minute> & { readonly hand?: Hand; readonly lease?: LeaseAnswer['lease'] };

interface Judged {
  readonly minute: Minute;
  readonly hand: Hand;
  readonly answer: LeaseAnswer;
  readonly wish: 'hold' | 'release' | 'none';
  readonly before: Judgement;
  readonly after: Judgement;
}

/** Judges minutes in turn, one a minute. */
function judgeAll(minutes: readonly Seen[], settings: JudgeSettings = SETTINGS, from = NOTHING_JUDGED): Judged[] {
  const judged: Judged[] = [];
  let before = from;
  let nextMs = from.judgedAtMs === 0 ? START_MS : from.judgedAtMs + 60_000;
  for (const { hand = 'automatic', lease = 'held', ...seen } of minutes) {
    const minute: Minute = {
      atMs: nextMs,
      judgeFails: false,
      wardFails: false,
      servedBy: 'judge',
      lagSeconds: 1,
      ...seen,
    };
    const intent = weigh(before, minute, hand, settings);
    const answer: LeaseAnswer = lease === 'held' ? { lease, untilMs: minute.atMs + LEASE_MS } : { lease };
    const after = settle(intent, answer, hand);
    judged.push({ minute, hand, answer, wish: intent.lease, before, after });
    before = after;
    nextMs = minute.atMs + 60_000;
  }
  return judged;
}

function last(judged: readonly Judged[]): Judgement {
  return (judged.at(-1) as Judged).after;
}

function times(count: number, seen: Seen = {}): Seen[] {
  return Array.from({ length: count }, () => seen);
}

const FAILING: Seen = { wardFails: true };

/** Minutes after which the ward is evacuated. */
const EVACUATED = [...times(2), ...times(2, FAILING)];
/** Minutes after which it returns. */
const RETURNING = [...EVACUATED, ...times(10)];

describe('evacuation', () => {
  test('comes with the second failing minute, not with the first', () => {
    const judged = judgeAll(EVACUATED);

    expect(judged.map(({ after }) => after.phase)).toEqual(['in-service', 'in-service', 'in-service', 'evacuated']);
    expect(judged.map(({ after }) => after.reason)).toEqual([
      'ward-healthy',
      'ward-healthy',
      'ward-failing',
      'ward-failing',
    ]);
    expect(last(judged)).toMatchObject({ sinceMs: START_MS + 180_000, leaseUntilMs: START_MS + 180_000 + LEASE_MS });
  });

  test('does not come when a clean minute lies between failing ones', () => {
    const judged = judgeAll([...times(2), FAILING, {}, FAILING, {}, FAILING]);

    expect(last(judged).phase).toBe('in-service');
  });

  test.each([
    ['a ward that was never healthy', times(5, FAILING), 'ward-never-healthy'],
    ['a judge that fails as well', [{}, ...times(3, { ...FAILING, judgeFails: true })], 'judge-sick'],
    [
      'a judge that has only just recovered',
      [{}, ...times(3, { ...FAILING, judgeFails: true }), FAILING],
      'judge-sick',
    ],
    [
      'a shared name that leads elsewhere',
      [{}, ...times(3, { ...FAILING, servedBy: 'other' as const })],
      'judge-out-of-service',
    ],
    [
      'a shared name that leads to the ward',
      [{}, ...times(3, { ...FAILING, servedBy: 'ward' as const })],
      'judge-out-of-service',
    ],
    [
      'a shared name that nobody serves',
      [{}, ...times(3, { ...FAILING, servedBy: 'nobody' as const })],
      'judge-out-of-service',
    ],
    ['another judge that has evacuated', [{}, ...times(3, { ...FAILING, lease: 'taken' as const })], 'lease-taken'],
    ['a lease out of reach', [{}, ...times(3, { ...FAILING, lease: 'unreachable' as const })], 'lease-unreachable'],
  ])('is held back by %s', (_, minutes, reason) => {
    expect(last(judgeAll(minutes))).toMatchObject({ phase: 'in-service', reason });
  });

  test('comes as soon as what held it back is gone', () => {
    const judged = judgeAll([{}, ...times(4, { ...FAILING, servedBy: 'other' }), FAILING]);

    expect(judged.map(({ after }) => after.phase).slice(-2)).toEqual(['in-service', 'evacuated']);
  });

  test('does not count failing minutes across a gap in which nothing was seen', () => {
    const atMs = START_MS + 60_000;
    const withGap = (gapMs: number) => last(judgeAll([{}, { ...FAILING, atMs }, { ...FAILING, atMs: atMs + gapMs }]));

    expect(withGap(GAP_MS).phase).toBe('evacuated');
    expect(withGap(GAP_MS + 1).phase).toBe('in-service');
  });

  test('asks for the lease only when everything else is fulfilled, and every minute from then on', () => {
    const wishes = judgeAll([...EVACUATED, FAILING, {}]).map(({ wish }) => wish);

    expect(wishes).toEqual(['none', 'none', 'none', 'hold', 'hold', 'hold']);
  });
});

describe('an evacuated ward', () => {
  test('stays out while it fails, however long', () => {
    expect(last(judgeAll([...EVACUATED, ...times(500, FAILING)]))).toMatchObject({
      phase: 'evacuated',
      sinceMs: START_MS + 180_000,
    });
  });

  test('begins to return after its clean minutes, and not before', () => {
    expect(last(judgeAll([...EVACUATED, ...times(9)]))).toMatchObject({ phase: 'evacuated', reason: 'recovering' });
    expect(last(judgeAll([...EVACUATED, ...times(10)]))).toMatchObject({ phase: 'returning', reason: 'returning' });
  });

  test('counts its clean minutes anew after each failing one', () => {
    expect(last(judgeAll([...EVACUATED, ...times(9), FAILING, ...times(9)])).phase).toBe('evacuated');
    expect(last(judgeAll([...EVACUATED, ...times(9), FAILING, ...times(10)])).phase).toBe('returning');
  });

  test.each([
    [60, 'returning'],
    [60.1, 'evacuated'],
    [undefined, 'evacuated'],
  ])('with replication behind by %s s is %s', (lagSeconds, phase) => {
    expect(last(judgeAll([...EVACUATED, ...times(9), { lagSeconds }])).phase).toBe(phase);
  });

  test('is let go when its judge is sick for the dwell time', () => {
    const sick: Seen = { ...FAILING, judgeFails: true };

    expect(last(judgeAll([...EVACUATED, sick])).phase).toBe('evacuated');
    const letGo = judgeAll([...EVACUATED, sick, sick]).at(-1);
    expect(letGo?.after).toMatchObject({ phase: 'in-service', reason: 'judge-sick', leaseUntilMs: 0 });
    expect(letGo?.wish).toBe('release');
  });

  test('is let go when another judge has the lease', () => {
    expect(last(judgeAll([...EVACUATED, { ...FAILING, lease: 'taken' }]))).toMatchObject({
      phase: 'in-service',
      reason: 'lease-taken',
    });
  });

  test('stays out without the lease’s table for as long as the lease certainly holds', () => {
    const unreachable: Seen = { ...FAILING, lease: 'unreachable' };

    expect(last(judgeAll([...EVACUATED, ...times(3, unreachable)])).phase).toBe('evacuated');
    expect(last(judgeAll([...EVACUATED, ...times(4, unreachable)]))).toMatchObject({
      phase: 'in-service',
      reason: 'lease-unreachable',
    });
  });

  test('is forgotten once nothing was published for so long that DNS has let it back', () => {
    const evacuated = last(judgeAll(EVACUATED));
    const later = (gapMs: number) =>
      last(judgeAll([{ ...FAILING, atMs: evacuated.judgedAtMs + gapMs }], SETTINGS, evacuated));

    expect(later(ACTS_ON_MS).phase).toBe('evacuated');
    expect(later(ACTS_ON_MS + 1)).toMatchObject({ phase: 'in-service', wardSeenHealthy: true, wardFailing: 1 });
  });
});

describe('a returning ward', () => {
  test('has all of its clients after its clean minutes, and the lease is free again', () => {
    expect(last(judgeAll([...RETURNING, ...times(9)])).phase).toBe('returning');
    const back = judgeAll([...RETURNING, ...times(10)]).at(-1);
    expect(back?.after).toMatchObject({ phase: 'in-service', reason: 'ward-healthy', leaseUntilMs: 0 });
    expect(back?.wish).toBe('release');
  });

  test('returns at once when there is no time for the first share', () => {
    const judged = judgeAll(RETURNING, { ...SETTINGS, returnMinutes: 0 });

    expect(last(judged).phase).toBe('in-service');
  });

  test('is evacuated again by a single failing minute', () => {
    expect(last(judgeAll([...RETURNING, FAILING]))).toMatchObject({ phase: 'evacuated', reason: 'ward-failing' });
  });

  test.each([
    ['its judge fails in the same minute', { judgeFails: true }],
    ['the shared name does not lead to the judge', { servedBy: 'other' }],
  ] as const)('is not evacuated again when %s, and the minute does not count', (_, doubt) => {
    const doubtful: Seen = { ...FAILING, ...doubt };

    expect(last(judgeAll([...RETURNING, doubtful])).phase).toBe('returning');
    expect(last(judgeAll([...RETURNING, ...times(5), doubtful, ...times(4)])).phase).toBe('returning');
    expect(last(judgeAll([...RETURNING, ...times(5), doubtful, ...times(5)])).phase).toBe('in-service');
  });
});

describe('the hand', () => {
  test.each(['judge', 'other'] as const)(
    'evacuates a healthy ward at once while the shared name is served by %s',
    (servedBy) => {
      expect(last(judgeAll([{}, { hand: 'evacuated', servedBy }]))).toMatchObject({
        phase: 'evacuated',
        reason: 'hand',
      });
    },
  );

  test.each(['ward', 'nobody'] as const)(
    'does not evacuate the last Region: the shared name is served by %s',
    (servedBy) => {
      const judged = judgeAll([{}, { hand: 'evacuated', servedBy }]);

      expect(last(judged)).toMatchObject({ phase: 'in-service', reason: 'last-region' });
    },
  );

  test('lets the ward back when it turns out to be the last Region, but not because nothing is known', () => {
    const evacuated: Seen[] = [{}, { hand: 'evacuated' }];

    expect(last(judgeAll([...evacuated, { hand: 'evacuated', servedBy: 'nobody' }])).phase).toBe('evacuated');
    expect(last(judgeAll([...evacuated, { hand: 'evacuated', servedBy: 'ward' }])).phase).toBe('in-service');
  });

  test.each(['taken', 'unreachable'] as const)('needs no lease: %s', (lease) => {
    const judged = judgeAll([{}, ...times(20, { hand: 'evacuated', lease })]);

    expect(last(judged)).toMatchObject({ phase: 'evacuated', leaseUntilMs: 0 });
  });

  test('takes the lease when it is free, so that no judge evacuates another Region', () => {
    const judged = judgeAll([{}, { hand: 'evacuated' }]).at(-1);

    expect(judged?.wish).toBe('hold');
    expect(judged?.after.leaseUntilMs).toBeGreaterThan(START_MS);
  });

  test('keeps the ward out when its judge is sick', () => {
    const judged = judgeAll([{}, { hand: 'evacuated' }, ...times(5, { hand: 'evacuated', judgeFails: true })]);

    expect(last(judged).phase).toBe('evacuated');
  });

  test('keeps a failing ward in service', () => {
    expect(last(judgeAll([...EVACUATED, ...times(3, { ...FAILING, hand: 'in-service' })]))).toMatchObject({
      phase: 'in-service',
      reason: 'hand',
      leaseUntilMs: 0,
    });
  });

  test('gives a healthy ward back to the judge, who lets it return as any other', () => {
    const byHand = times(10, { hand: 'evacuated' as const });

    expect(last(judgeAll([...byHand, {}])).phase).toBe('returning');
    expect(last(judgeAll([...byHand, { lagSeconds: 61 }])).phase).toBe('evacuated');
    expect(last(judgeAll([...times(5, { hand: 'evacuated' }), {}])).phase).toBe('evacuated');
  });
});

test('takes both shares away while evacuated and the rest while returning', () => {
  expect(PHASES.map(sharesOf)).toEqual([
    { first: 0, rest: 0 },
    { first: 1, rest: 1 },
    { first: 0, rest: 1 },
  ]);
});

const anySettings: fc.Arbitrary<JudgeSettings> = fc.record({
  failingShare: fc.constant(0.05),
  slowMilliseconds: fc.constant(2_000),
  dwellMinutes: fc.integer({ min: 1, max: 3 }),
  recoveryMinutes: fc.integer({ min: 1, max: 5 }),
  returnMinutes: fc.integer({ min: 0, max: 4 }),
  maximumLagSeconds: fc.constant(60),
});

const anySeen: fc.Arbitrary<Seen> = fc.record({
  judgeFails: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.boolean()),
  wardFails: fc.boolean(),
  servedBy: fc.oneof(
    { weight: 6, arbitrary: fc.constant('judge' as const) },
    fc.constantFrom('ward' as const, 'other' as const, 'nobody' as const),
  ),
  lagSeconds: fc.oneof({ weight: 4, arbitrary: fc.constant(2) }, fc.constantFrom(61, undefined)),
  hand: fc.oneof(
    { weight: 12, arbitrary: fc.constant('automatic' as const) },
    fc.constantFrom('evacuated' as const, 'in-service' as const),
  ),
  lease: fc.oneof(
    { weight: 8, arbitrary: fc.constant('held' as const) },
    fc.constantFrom('taken' as const, 'unreachable' as const),
  ),
});

/** The same seen for several minutes in turn, so that dwell times are reached. */
const anyMinutes = fc
  .array(fc.tuple(anySeen, fc.integer({ min: 1, max: 8 })), { maxLength: 12 })
  .map((spells) => spells.flatMap(([seen, count]) => times(count, seen)));

/** The last minutes up to one, or nothing when there were not as many. */
function lastMinutes(judged: readonly Judged[], index: number, count: number): Judged[] | undefined {
  return index + 1 < count ? undefined : judged.slice(index + 1 - count, index + 1);
}

function property(check: (judged: readonly Judged[], settings: JudgeSettings) => void): void {
  fc.assert(
    fc.property(anyMinutes, anySettings, (minutes, settings) => check(judgeAll(minutes, settings), settings)),
    { numRuns: 500 },
  );
}

describe('in any order of events', () => {
  test('no judge evacuates without its reasons', () => {
    let seen = 0;
    property((judged, { dwellMinutes }) => {
      for (const [index, { before, after, hand, minute, answer }] of judged.entries()) {
        if (hand !== 'automatic' || before.phase !== 'in-service' || after.phase === 'in-service') continue;
        seen += 1;
        expect(after.phase).toBe('evacuated');
        expect(minute.servedBy).toBe('judge');
        expect(answer.lease).toBe('held');
        const dwell = lastMinutes(judged, index, dwellMinutes);
        expect(dwell?.every((past) => past.minute.wardFails && !past.minute.judgeFails)).toBe(true);
        expect(judged.slice(0, index).some((past) => !past.minute.wardFails)).toBe(true);
      }
    });
    expect(seen).toBeGreaterThan(50);
  });

  test('no judge takes a ward out in a minute in which its own Region fails', () => {
    property((judged) => {
      for (const { before, after, hand, minute } of judged) {
        if (hand === 'automatic' && after.phase === 'evacuated' && before.phase !== 'evacuated') {
          expect(minute.judgeFails).toBe(false);
        }
      }
    });
  });

  test('no ward returns before its clean minutes and its data', () => {
    let seen = 0;
    property((judged, { recoveryMinutes, returnMinutes, maximumLagSeconds }) => {
      for (const [index, { before, after, hand, minute }] of judged.entries()) {
        if (hand !== 'automatic' || before.phase !== 'evacuated' || after.phase === 'evacuated') continue;
        const isReturn = after.phase === 'returning' || after.reason === 'ward-healthy';
        if (!isReturn) continue;
        seen += 1;
        expect(after.phase).toBe(returnMinutes === 0 ? 'in-service' : 'returning');
        const window = lastMinutes(judged, index, recoveryMinutes);
        expect(window?.every((past) => !past.minute.wardFails)).toBe(true);
        expect(minute.lagSeconds).toBeLessThanOrEqual(maximumLagSeconds);
      }
    });
    expect(seen).toBeGreaterThan(50);
  });

  test('no ward has all clients back before it had the first share for its time', () => {
    let seen = 0;
    property((judged, { returnMinutes }) => {
      for (const [index, { before, after }] of judged.entries()) {
        if (before.phase !== 'returning' || after.phase !== 'in-service' || after.reason !== 'ward-healthy') continue;
        seen += 1;
        const began = judged.findLastIndex((past, place) => place < index && past.before.phase !== 'returning');
        const since = judged.slice(began + 1, index + 1);
        expect(since.filter((past) => !past.minute.wardFails).length).toBeGreaterThanOrEqual(returnMinutes);
        expect(
          since.some((past) => past.minute.wardFails && !past.minute.judgeFails && past.minute.servedBy === 'judge'),
        ).toBe(false);
      }
    });
    expect(seen).toBeGreaterThan(20);
  });

  test('a sick judge lets go', () => {
    property((judged, { dwellMinutes }) => {
      for (const [index, { after, hand }] of judged.entries()) {
        const dwell = lastMinutes(judged, index, dwellMinutes);
        if (hand === 'automatic' && dwell?.every((past) => past.minute.judgeFails))
          expect(after.phase).toBe('in-service');
      }
    });
  });

  test('without a lease nothing is out unless a person wants it out', () => {
    property((judged) => {
      for (const { after, hand, minute } of judged) {
        if (after.phase !== 'in-service' && hand === 'automatic') {
          expect(after.leaseUntilMs).toBeGreaterThan(minute.atMs + ACTS_ON_MS);
        }
        if (after.phase === 'in-service') expect(after.leaseUntilMs).toBe(0);
      }
    });
  });

  test('a person is obeyed', () => {
    property((judged) => {
      for (const { after, hand, minute } of judged) {
        if (hand === 'in-service') expect(after.phase).toBe('in-service');
        if (hand === 'evacuated' && minute.servedBy !== 'ward' && minute.servedBy !== 'nobody') {
          expect(after.phase).toBe('evacuated');
        }
        if (hand === 'evacuated' && minute.servedBy === 'ward') expect(after.phase).toBe('in-service');
      }
    });
  });

  test('two judges never have two wards out of DNS, which lags behind them, whatever they see and however often the table is out of reach', () => {
    const seenBy = fc.record({
      wardFails: fc.boolean(),
      judgeFails: fc.boolean(),
      reaches: fc.integer({ min: 0, max: 9 }),
    });
    let minutesOut = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(seenBy, { minLength: 3, maxLength: 3 }), fc.integer({ min: 1, max: 8 })), {
          maxLength: 12,
        }),
        anySettings,
        (spells, settings) => {
          const judges: Judgement[] = [NOTHING_JUDGED, NOTHING_JUDGED, NOTHING_JUDGED];
          const outUntilMs = [0, 0, 0];
          let lease = { holder: -1, untilMs: 0 };
          let nowMs = START_MS;
          let mostOut = 0;
          for (const seen of spells.flatMap(([each, count]) => times(count).map(() => each))) {
            for (const [judge, { wardFails, judgeFails, reaches }] of seen.entries()) {
              nowMs += 20_000;
              const minute: Minute = { atMs: nowMs, wardFails, judgeFails, servedBy: 'judge', lagSeconds: 1 };
              const intent = weigh(judges[judge] as Judgement, minute, 'automatic', settings);
              let answer: LeaseAnswer = { lease: 'unreachable' };
              if (intent.lease === 'hold' && reaches > 2) {
                const isFree = lease.untilMs < nowMs || lease.holder === judge;
                if (isFree) lease = { holder: judge, untilMs: nowMs + LEASE_MS };
                answer = isFree ? { lease: 'held', untilMs: lease.untilMs } : { lease: 'taken' };
              }
              if (intent.lease === 'release' && reaches > 2 && lease.holder === judge)
                lease = { holder: judge, untilMs: nowMs + ACTS_ON_MS };
              const judged = settle(intent, answer, 'automatic');
              judges[judge] = judged;
              if (judged.phase !== 'in-service') outUntilMs[judge] = nowMs + ACTS_ON_MS;
              const wardsOut = outUntilMs.filter((untilMs) => untilMs > nowMs).length;
              mostOut = Math.max(mostOut, wardsOut);
              minutesOut += wardsOut;
            }
          }
          expect(mostOut).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 500 },
    );
    expect(minutesOut).toBeGreaterThan(500);
  });
});
