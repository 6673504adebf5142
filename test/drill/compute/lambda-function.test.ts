import { RandomStream } from '../../../lib/drill/kernel/random';
import { lognormalConstant, quantilesConstant } from '../../../lib/drill/model/constants';
import { fault, settle, timed } from '../data/fixture';
import { fault as lasting } from '../drill-context';
import { deploy } from './functions';

/** Counts its environment's invocations; sleeps as long as the event says. */
const COUNTING = `
  let invocations = 0;
  exports.handler = async ({ sleepMs = 0 } = {}) => {
    const count = ++invocations;
    if (sleepMs > 0) await new Promise((resolve) => setTimeout(resolve, sleepMs));
    return count;
  };
`;

const answered = (payload: unknown) => ({ kind: 'answer', payload });

/** An invocation that was answered after so many milliseconds. */
const like = (durationMs: number) => ({ kind: 'answer', durationMs }) as const;

describe('environments', () => {
  test('start cold, are used again at once and keep what they remember', async () => {
    const { context, lambda } = await deploy(COUNTING);
    const draws = new RandomStream(context.random.label).fork('lambda/Region-us-east-2/Function');
    const coldStartMs = draws.lognormal(lognormalConstant('lambda.cold.app'));

    const first = await timed(context, lambda.invoke({}));
    const second = await timed(context, lambda.invoke({}));

    expect(first).toEqual({ value: answered(1), elapsedMs: coldStartMs });
    expect(second).toEqual({ value: answered(2), elapsedMs: 0 });
    expect([lambda.coldStarts, context.log.lineCount]).toEqual([1, 1]);
  });

  test('run one invocation at a time: as many are started as run at once, and the last used is used first', async () => {
    const { context, lambda, invoke } = await deploy(COUNTING, { timeoutMs: 60_000 });

    const together = [10, 30, 20].map((sleepMs) => lambda.invoke({ sleepMs: 1000 * sleepMs }));
    await settle(context, Promise.all(together));
    expect(lambda.coldStarts).toBe(3);

    await invoke();
    await invoke();
    expect(await invoke()).toEqual(answered(4));
    expect(lambda.coldStarts).toBe(3);

    await settle(context, Promise.all([1, 2, 3, 4].map(() => lambda.invoke({ sleepMs: 1000 }))));
    expect(lambda.coldStarts).toBe(4);
  }, 20_000);

  test('are taken, started and kept warm by invocations that run no code, too', async () => {
    const { p10 } = quantilesConstant('lambda.idle') as { p10: number };
    const { context, lambda, invoke } = await deploy(COUNTING, { timeoutMs: 60_000 });

    await settle(context, Promise.all([1, 2, 3].map(() => lambda.occupy(like(10_000)))));
    expect(lambda.coldStarts).toBe(3);
    expect(await invoke()).toEqual(answered(1));

    for (let i = 0; i < 5; i++) {
      await context.scheduler.run(context.scheduler.nowMs + 1000 * p10 - 10);
      expect(await timed(context, lambda.occupy(like(5)))).toMatchObject({ elapsedMs: 5 });
    }
    expect(await invoke()).toEqual(answered(2));
    expect(lambda.coldStarts).toBe(3);
  });

  test('are not taken beyond the reserved concurrency by them either', async () => {
    const { context, lambda } = await deploy(COUNTING, { reservedConcurrency: 1, timeoutMs: 60_000 });

    const occupied = lambda.occupy(like(10_000));
    const others = Promise.all([lambda.occupy(like(10_000)), lambda.invoke({})]);

    expect(await settle(context, others)).toEqual([{ kind: 'throttled' }, { kind: 'throttled' }]);
    expect(await settle(context, occupied)).toBeUndefined();
    expect(lambda.coldStarts).toBe(1);
    expect(context.sightings.counts).toMatchObject({ throttled: 2 });
  });

  test('share nothing with each other', async () => {
    const { context, lambda } = await deploy(COUNTING, { timeoutMs: 60_000 });

    const together = await settle(context, Promise.all([1, 2].map(() => lambda.invoke({ sleepMs: 10_000 }))));

    expect(together).toEqual([answered(1), answered(1)]);
  });

  test('end after a time without work, within the published quantiles', async () => {
    const { p10, p90 } = quantilesConstant('lambda.idle') as { p10: number; p90: number };
    const { context, lambda, invoke } = await deploy(COUNTING);
    for (let i = 1; i <= 5; i++) {
      expect(await invoke()).toEqual(answered(i));
      await context.scheduler.run(context.scheduler.nowMs + 1000 * p10 - 1);
    }
    expect(lambda.coldStarts).toBe(1);

    await context.scheduler.run(context.scheduler.nowMs + 1000 * p90 + 1);
    expect(await invoke()).toEqual(answered(1));
    expect(lambda.coldStarts).toBe(2);
  });

  test('live for a median of ten minutes', async () => {
    const { p50 } = quantilesConstant('lambda.idle') as { p50: number };
    const { context, lambda, invoke } = await deploy(COUNTING);
    const rounds = 200;
    await invoke();
    for (let i = 0; i < rounds; i++) {
      await context.scheduler.run(context.scheduler.nowMs + 1000 * p50);
      await invoke();
    }

    expect(Math.abs((lambda.coldStarts - 1) / rounds - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / rounds));
  });

  test('print under their own name', async () => {
    const { output, invoke } = await deploy(`exports.handler = async () => { console.log('seen'); };`);
    await invoke();

    expect(output).toEqual(['Region-us-east-2/Function#1: seen\n']);
  });
});

