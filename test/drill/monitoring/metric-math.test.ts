import { evaluateMath, readMath } from '../../../lib/drill/monitoring/metric-math';

/** The value of an expression over metrics with these points; `none` when it has none, `unread` when it is not read. */
function value(text: string, points: Readonly<Record<string, number | undefined>> = {}): number | 'none' | 'unread' {
  const node = readMath(text, (id) => (id in points ? 'metric' : undefined));
  return node ? (evaluateMath(node, (id) => points[id]) ?? 'none') : 'unread';
}

test.each([
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['10 - 4 - 3', 3],
  ['12 / 3 / 2', 2],
  ['-2 * 3 + 1', -5],
  ['0.5*4', 2],
])('%s is %d', (text, expected) => expect(value(text)).toBe(expected));

test('metrics and expressions stand for each other by their ids', () => {
  const texts: Readonly<Record<string, string>> = { share: 'failed / all', percent: '100 * share' };
  const node = readMath('percent + failed', (id) => {
    const expression = texts[id];
    return expression === undefined ? 'metric' : { expression };
  });

  expect(node && evaluateMath(node, (id) => ({ failed: 5, all: 20 })[id])).toBe(30);
});

test('a point that is missing leaves the result without one, unless it is filled', () => {
  expect(value('m1 + m2', { m1: 1, m2: undefined })).toBe('none');
  expect(value('m1 + FILL(m2, 0)', { m1: 1, m2: undefined })).toBe(1);
  expect(value('m1 + FILL(m2, -3)', { m1: 1, m2: undefined })).toBe(-2);
  expect(value('m1 + FILL(m2, 0)', { m1: 1, m2: 4 })).toBe(5);
});

test('what is divided by nothing has no point', () => {
  expect(value('m1 / m2', { m1: 1, m2: 0 })).toBe('none');
  expect(value('FILL(m1 / m2, 7)', { m1: 1, m2: 0 })).toBe(7);
});

test('lists are aggregated over the series that have a point', () => {
  const points = { m1: 1, m2: 5, m3: undefined };
  expect(['SUM', 'AVG', 'MIN', 'MAX'].map((name) => value(`${name}([m1, m2, m3])`, points))).toEqual([6, 3, 1, 5]);
  expect(value('SUM([m3])', points)).toBe('none');
});

describe('does not read', () => {
  test.each([
    'SEARCH(m1)',
    'ANOMALY_DETECTION_BAND(m1, 2)',
    'FILL(m1, REPEAT)',
    'm1 > 3',
    'unknown + 1',
    'm1 +',
    '(m1',
    'm1 m1',
    'METRICS()',
    '',
  ])('%p', (text) => expect(value(text, { m1: 1 })).toBe('unread'));

  test('expressions that lead back to themselves', () => {
    expect(readMath('a', (id) => ({ expression: id === 'a' ? 'b + 1' : 'a * 2' }))).toBeUndefined();
  });
});
