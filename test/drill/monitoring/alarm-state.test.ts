import fc from 'fast-check';
import {
  type AlarmState,
  evaluateAlarm,
  evaluationRange,
  MISSING_DATA,
  type MissingData,
  type Verdict,
} from '../../../lib/drill/monitoring/alarm-state';

const OF_SIGN: Readonly<Record<string, Verdict>> = { 0: 'within', X: 'breaching', '-': 'missing' };

/** Data points as the documentation writes them, the most recent one on the right. */
const points = (signs: string): Verdict[] => signs.split(' ').map((sign) => OF_SIGN[sign] as Verdict);

/** The state after an evaluation of three periods, `retain` when it is whatever it was. */
function outcome(signs: string, datapointsToAlarm: number, missingData: MissingData): string {
  const states: readonly AlarmState[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];
  const settings = { evaluationPeriods: 3, datapointsToAlarm, missingData };
  const after = states.map((current) => evaluateAlarm(points(signs), settings, current));
  if (after.every((state, index) => state === states[index])) return 'retain';
  return new Set(after).size === 1 ? String(after[0]) : `depends: ${after.join(', ')}`;
}

const outcomes = (signs: string, datapointsToAlarm: number): string[] =>
  (['missing', 'ignore', 'breaching', 'notBreaching'] as const).map((treatment) =>
    outcome(signs, datapointsToAlarm, treatment),
  );

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html, row by row. Columns: missing,
// ignore, breaching, not breaching.
describe('the tables of the documentation', () => {
  test.each([
    ['0 - X - X', ['OK', 'OK', 'OK', 'OK']],
    ['0 - - - -', ['OK', 'OK', 'OK', 'OK']],
    ['- - - - -', ['INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK']],
    ['0 X X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['- - X - -', ['ALARM', 'retain', 'ALARM', 'OK']],
  ])('three of three, %s', (signs, expected) => expect(outcomes(signs, 3)).toEqual(expected));

  test.each([
    ['0 - X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 0 X 0 X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 - X - -', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - - 0', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - X -', ['ALARM', 'retain', 'ALARM', 'OK']],
  ])('two of three, %s', (signs, expected) => expect(outcomes(signs, 2)).toEqual(expected));

  test.each(['- - - - X', '- - - X -'])('three of three do not alarm early on %s', (signs) =>
    expect(outcome(signs, 3, 'missing')).toBe('OK'),
  );
});

test('looks at five points for three periods, two more for more, and five for fewer', () => {
  expect([1, 2, 3, 4, 10].map(evaluationRange)).toEqual([5, 5, 5, 6, 12]);
});

describe('one period of one', () => {
  const one = (signs: string, missingData: MissingData, current: AlarmState): AlarmState =>
    evaluateAlarm(points(signs), { evaluationPeriods: 1, datapointsToAlarm: 1, missingData }, current);

  test('follows the most recent point that is there, however missing data counts', () => {
    for (const treatment of MISSING_DATA) {
      expect(one('0 0 X - -', treatment, 'OK')).toBe('ALARM');
      expect(one('X X 0 - -', treatment, 'ALARM')).toBe('OK');
    }
  });

  test('goes by the treatment once every point of the range is missing', () => {
    expect(MISSING_DATA.map((treatment) => one('- - - - -', treatment, 'ALARM'))).toEqual([
      'INSUFFICIENT_DATA',
      'ALARM',
      'ALARM',
      'OK',
    ]);
  });
});

const verdict = fc.constantFrom<Verdict>('breaching', 'within', 'missing');
const state = fc.constantFrom<AlarmState>('OK', 'ALARM', 'INSUFFICIENT_DATA');
const settings = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.constantFrom(...MISSING_DATA))
  .map(([evaluationPeriods, datapoints, missingData]) => ({
    evaluationPeriods,
    datapointsToAlarm: Math.min(datapoints, evaluationPeriods),
    missingData,
  }));

test('without gaps the state follows from the latest periods alone', () => {
  fc.assert(
    fc.property(
      settings,
      fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
      state,
      (chosen, breached, current) => {
        const verdicts = breached.map((is): Verdict => (is ? 'breaching' : 'within'));
        const latest = breached.slice(-chosen.evaluationPeriods).filter(Boolean).length;

        expect(evaluateAlarm(verdicts, chosen, current)).toBe(latest >= chosen.datapointsToAlarm ? 'ALARM' : 'OK');
      },
    ),
  );
});

test('missing data that counts as good never raises an alarm that data counting as bad would not', () => {
  fc.assert(
    fc.property(settings, fc.array(verdict, { minLength: 8, maxLength: 8 }), state, (chosen, verdicts, current) => {
      const by = (missingData: MissingData) => evaluateAlarm(verdicts, { ...chosen, missingData }, current);
      if (by('notBreaching') === 'ALARM') for (const treatment of MISSING_DATA) expect(by(treatment)).toBe('ALARM');
      if (by('breaching') === 'OK')
        for (const treatment of ['missing', 'notBreaching'] as const) {
          expect(by(treatment)).not.toBe('ALARM');
        }
    }),
  );
});
