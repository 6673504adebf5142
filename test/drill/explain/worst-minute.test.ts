import { findWorstMinute } from '../../../lib/drill/explain/worst-minute';
import type { EventRecord } from '../../../lib/drill/kernel/event-record';
import { header, inOrder, operation, STRIKE_MS } from '../written-log';

const find = (...records: EventRecord[]) => findWorstMinute(inOrder(header(), ...records));
const minuteMs = (minute: number): number => STRIKE_MS + 60_000 * minute;

test('is the one with the most failed operations of one client', async () => {
  const two = [operation(70, { ok: false, client: 5 }), operation(110, { ok: false, client: 5 })];
  const scattered = [59, 61].map((second) => operation(second, { ok: false, client: 4 }));
  const crowd = [1, 2, 3].map((client) => operation(10, { ok: false, client }));

  expect(await find(...two, ...scattered, ...crowd)).toMatchObject({ client: 5, startMs: minuteMs(1), failed: 2 });
});

test('among equals is the one of the longest waiting in vain, then the earliest, then that of the lowest client', async () => {
  const failing = (second: number, client: number, tookMs = 500) => {
    const startMs = STRIKE_MS + 1000 * second;
    return operation(second, { ok: false, client, tries: [{ startMs, endMs: startMs + tookMs, failure: '503' }] });
  };

  expect(await find(failing(10, 1), failing(130, 2, 501))).toMatchObject({ client: 2, startMs: minuteMs(2) });
  expect(await find(failing(130, 1), failing(10, 2))).toMatchObject({ client: 2, startMs: minuteMs(0) });
  expect(await find(failing(11, 9), failing(12, 3))).toMatchObject({ client: 3 });
});

test('counts from the strike to the end of what is judged, and no further', async () => {
  const early = [-5, -4].map((second) => operation(second, { ok: false, client: 1 }));
  const late = [3600, 3601].map((second) => operation(second, { ok: false, client: 2 }));

  expect(await find(...early, ...late, operation(3599, { ok: false, client: 3 }))).toMatchObject({
    client: 3,
    startMs: minuteMs(59),
    failed: 1,
  });
});

test('is the longest wait where nothing failed, and none where nobody did anything', async () => {
  const slow = operation(200, { client: 8, tries: [{ startMs: 0, endMs: STRIKE_MS + 205_000 }] });

  expect(await find(operation(10), slow, operation(20))).toMatchObject({ client: 8, startMs: minuteMs(3), failed: 0 });
  expect(await find()).toBeUndefined();
});