describe('limits', () => {
  test('of concurrency throttle at once what is above them, and free their place afterwards', async () => {
    const { context, lambda, invoke } = await deploy(COUNTING, { reservedConcurrency: 2 });
    const running = [lambda.invoke({ sleepMs: 100 }), lambda.invoke({ sleepMs: 100 })];

    expect(await timed(context, lambda.invoke({}))).toEqual({ value: { kind: 'throttled' }, elapsedMs: 0 });
    await settle(context, Promise.all(running));
    expect(await invoke()).toEqual(answered(2));
  });

  test('of zero environments throttle everything', async () => {
    const { invoke } = await deploy(COUNTING, { reservedConcurrency: 0 });

    expect(await invoke()).toEqual({ kind: 'throttled' });
  });

  test('of time end the invocation and the environment, with all it had planned', async () => {
    const source = `
      const ticks = [];
      exports.handler = async ({ hang }) => {
        if (!hang) return ticks;
        setInterval(() => { ticks.push(performance.now()); console.log('tick'); }, 400);
        await new Promise(() => {});
      };
    `;
    const { context, lambda, output, invoke } = await deploy(source, { timeoutMs: 1000 });
    await invoke({});

    expect(await timed(context, lambda.invoke({ hang: true }))).toEqual({
      value: { kind: 'timeout' },
      elapsedMs: expect.closeTo(1000, 9),
    });
    await context.scheduler.run(context.scheduler.nowMs + 10_000);
    expect(output).toHaveLength(2);

    expect(await invoke({})).toEqual(answered([]));
    expect(lambda.coldStarts).toBe(2);
  });

  test('of time leave no code behind that goes on when the table answers', async () => {
    const source = `
      const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
      const { DynamoDBDocumentClient, GetCommand, PutCommand } = require('@aws-sdk/lib-dynamodb');
      const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
      const put = (pk) => client.send(new PutCommand({ TableName: 'parcels', Item: { pk } }));
      exports.handler = async ({ write }) => {
        if (write) {
          await put('first');
          await put('second');
        }
        const read = async (pk) => (await client.send(new GetCommand({ TableName: 'parcels', Key: { pk } }))).Item?.pk;
        return [await read('first'), await read('second')];
      };
    `;
    const { context, lambda, invoke } = await deploy(source, { timeoutMs: 10 });

    const hurried = lambda.invoke({ write: true });
    expect(await settle(context, hurried)).toEqual({ kind: 'timeout' });
    await context.scheduler.run(context.scheduler.nowMs + 10_000);

    expect(await invoke({})).toEqual(answered(['first', undefined]));
  });
});

