import type { Fault } from '../../../lib/drill/faults/fault';
import { settle } from '../data/fixture';
import { fault } from '../drill-context';
import { deploy } from './functions';

/** Counts its environment's invocations; runs as long as the event says. */
const COUNTING = `
  let invocations = 0;
  exports.handler = async ({ sleepMs = 0 } = {}) => {
    const count = ++invocations;
    if (sleepMs > 0) await new Promise((resolve) => setTimeout(resolve, sleepMs));
    return count;
  };
`;

const ID = 'Region-us-east-2/Function';

/** Looks once a minute, and invocations wait for a look that is under way. */
const PATIENT = { slowPollMs: 60_000, maxWaitMs: 100 };

/** The same, but a look goes on only while a handler runs. */
const HURRIED = { ...PATIENT, maxWaitMs: 0 };

/** Something that FIS leaves for the extension of the function: every invocation fails before the handler, unless a test says otherwise. */
const injected = (rest: Partial<Fault> = {}): Fault =>
  fault({ target: 'lambda-extension', kind: 'function-error', resources: [ID], phaseId: 'act', ...rest });

const answered = (payload: unknown) => ({ kind: 'answer', payload });
const FAILED = { kind: 'function-error', message: 'marked as failed by AWS FIS', phaseId: 'act' };

/** The function with the extension, in an environment that has started before; `at` invokes it at a second of virtual time. */
async function warm(faults: readonly Fault[], fisExtension = PATIENT, timeoutMs = 3000) {
  const deployed = await deploy(COUNTING, { id: ID, faults, fisExtension, timeoutMs });
  const { context, lambda, invoke } = deployed;
  const at = async (second: number, event: unknown = {}, qualifier?: string) => {
    await context.scheduler.run(1000 * second);
    return settle(context, lambda.invoke(event, { qualifier }));
  };
  return { ...deployed, first: await invoke({}), at };
}

describe('what is there when an environment starts', () => {
  test('meets its first invocation, whose handler does not run', async () => {
    const { first, at } = await warm([injected({ endMs: 10_000 })]);

    expect(first).toEqual(FAILED);
    // The first invocation that the handler saw.
    expect(await at(100)).toEqual(answered(1));
  });

  test('is passed over without the extension', async () => {
    const { invoke } = await deploy(COUNTING, { id: ID, faults: [injected()] });

    expect(await invoke({})).toEqual(answered(1));
  });

  test('of another function, or of another alias, is passed over', async () => {
    const faults = [injected({ resources: ['Region-us-east-2/Other'] }), injected({ operations: ['live'] })];
    const { first, at } = await warm(faults);

    expect(first).toEqual(answered(1));
    expect(await at(2, {}, 'next')).toEqual(answered(2));
    expect(await at(3, {}, 'live')).toEqual(FAILED);
  });
});

describe('what comes later', () => {
  test('meets an environment at its next look, a minute after the one before', async () => {
    const { at, context } = await warm([injected({ startMs: 10_000 })]);
    const startedSeconds = Math.ceil(context.scheduler.nowMs / 1000);

    expect(await at(50)).toEqual(answered(2));
    expect(await at(59)).toEqual(answered(3));
    expect(await at(startedSeconds + 60)).toEqual(FAILED);
  });

  test('and goes, is felt until the next look, at the latest twenty seconds after its end', async () => {
    const { at } = await warm([injected({ startMs: 10_000, endMs: 100_000 })]);

    // After the look at 91 s, which takes 70 ms, the next one is due at 111.07 s.
    for (const second of [70, 91, 99, 105, 111]) expect(await at(second)).toEqual(FAILED);
    for (const second of [112, 113]) expect(await at(second)).toMatchObject({ kind: 'answer' });
  });

  test('is looked for only as long as handlers run, unless invocations wait', async () => {
    const { at } = await warm([injected({ startMs: 10_000 })], HURRIED);

    // A look takes 70 ms: it is over in the third of these.
    for (const second of [70, 71, 72]) expect(await at(second, { sleepMs: 30 })).toMatchObject({ kind: 'answer' });
    expect(await at(73)).toEqual(FAILED);
  });

  test('may be missed altogether by a short function that does not wait', async () => {
    const { at } = await warm([injected({ startMs: 10_000 })], HURRIED);

    for (const second of [70, 200, 500, 900]) expect(await at(second)).toMatchObject({ kind: 'answer' });
  });

  test('has a look wait no longer than the function allows', async () => {
    const { at, context } = await warm([injected({ startMs: 10_000 })], { ...PATIENT, maxWaitMs: 40 });
    const took = async (second: number) => {
      const result = await at(second);
      return [result.kind, Math.round(context.scheduler.nowMs - 1000 * second)];
    };

    expect(await took(70)).toEqual(['answer', 40]);
    expect(await took(71)).toEqual(['function-error', 30]);
    expect(await took(72)).toEqual(['function-error', 0]);
  });
});

describe('an injected fault', () => {
  test('after the handler spoils its work, but does not undo it', async () => {
    const { first, at } = await warm([injected({ kind: 'late-error', endMs: 10_000 })]);

    expect(first).toEqual(FAILED);
    expect(await at(100)).toEqual(answered(2));
  });

  test('may answer for the function', async () => {
    const { first } = await warm([injected({ kind: 'late-error', statusCode: 500 })]);

    expect(first).toEqual({ ...answered({ statusCode: 500, headers: {}, body: '' }), phaseId: 'act' });
  });

  test.each([
    ['below', 2999, { ...answered(1), phaseId: 'act' }],
    ['of', 3000, { kind: 'timeout', phaseId: 'act' }],
  ])('that delays counts into the time-out: %s three seconds', async (_, delayMs, expected) => {
    expect((await warm([injected({ kind: 'slow', delayMs })])).first).toEqual(expected);
  });

  test('hits its share of invocations', async () => {
    const { at } = await warm([injected({ share: 0.3 })]);
    let failed = 0;
    const rounds = 400;
    for (let round = 0; round < rounds; round++) if ((await at(10 + round / 10)).kind === 'function-error') failed++;

    expect(Math.abs(failed / rounds - 0.3)).toBeLessThan(4 * Math.sqrt(0.21 / rounds));
  });

  test('gives way to one that started first and decides the same; a delay decides something else', async () => {
    const { first, context } = await warm([
      injected({ kind: 'late-error', statusCode: 503, startMs: 0.5, phaseId: 'second' }),
      injected({ startMs: 0, phaseId: 'act' }),
      injected({ kind: 'slow', delayMs: 2000, startMs: 0.7, phaseId: 'third' }),
    ]);

    expect(first).toEqual(FAILED);
    expect(context.scheduler.nowMs).toBeGreaterThan(2000);
  });
});

test('a rollback is felt as late as the end of the fault would be', async () => {
  const rolledBack = injected({ startMs: 10_000, endMs: 1_000_000 });
  const { at, context } = await warm([]);
  await context.scheduler.run(10_000);
  context.faults.begin(rolledBack);
  expect(await at(90)).toEqual(FAILED);
  await context.scheduler.run(95_000);
  context.faults.end(rolledBack, 95_000);

  expect(await at(110)).toEqual(FAILED);
  expect(await at(111)).toEqual(answered(2));
});
