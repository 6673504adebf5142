import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { ACTIVE_INTERVAL_MS, FaultSource, IDLE_INTERVAL_MS } from '../../../lib/application/chaos/fault-source';

const START = Date.parse('2027-03-01T14:00:00Z');

let nowMs: number;
let warnings: [string, unknown][];

beforeEach(() => {
  nowMs = START;
  warnings = [];
  jest.spyOn(Date, 'now').mockImplementation(() => nowMs);
});

afterEach(() => jest.restoreAllMocks());

function planText(minutes = 10): string {
  return JSON.stringify({ until: new Date(nowMs + minutes * 60_000).toISOString(), faults: [{ fault: 'error' }] });
}

/** A source whose reads are answered one after the other; the last answer stays. */
function sourceOf(...answers: (() => Promise<string>)[]) {
  let reads = 0;
  const source = new FaultSource({
    read: () => {
      const answer = answers[Math.min(reads, answers.length - 1)];
      reads += 1;
      return answer ? answer() : Promise.reject(new Error('no answer'));
    },
    logger: { warn: (message: unknown, ...rest: unknown[]) => void warnings.push([String(message), rest[0]]) },
  });
  return { source, reads: () => reads };
}

const text = (value: string) => () => Promise.resolve(value);
const unreachable = () => Promise.reject(new Error('unreachable'));
const never = () => new Promise<string>(() => {});

/** Lets what a read started come to its end. */
async function settle(): Promise<void> {
  await wait(5);
}

test('knows of no fault before its first read, which nobody waits for', async () => {
  const { source, reads } = sourceOf(text(planText()));

  expect(source.current()).toBeUndefined();
  expect(reads()).toBe(1);
  await settle();
  expect(source.current()?.faults).toEqual([{ fault: 'error', percent: 100 }]);
  expect(warnings.map(([message]) => message)).toEqual(['faults are injected']);
});

test('reads once a minute while off, and twice while on', async () => {
  const { source, reads } = sourceOf(text('off'), text(planText(30)), text(planText(30)));
  const readsAt = async (ms: number): Promise<number> => {
    nowMs = START + ms;
    source.current();
    await settle();
    return reads();
  };

  expect(await readsAt(0)).toBe(1);
  expect(await readsAt(IDLE_INTERVAL_MS - 1)).toBe(1);
  expect(await readsAt(IDLE_INTERVAL_MS)).toBe(2);
  expect(await readsAt(IDLE_INTERVAL_MS + ACTIVE_INTERVAL_MS - 1)).toBe(2);
  expect(await readsAt(IDLE_INTERVAL_MS + ACTIVE_INTERVAL_MS)).toBe(3);
});

test('ends faults when they end, though nothing is read', async () => {
  const { source } = sourceOf(text(planText(1)), never);
  source.current();
  await settle();

  nowMs = START + 59_999;
  expect(source.current()).toBeDefined();
  nowMs = START + 60_000;
  expect(source.current()).toBeUndefined();
  expect(warnings.map(([message]) => message)).toEqual(['faults are injected', 'faults are over']);
});

test.each([
  ['off', text('off')],
  ['another text', text('{"until":')],
  ['an unreachable parameter', unreachable],
])('turns faults off by %s', async (_, answer) => {
  const { source } = sourceOf(text(planText(30)), answer);
  source.current();
  await settle();
  expect(source.current()).toBeDefined();

  nowMs = START + IDLE_INTERVAL_MS;
  source.current();
  await settle();

  expect(source.current()).toBeUndefined();
});

test('gives a read 200 ms, and starts no other one meanwhile', async () => {
  const { source, reads } = sourceOf(text(planText(30)), never);
  source.current();
  await settle();
  nowMs += IDLE_INTERVAL_MS;
  source.current();
  nowMs += IDLE_INTERVAL_MS;
  source.current();

  expect(reads()).toBe(2);
  await wait(300);
  nowMs += IDLE_INTERVAL_MS;

  expect(source.current()).toBeUndefined();
  expect(reads()).toBe(3);
});

test('tells the reader to let go of a read that took too long', async () => {
  const signals: AbortSignal[] = [];
  const source = new FaultSource({
    read: (signal) => {
      signals.push(signal);
      return never();
    },
    logger: { warn: () => {} },
  });
  source.current();
  await wait(300);

  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

test('hears an answer that came while the environment was frozen', async () => {
  let answer: (value: string) => void = () => {};
  const { source } = sourceOf(() => new Promise((resolve) => (answer = resolve)));
  source.current();
  // Frozen: no timer and no answer is served for longer than a read may take.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
  setImmediate(() => answer(planText()));
  await wait(20);

  expect(source.current()).toBeDefined();
});

test('complains of a text once', async () => {
  const { source } = sourceOf(text('{}'));
  for (let minute = 0; minute < 3; minute += 1) {
    nowMs = START + minute * IDLE_INTERVAL_MS;
    source.current();
    await settle();
  }

  expect(warnings.map(([message]) => message)).toEqual(['fault parameter ignored']);
});

test('whatever is read, faults are in force only while a plan of the last hour says so', async () => {
  const answers = fc.oneof(
    fc.constant('off'),
    fc.string(),
    fc.integer({ min: -90, max: 90 }).map((minutes) => `plan ${minutes}`),
    fc.constant(undefined),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(answers, { minLength: 1, maxLength: 6 }), async (script) => {
      nowMs = START;
      const { source } = sourceOf(
        ...script.map((entry) => () => {
          if (entry === undefined) return unreachable();
          const [, minutes] = /^plan (-?\d+)$/.exec(entry) ?? [];
          return Promise.resolve(minutes === undefined ? entry : planText(Number(minutes)));
        }),
      );
      for (const entry of script) {
        source.current();
        await new Promise((resolve) => setImmediate(resolve));
        const [, minutes] = /^plan (-?\d+)$/.exec(entry ?? '') ?? [];
        expect(source.current() !== undefined).toBe(Number(minutes) > 0 && Number(minutes) <= 60);
        nowMs += IDLE_INTERVAL_MS;
      }
    }),
    { numRuns: 50 },
  );
});