describe('faults', () => {
  test('of the service fail invocations before the handler runs, for the share they hit', async () => {
    const lame = fault({
      target: 'lambda',
      region: 'us-east-2',
      startMs: 10_000,
      endMs: 1e9,
      share: 0.4,
      phaseId: 'p4',
    });
    const { context, lambda, invoke } = await deploy(COUNTING, { faults: [lame] });
    expect(await invoke()).toEqual(answered(1));
    await context.scheduler.run(10_000);

    const rounds = 1000;
    const results = await settle(context, Promise.all(Array.from({ length: rounds }, () => lambda.invoke({}))));
    const failed = results.filter(({ kind }) => kind === 'service-error');

    expect(failed).toEqual(Array(failed.length).fill({ kind: 'service-error', phaseId: 'p4', isDecided: true }));
    expect(Math.abs(failed.length / rounds - 0.4)).toBeLessThan(4 * Math.sqrt(0.24 / rounds));
  }, 20_000);

  test('that strike a call of the handler are named in its result, and forgotten in the next', async () => {
    const source = `
      const { DynamoDBClient, GetItemCommand } = require('@aws-sdk/client-dynamodb');
      const client = new DynamoDBClient({ maxAttempts: 1 });
      exports.handler = () =>
        client.send(new GetItemCommand({ TableName: 'parcels', Key: { pk: { S: '1' } } })).then(() => 'found', (error) => error.name);
    `;
    const broken = fault({ target: 'dynamodb', region: 'us-east-2', startMs: 0, endMs: 50_000, phaseId: 'p1' });
    const { context, invoke } = await deploy(source, { faults: [broken] });

    expect(await invoke()).toEqual({ ...answered('ServiceUnavailable'), phaseId: 'p1' });
    await context.scheduler.run(50_000);
    expect(await invoke()).toEqual(answered('found'));
  });

  test('of a function alone leave others be', async () => {
    const other = lasting({ resources: ['another/Function'] });
    const { lambda, invoke } = await deploy(COUNTING, { faults: [other] });

    expect(lambda.definition.id).not.toBe('another/Function');
    expect(await invoke()).toEqual(answered(1));
  });

  test('before the handler keep it from running, those after it do not', async () => {
    const before = lasting({ kind: 'function-error', endMs: 10_000, phaseId: 'before' });
    const after = lasting({ kind: 'late-error', startMs: 10_000, endMs: 20_000, phaseId: 'after' });
    const { context, invoke } = await deploy(COUNTING, { faults: [before, after] });
    const failed = (phaseId: string) => ({
      kind: 'function-error',
      message: 'Fault injected',
      phaseId,
      isDecided: true,
    });

    expect(await invoke()).toEqual(failed('before'));
    await context.scheduler.run(10_000);
    expect(await invoke()).toEqual(failed('after'));
    await context.scheduler.run(20_000);
    // The run in vain was the first.
    expect(await invoke()).toEqual(answered(2));
  });

  test('may answer in the place of a function, with the status they are given', async () => {
    const { invoke } = await deploy(COUNTING, { faults: [lasting({ kind: 'function-error', statusCode: 503 })] });

    expect(await invoke()).toEqual({
      kind: 'answer',
      payload: { statusCode: 503, headers: {}, body: '' },
      phaseId: 'p1',
      isDecided: true,
    });
  });

  test('that throttle look as if no environment were free', async () => {
    const { invoke } = await deploy(COUNTING, { faults: [lasting({ kind: 'throttle' })] });

    expect(await invoke()).toEqual({ kind: 'throttled', phaseId: 'p1', isDecided: true });
  });

  test.each([
    ['shorter', 2999, answered(1)],
    ['as long as', 3000, { kind: 'timeout' }],
  ])('that delay the start of an invocation, %s the time-out, count into it', async (_, delayMs, expected) => {
    const slow = lasting({ kind: 'slow', delayMs });
    const { context, invoke } = await deploy(COUNTING, { faults: [slow], timeoutMs: 3000 });

    const result = await invoke();

    expect(result).toEqual({ ...expected, phaseId: 'p1' });
    expect(context.scheduler.nowMs).toBeGreaterThanOrEqual(delayMs);
  });

  test('of starts are felt by cold environments alone', async () => {
    const slow = lasting({ target: 'lambda-starts', kind: 'slow', delayMs: 20_000, startMs: 0 });
    const { context, invoke } = await deploy(COUNTING, { faults: [slow] });

    await invoke();
    const coldMs = context.scheduler.nowMs;
    await invoke();

    expect(coldMs).toBeGreaterThan(20_000);
    expect(context.scheduler.nowMs - coldMs).toBeLessThan(1000);
  });

  test('that keep environments from starting fail what finds none', async () => {
    const { invoke } = await deploy(COUNTING, { faults: [lasting({ target: 'lambda-starts' })] });

    expect(await invoke()).toEqual({ kind: 'service-error', phaseId: 'p1', isDecided: true });
  });

  test.each([
    ['in the service', {}, { kind: 'service-error' }],
    ['by throttles', { kind: 'throttle' }, { kind: 'throttled' }],
    ['before the code', { kind: 'function-error' }, { kind: 'function-error' }],
    ['after the code', { kind: 'late-error' }, { kind: 'function-error' }],
    ['where an environment would start', { target: 'lambda-starts' }, { kind: 'service-error' }],
  ] as const)('%s strike invocations that run no code as they strike others', async (_, rest, expected) => {
    const { context, lambda } = await deploy(COUNTING, { faults: [lasting({ ...rest, endMs: 50_000 })] });
    const occupy = () => settle(context, lambda.occupy(like(10)));

    expect(await occupy()).toMatchObject({ ...expected, phaseId: 'p1', isDecided: true });
    await context.scheduler.run(50_000);
    expect(await occupy()).toBeUndefined();
  });
});
