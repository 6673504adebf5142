import { SteadyState, type Stretch } from '../../../lib/drill/verdict/steady-state';
import { operation, STRIKE_MS } from './operations';

const BEFORE: Stretch = [-300, 0];
const DURING: Stretch = [0, 600];
const AFTER: Stretch = [900, 1200];

/** What clients saw who made one operation a second, which took so many milliseconds and succeeded where the test says. */
function summaryOf(threshold: number, look: (second: number) => { ok: boolean; tookMs: number }) {
  const steady = new SteadyState(STRIKE_MS);
  for (let second = -600; second < 1500; second++) {
    const { ok, tookMs } = look(second);
    const record = operation(second, ok, { weight: 2 });
    steady.add({ ...record, endMs: record.startMs + tookMs });
  }
  return steady.summary(threshold, BEFORE, DURING, AFTER);
}

test('operations count in the stretch in which they begin, by their weight', () => {
  const { before, during, after } = summaryOf(0.99, (second) => ({ ok: second < 0 || second >= 900, tookMs: 20_000 }));

  expect(before).toMatchObject({ fromSeconds: -300, toSeconds: 0, operations: 600, failed: 0, availability: 1 });
  expect(during).toMatchObject({ operations: 1200, failed: 1200, availability: 0 });
  expect(after).toMatchObject({ operations: 600, failed: 0, availability: 1 });
});

test('latencies are those of operations that succeeded, by the nearest rank', () => {
  const { during } = summaryOf(0.99, (second) => ({ ok: second % 2 === 0, tookMs: second % 2 === 0 ? second : 9999 }));

  // 300 of them took 0, 2, ..., 598 ms.
  expect([during.p50Ms, during.p99Ms]).toEqual([298, 592]);
});

test('the steady state holds as long as enough operations succeed, and not with one less', () => {
  const heldWith = (failed: number): boolean =>
    summaryOf(0.99, (second) => ({ ok: second < 0 || second >= failed, tookMs: 1 })).during.held;

  expect([heldWith(6), heldWith(7)]).toEqual([true, false]);
});

test('where nothing succeeded there is no latency', () => {
  const { during } = summaryOf(0.99, (second) => ({ ok: second < 0, tookMs: 1 }));

  expect([during.p50Ms, during.p99Ms, during.held]).toEqual([null, null, false]);
});
