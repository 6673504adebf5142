import type { AnyStatistic, MetricDatum, Statistic } from '../../../lib/drill/monitoring/metric';
import { MetricStore } from '../../../lib/drill/monitoring/metric-store';

const EVACUATED = { namespace: 'dispatch', name: 'Evacuated', dimensions: { Ward: 'us-east-2', Share: 'rest' } };
const NOON = Date.UTC(2026, 0, 1, 12);

const datum = (secondsPastNoon: number, ...values: number[]): MetricDatum => ({
  metric: EVACUATED,
  values,
  unit: 'Count',
  timestampMs: NOON + 1000 * secondsPastNoon,
  highResolution: false,
});

test.each<[Statistic, number]>([
  ['Average', 4],
  ['Minimum', 1],
  ['Maximum', 9],
  ['Sum', 16],
  ['SampleCount', 4],
])('%s of the values 1, 2, 4 and 9 of a minute', (statistic, expected) => {
  const series = new MetricStore().watch('us-west-2', EVACUATED);
  series.add(datum(0, 9, 1), NOON);
  series.add(datum(59.999, 2, 4), NOON);

  expect(series.point(statistic, NOON, 60_000, NOON)).toBe(expected);
});

test.each<[AnyStatistic, number]>([
  ['Average', 2.5],
  ['Minimum', 1],
  ['Maximum', 5],
  ['Sum', 20],
  ['SampleCount', 8],
  ['p62.5', 1],
  ['p62.6', 5],
  ['p100', 5],
])('%s of 5 that stands for three and 1 that stands for five', (statistic, expected) => {
  const series = new MetricStore().watch('us-west-2', EVACUATED);
  series.add(datum(0, 5), NOON, 3);
  series.gather(NOON / 60_000, 1, NOON, 5);

  expect(series.point(statistic, NOON, 60_000, NOON)).toBe(expected);
});

test('a value belongs to the minute of its timestamp, and a longer period takes its minutes together', () => {
  const series = new MetricStore().watch('us-west-2', EVACUATED);
  series.add(datum(59.999, 1), NOON);
  series.add(datum(60, 2), NOON);
  series.add(datum(300, 4), NOON);
  const sum = (minute: number, minutes: number) => series.point('Sum', NOON + 60_000 * minute, 60_000 * minutes, NOON);

  expect([sum(0, 1), sum(1, 1), sum(2, 1), sum(0, 5), sum(1, 5)]).toEqual([1, 2, undefined, 3, 6]);
});

test('a value counts from the moment it can be read, and not before', () => {
  const series = new MetricStore().watch('us-west-2', EVACUATED);
  series.add(datum(10, 1), NOON + 90_000);
  const at = (secondsPastNoon: number) => series.point('Maximum', NOON, 60_000, NOON + 1000 * secondsPastNoon);

  expect(at(89.999)).toBeUndefined();
  expect(at(90)).toBe(1);
});

test('Region, namespace, name and every dimension tell metrics apart; the order of dimensions does not', () => {
  const store = new MetricStore();
  const series = store.watch('us-west-2', EVACUATED);
  const { namespace, name } = EVACUATED;

  expect(store.seriesOf('us-west-2', { namespace, name, dimensions: { Share: 'rest', Ward: 'us-east-2' } })).toEqual([
    series,
  ]);
  expect(store.seriesOf('us-east-2', EVACUATED)).toEqual([]);
  for (const other of [
    { ...EVACUATED, namespace: 'parcels' },
    { ...EVACUATED, name: 'Returned' },
    { ...EVACUATED, dimensions: { Ward: 'us-east-2' } },
    { ...EVACUATED, dimensions: { Ward: 'us-east-2', Share: 'first' } },
    { ...EVACUATED, dimensions: { ...EVACUATED.dimensions, service: 'judge' } },
  ]) {
    expect(store.seriesOf('us-west-2', other)).toEqual([]);
  }
});

test('a series of one unit takes no other unit, and one without a unit takes all', () => {
  const store = new MetricStore();
  const every = store.watch('us-west-2', EVACUATED);
  const seconds = store.watch('us-west-2', EVACUATED, 'Seconds');
  for (const series of store.seriesOf('us-west-2', EVACUATED)) series.add(datum(0, 1), NOON);

  expect(store.watch('us-west-2', EVACUATED)).toBe(every);
  expect(every.point('Sum', NOON, 60_000, NOON)).toBe(1);
  expect(seconds.point('Sum', NOON, 60_000, NOON)).toBeUndefined();
});
