import { HEALTH_BUDGET_MS } from '../../../lib/application/data/table-health';
import {
  interceptedClient,
  recordConsole,
  type SentCommand,
  startTable,
  TestDispatch,
  type TestTable,
} from '../dispatch-fixture';

recordConsole();

/** What Route 53's checkers look for in the body. */
const SEARCH_STRING = '"status":"healthy"';

let table: TestTable;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table.stop());
afterEach(() => jest.useRealTimers());

function failing(error: Error): TestDispatch {
  return new TestDispatch({ client: interceptedClient(() => Promise.reject(error)) });
}

test.each(['strong', 'eventual'] as const)('is healthy while a %s table answers', async (consistency) => {
  const health = await new TestDispatch({ client: table.client, consistency }).getHealth();

  expect(health.status).toBe(200);
  expect(health.body).toEqual({ status: 'healthy', region: 'us-east-2' });
  expect(health.text).toContain(SEARCH_STRING);
  expect(health.headers['cache-control']).toBe('no-store');
});

test.each([
  ['strong', true],
  ['eventual', false],
] as const)(
  'asks a %s table once, as the application asks it, for a key of its own Region',
  async (consistency, strong) => {
    const sent: SentCommand[] = [];
    const healthClient = interceptedClient((command, forward) => {
      sent.push(command);
      return forward();
    }, table.client);
    const client = interceptedClient(() => Promise.reject(new Error('not the client of the health check')));

    await new TestDispatch({ client, healthClient, consistency, region: 'us-west-2' }).getHealth();

    expect(sent.map((command) => [command.constructor.name, command.input])).toEqual([
      ['GetCommand', { TableName: 'dispatch', Key: { pk: 'HEALTH#us-west-2' }, ConsistentRead: strong }],
    ]);
  },
);

test('asks again each time, so that a fault shows at once and passes at once', async () => {
  let broken = false;
  const client = interceptedClient(
    (_, forward) => (broken ? Promise.reject(httpError('InternalServerError', 500)) : forward()),
    table.client,
  );
  const dispatch = new TestDispatch({ client });

  const statuses: unknown[] = [];
  for (broken of [false, true, false]) statuses.push((await dispatch.getHealth()).status);

  expect(statuses).toEqual([200, 503, 200]);
});

test.each([
  ['an error of the table', () => httpError('InternalServerError', 500), 'table-unavailable'],
  ['a name that does not resolve', () => Object.assign(new Error(), { code: 'ENOTFOUND' }), 'table-unavailable'],
  ['a time-out', () => Object.assign(new Error(), { name: 'TimeoutError' }), 'table-slow'],
  ['a missing permission', () => httpError('AccessDeniedException', 400), 'table-refuses'],
  ['a missing table', () => httpError('ResourceNotFoundException', 400), 'table-refuses'],
])('is unhealthy on %s', async (_, error, reason) => {
  const health = await failing(error()).getHealth();

  expect(health.status).toBe(503);
  expect(health.body).toEqual({ status: 'unhealthy', region: 'us-east-2', reason });
  expect(health.text).not.toContain(SEARCH_STRING);
  expect(health.headers['cache-control']).toBe('no-store');
});

test('stays healthy when the table throttles, as a peer could not carry the load either', async () => {
  const health = await failing(httpError('ProvisionedThroughputExceededException', 400)).getHealth();

  expect(health).toMatchObject({ status: 200, body: { status: 'healthy' } });
});

test('says that the table is slow within its budget when the table never answers', async () => {
  jest.useFakeTimers();
  const dispatch = new TestDispatch({ client: interceptedClient(() => new Promise(() => undefined)) });
  let health: unknown;
  const asked = dispatch.getHealth().then((answer) => {
    health = answer;
  });

  await jest.advanceTimersByTimeAsync(HEALTH_BUDGET_MS - 1);
  expect(health).toBeUndefined();
  await jest.advanceTimersByTimeAsync(1);
  await asked;

  expect(health).toMatchObject({ status: 503, body: { status: 'unhealthy', reason: 'table-slow' } });
});

test('leaves a new execution environment 800 ms of the 2 s that Route 53 waits', () => {
  expect(2_000 - HEALTH_BUDGET_MS).toBeGreaterThanOrEqual(800);
});

function httpError(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error(), { name, $metadata: { httpStatusCode } });
}
