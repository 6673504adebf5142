import { createServer, type Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { createFaultHook, hookOn, NO_FAULTS } from '../../../lib/application/chaos/fault-hook';
import type { Fault, FaultPlan } from '../../../lib/application/chaos/fault-plan';
import { READ_LIMIT_MS } from '../../../lib/application/chaos/fault-source';
import { type CallLimits, HEALTH_CALL_LIMITS, TABLE_CALL_LIMITS } from '../../../lib/application/data/table-client';
import {
  close,
  fresh,
  interceptedClient,
  listen,
  loopback,
  recordConsole,
  startTable,
  TestDispatch,
  type TestTable,
} from '../dispatch-fixture';

recordConsole();

let table: TestTable;

beforeAll(async () => {
  table = await startTable();
});

afterAll(() => table.stop());

/** Limits under which a time-out takes 20 ms. */
const QUICK: CallLimits = { connectionTimeoutMs: 10, answerTimeoutMs: 10, maxAttempts: 2 };

/** Dispatch whose calls meet faults, and which calls reached the table. */
function dispatchWith(faults: readonly Partial<Fault>[], { sparesHealth = false, limits = QUICK } = {}) {
  const plan = {
    untilMs: Number.POSITIVE_INFINITY,
    sparesHealth,
    faults: faults.map((fault) => ({ percent: 100, ...fault })),
  } as FaultPlan;
  const hook = hookOn({ current: () => plan });
  const reached: string[] = [];
  const client = interceptedClient((command, forward) => {
    reached.push(command.constructor.name);
    return forward();
  }, table.client);
  const dispatch = new TestDispatch({
    client: hook.around(client, limits),
    healthClient: hook.around(client, limits),
    beginRequest: hook.begin,
  });
  return { dispatch, reached };
}

describe('faults', () => {
  test('fail a call in place of the table, as an error of its own would', async () => {
    const { dispatch, reached } = dispatchWith([{ fault: 'error' }]);

    expect(await dispatch.getParcel(fresh('parcel'))).toMatchObject({ status: 503, body: { type: /unavailable/ } });
    expect(await dispatch.getHealth()).toMatchObject({ status: 503, body: { reason: 'table-unavailable' } });
    expect(reached).toEqual([]);
  });

  test('let a call take longer and then do it', async () => {
    const { dispatch } = dispatchWith([{ fault: 'latency', milliseconds: 60 }]);
    const startMs = performance.now();

    expect((await dispatch.registerParcel(fresh('parcel'))).status).toBe(200);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(55);
  });

  test('take as long as the client tries, and then fail', async () => {
    const { dispatch, reached } = dispatchWith([{ fault: 'time-out' }]);
    const startMs = performance.now();

    expect(await dispatch.getHealth()).toMatchObject({ status: 503, body: { reason: 'table-slow' } });
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(15);
    expect(reached).toEqual([]);
  });

  test('lose an answer after the work was done, so that repeating it does nothing twice', async () => {
    const { dispatch, reached } = dispatchWith([{ fault: 'lost-answer', route: 'PUT /parcels/{parcelId}' }]);
    const parcelId = fresh('parcel');

    expect((await dispatch.registerParcel(parcelId)).status).toBe(503);
    expect(reached).toEqual(['UpdateCommand']);
    expect(await dispatch.getParcel(parcelId)).toMatchObject({ status: 200, body: { parcelId } });
  });

  test('strike the call, the route and the share that they name', async () => {
    const byCall = dispatchWith([{ fault: 'error', call: 'UpdateItem' }]).dispatch;
    const byRoute = dispatchWith([{ fault: 'error', route: 'GET /routes/{driverId}' }]).dispatch;
    const statuses = async (dispatch: TestDispatch) => [
      (await dispatch.registerParcel(fresh('parcel'))).status,
      (await dispatch.listRoute('driver-1')).status,
      (await dispatch.getHealth()).status,
    ];

    expect(await statuses(byCall)).toEqual([503, 200, 200]);
    expect(await statuses(byRoute)).toEqual([200, 503, 200]);
  });

  test.each([
    [0.1, 503],
    [0.1999, 503],
    [0.2, 200],
  ])('with 20 %% and a draw of %d answer %d', async (draw, status) => {
    jest.spyOn(Math, 'random').mockReturnValue(draw);
    const { dispatch } = dispatchWith([{ fault: 'error', percent: 20 }]);

    expect((await dispatch.listRoute('driver-1')).status).toBe(status);
  });

  test('can leave the health check alone', async () => {
    const { dispatch } = dispatchWith([{ fault: 'error' }], { sparesHealth: true });

    expect((await dispatch.getHealth()).status).toBe(200);
    expect((await dispatch.listRoute('driver-1')).status).toBe(503);
  });

  test('come one after the other', async () => {
    const { dispatch, reached } = dispatchWith([{ fault: 'latency', milliseconds: 30 }, { fault: 'error' }]);
    const startMs = performance.now();

    expect((await dispatch.listRoute('driver-1')).status).toBe(503);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(25);
    expect(reached).toEqual([]);
  });
});

describe('without the variable', () => {
  test('there is nothing around any client', () => {
    const hook = createFaultHook({ AWS_REGION: 'us-east-2' }, { warn: () => {} });

    expect(hook).toBe(NO_FAULTS);
    expect(hook.around(table.client, TABLE_CALL_LIMITS)).toBe(table.client);
  });

  test('the client of the parameter is not even loaded', () => {
    jest.isolateModules(() => {
      const load = jest.fn(() => {
        throw new Error('must not be loaded');
      });
      jest.doMock('@aws-sdk/client-ssm', load);
      const hooks = require('../../../lib/application/chaos/fault-hook') as { createFaultHook: typeof createFaultHook };

      hooks.createFaultHook({}, { warn: () => {} });
      expect(load).not.toHaveBeenCalled();
      expect(() => hooks.createFaultHook({ FAULT_PARAMETER: '/dispatch/faults' }, { warn: () => {} })).toThrow(
        'must not be loaded',
      );
      jest.dontMock('@aws-sdk/client-ssm');
    });
  });
});

describe('with the variable', () => {
  let server: Server;
  let answer: () => { status: number; body: object };
  const asked: unknown[] = [];

  beforeAll(async () => {
    server = await listen(
      createServer((request, response) => {
        let body = '';
        request.on('data', (chunk) => (body += chunk));
        request.on('end', () => {
          asked.push({ target: request.headers['x-amz-target'], ...JSON.parse(body) });
          const { status, body: text } = answer();
          response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(text));
        });
      }),
    );
    process.env.AWS_ENDPOINT_URL_SSM = loopback(server).endpoint;
    process.env.AWS_ACCESS_KEY_ID = 'test';
    process.env.AWS_SECRET_ACCESS_KEY = 'test';
  });

  afterAll(async () => {
    for (const name of ['AWS_ENDPOINT_URL_SSM', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name];
    await close(server);
  });

  const hook = () =>
    createFaultHook({ AWS_REGION: 'us-east-2', FAULT_PARAMETER: '/dispatch/faults' }, { warn: () => {} });

  async function statusesOf(value: string, status = 200): Promise<(number | undefined)[]> {
    answer = () => ({ status, body: { Parameter: { Name: '/dispatch/faults', Value: value } } });
    const faults = hook();
    const dispatch = new TestDispatch({
      client: faults.around(table.client, TABLE_CALL_LIMITS),
      healthClient: faults.around(table.client, HEALTH_CALL_LIMITS),
      beginRequest: faults.begin,
    });
    const first = await dispatch.listRoute('driver-1');
    await wait(READ_LIMIT_MS + 100);
    // What the machine was too busy to read in that time is read now.
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    return [first.status, (await dispatch.listRoute('driver-1')).status];
  }

  test('what the parameter says is in force from the request after its read', async () => {
    const until = new Date(Date.now() + 600_000).toISOString();

    expect(await statusesOf(JSON.stringify({ until, faults: [{ fault: 'error' }] }))).toEqual([200, 503]);
    expect(asked).toEqual([{ target: 'AmazonSSM.GetParameter', Name: '/dispatch/faults' }]);
  });

  test.each([
    ['says off', 'off', 200],
    ['says something else', 'on', 200],
    ['is not there', '', 400],
    ['cannot be reached', '', 503],
  ])('nothing happens when the parameter %s', async (_, value, status) => {
    expect(await statusesOf(value, status)).toEqual([200, 200]);
  });
});
