import { settle } from '../data/fixture';
import { deploy } from './functions';

const answered = (payload: unknown) => ({ kind: 'answer', payload });

describe('handlers', () => {
  test.each([
    ['a promise', `exports.handler = async (event) => ({ seen: event.n });`],
    ['a value', `exports.handler = (event) => ({ seen: event.n });`],
    [
      'a callback',
      `exports.handler = (event, context, callback) => { setTimeout(() => callback(null, { seen: event.n }), 5); };`,
    ],
    [
      'whatever resolves, even beside a callback',
      `exports.handler = async (event, context, callback) => ({ seen: event.n });`,
    ],
  ])('answer with %s', async (_, source) => {
    const { invoke } = await deploy(source);

    expect(await invoke({ n: 7 })).toEqual(answered({ seen: 7 }));
  });

  test.each([
    ['throw', `exports.handler = () => { throw new TypeError('broken'); };`, 'TypeError: broken'],
    ['reject', `exports.handler = async () => { throw new RangeError('broken'); };`, 'RangeError: broken'],
    [
      'call back with an error',
      `exports.handler = (event, context, callback) => callback(new Error('broken'));`,
      'Error: broken',
    ],
    ['throw something that is no error', `exports.handler = async () => { throw 'text'; };`, 'text'],
  ])('that %s end in a function error, and their environment is used again', async (_, source, message) => {
    const { lambda, invoke } = await deploy(source);

    expect(await invoke()).toMatchObject({ kind: 'function-error', message });
    expect(await invoke()).toMatchObject({ kind: 'function-error', message });
    expect(lambda.coldStarts).toBe(1);
  });

  test("that never answer wait for the function's time-out", async () => {
    const { invoke } = await deploy(`exports.handler = (event, context, callback) => {};`, { timeoutMs: 2500 });

    expect(await invoke()).toEqual({ kind: 'timeout' });
  });

  test('that reach for what is not modelled stop the drill', async () => {
    const { invoke } = await deploy(
      `exports.handler = async () => crypto.subtle.digest('SHA-256', new Uint8Array(1));`,
    );

    await expect(invoke()).rejects.toThrow('not modelled: crypto.subtle.digest, called by Region-us-east-2/Function#1');
  });

  test("have the environment's variables, time and built-ins", async () => {
    const source = `
      const path = require('node:path');
      exports.handler = async () => [process.env.TABLE_NAME, new Date().toISOString().slice(0, 10), path.join('a', 'b')];
    `;

    expect(await (await deploy(source)).invoke()).toEqual(answered(['parcels', '2025-10-20', 'a/b']));
  });
});

describe('the context', () => {
  test('says what Lambda says of the function and of the time left', async () => {
    const source = `
      exports.handler = async (event, context) => {
        const before = context.getRemainingTimeInMillis();
        await new Promise((resolve) => setTimeout(resolve, 1200));
        const { awsRequestId, ...rest } = context;
        return { before, after: context.getRemainingTimeInMillis(), awsRequestId, rest: JSON.parse(JSON.stringify(rest)) };
      };
    `;
    const { invoke } = await deploy(source, { timeoutMs: 5000, memoryMb: 512 });
    const results = [await invoke(), await invoke()] as { payload: { awsRequestId: string } }[];

    expect(results[0]).toEqual(
      answered({
        before: 5000,
        after: 3800,
        awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        rest: {
          callbackWaitsForEmptyEventLoop: true,
          functionName: 'dispatch-api',
          functionVersion: '$LATEST',
          invokedFunctionArn: 'arn:aws:lambda:us-east-2:111122223333:function:dispatch-api',
          memoryLimitInMB: '512',
          logGroupName: '/aws/lambda/dispatch-api',
          logStreamName: 'drill',
        },
      }),
    );
    expect(results[1]).toMatchObject({ payload: { before: 5000, after: 3800 } });
    expect(results[0]?.payload.awsRequestId).not.toBe(results[1]?.payload.awsRequestId);
  });
});

describe('between invocations', () => {
  test('nothing runs: what fell due runs when the next one begins', async () => {
    const source = `
      const seen = [];
      exports.handler = async () => {
        setTimeout(() => seen.push(performance.now()), 100);
        return [...seen];
      };
    `;
    const { context, invoke } = await deploy(source);
    await invoke();
    await context.scheduler.run(60_000);

    expect(await settle(context, invoke())).toEqual(answered([60_000]));
  });
});
