import fc from 'fast-check';
import { type Judgement, NOTHING_JUDGED, PHASES, REASONS } from '../../../lib/application/evacuation/judgement';
import { fromRecord, toRecord } from '../../../lib/application/evacuation/judgement-record';

const JUDGEMENT: Judgement = {
  ...NOTHING_JUDGED,
  phase: 'evacuated',
  reason: 'recovering',
  sinceMs: Date.parse('2026-11-22T09:00:00Z'),
  judgedAtMs: Date.parse('2026-11-22T09:30:00.250Z'),
  wardSeenHealthy: true,
  wardClean: 4,
  judgeHealthy: 30,
  leaseUntilMs: Date.parse('2026-11-22T09:35:00.250Z'),
};

const moment = fc.integer({ min: 0, max: Date.parse('2100-01-01T00:00:00Z') });
const anyJudgement: fc.Arbitrary<Judgement> = fc.record({
  phase: fc.constantFrom(...PHASES),
  reason: fc.constantFrom(...REASONS),
  sinceMs: moment,
  cleanInPhase: fc.nat(),
  judgedAtMs: moment,
  wardSeenHealthy: fc.boolean(),
  wardFailing: fc.nat(),
  wardClean: fc.nat(),
  judgeHealthy: fc.nat(),
  judgeSick: fc.nat(),
  leaseUntilMs: moment,
});

test('is text that a person can read', () => {
  expect(JSON.parse(toRecord(JUDGEMENT))).toMatchObject({
    phase: 'evacuated',
    reason: 'recovering',
    since: '2026-11-22T09:00:00.000Z',
    judgedAt: '2026-11-22T09:30:00.250Z',
    leaseUntil: '2026-11-22T09:35:00.250Z',
  });
});

test('comes back as it was, and fits the 4 KB of a standard parameter', () => {
  fc.assert(
    fc.property(anyJudgement, (judgement) => {
      const text = toRecord(judgement);
      expect(fromRecord(text)).toEqual(judgement);
      expect(text.length).toBeLessThan(4_096);
    }),
  );
});

test.each([
  ['nothing', ''],
  ['what the parameter is created with', '{}'],
  ['no JSON', '{"phase":'],
  ['a list', '[]'],
  ['null', 'null'],
  ['another phase', toRecord(JUDGEMENT).replace('evacuated', 'lost')],
  ['another reason', toRecord(JUDGEMENT).replace('recovering', 'because')],
  ['no moment', toRecord(JUDGEMENT).replace('2026-11-22T09:30:00.250Z', 'yesterday')],
  ['a negative count', toRecord(JUDGEMENT).replace('"wardClean":4', '"wardClean":-4')],
])('is not made of %s', (_, text) => {
  expect(fromRecord(text)).toBeUndefined();
});
