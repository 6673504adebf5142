import { createServer, type Server } from 'node:http';
import { REQUEST_DEADLINE_MS } from '../../../lib/application/api/dispatch-api';
import {
  createHealthClient,
  createTableClient,
  HEALTH_CALL_LIMITS,
  TABLE_CALL_LIMITS,
} from '../../../lib/application/data/table-client';
import { HEALTH_BUDGET_MS } from '../../../lib/application/data/table-health';
import { close, listen, loopback, loopbackClient, recordConsole, TestDispatch } from '../dispatch-fixture';

recordConsole();

/** @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html */
const ROUTE53_STATUS_TIMEOUT_MS = 2_000;

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await close(server);
});

interface ScriptedAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A table endpoint that gives these answers in turn, the last one for ever; counts what it receives. */
async function scriptedEndpoint(answers: readonly (ScriptedAnswer | 'silence' | 'stall')[]) {
  const seen = { requests: 0, connections: 0 };
  const server = createServer((request, response) => {
    const answer = answers[Math.min(seen.requests, answers.length - 1)];
    seen.requests += 1;
    request.resume();
    if (answer === 'silence' || answer === undefined) return;
    const json = JSON.stringify(answer === 'stall' ? { Item: {} } : answer.body);
    response.writeHead(answer === 'stall' ? 200 : answer.status, {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(json),
    });
    if (answer === 'stall') response.write(json.slice(0, 3));
    else response.end(json);
  }).on('connection', () => {
    seen.connections += 1;
  });
  servers.push(await listen(server));
  return { server, seen };
}

function exception(name: string, status = 400): ScriptedAnswer {
  return { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'scripted' } };
}

const PARCEL = { driverId: 'driver-1', recipient: 'Ada', address: '12 Row' };
const REGISTERED: ScriptedAnswer = {
  status: 200,
  body: {
    Attributes: {
      pk: { S: 'PARCEL#parcel-1' },
      parcelId: { S: 'parcel-1' },
      driverId: { S: PARCEL.driverId },
      recipient: { S: PARCEL.recipient },
      address: { S: PARCEL.address },
    },
  },
};

test('repeats a write that another Region was in the way of, and the client sees nothing of it', async () => {
  const { server, seen } = await scriptedEndpoint([exception('ReplicatedWriteConflictException'), REGISTERED]);
  const dispatch = new TestDispatch({ client: loopbackClient(server, { maxAttempts: 3 }) });

  const answer = await dispatch.registerParcel('parcel-1', PARCEL);

  expect(answer.status).toBe(200);
  expect(seen.requests).toBe(2);
});

test('gives a lasting write conflict up after its attempts, as 503', async () => {
  const { server, seen } = await scriptedEndpoint([exception('ReplicatedWriteConflictException')]);
  const dispatch = new TestDispatch({ client: loopbackClient(server, { maxAttempts: 3 }) });

  const answer = await dispatch.registerParcel('parcel-1', PARCEL);

  expect(answer).toMatchObject({ status: 503, body: { type: expect.stringMatching(/:table-conflict$/) } });
  expect(seen.requests).toBe(3);
});

test('rides through two server errors, and no further than its attempts', async () => {
  const error = exception('InternalServerError', 500);
  const passing = await scriptedEndpoint([error, error, REGISTERED]);
  const lasting = await scriptedEndpoint([error]);

  const served = await new TestDispatch({
    client: createTableClient({ region: 'us-east-2', target: loopback(passing.server) }),
  }).registerParcel('parcel-1', PARCEL);
  const unserved = await new TestDispatch({
    client: createTableClient({ region: 'us-east-2', target: loopback(lasting.server) }),
  }).registerParcel('parcel-1', PARCEL);

  expect([served.status, unserved.status]).toEqual([200, 503]);
  expect([passing.seen.requests, lasting.seen.requests]).toEqual([3, 3]);
});

test('answers a throttled write with 503 and when to try again', async () => {
  const { server } = await scriptedEndpoint([exception('ProvisionedThroughputExceededException')]);
  const dispatch = new TestDispatch({ client: loopbackClient(server) });

  const answer = await dispatch.registerParcel('parcel-1', PARCEL);

  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
});

test.each(['silence', 'stall'] as const)('cuts every attempt short when the answer is %s', async (answer) => {
  const { server, seen } = await scriptedEndpoint([answer]);
  const dispatch = new TestDispatch({ client: loopbackClient(server, { answerTimeoutMs: 1_000, maxAttempts: 3 }) });

  const parcel = await dispatch.getParcel('parcel-1');

  expect(parcel).toMatchObject({ status: 503, body: { type: expect.stringMatching(/:table-unavailable$/) } });
  expect(seen.requests).toBe(3);
});

test('answers 503 when the endpoint refuses connections', async () => {
  const { server } = await scriptedEndpoint(['silence']);
  const client = loopbackClient(server, { maxAttempts: 3 });
  await close(servers.splice(0)[0] as Server);

  const answer = await new TestDispatch({ client }).getParcel('parcel-1');

  expect(answer.status).toBe(503);
});

test('asks for health once, however the call ends', async () => {
  const { server, seen } = await scriptedEndpoint([exception('InternalServerError', 500)]);
  const healthClient = createHealthClient({ region: 'us-east-2', target: loopback(server) });

  const health = await new TestDispatch({ client: healthClient }).getHealth();

  expect(health).toMatchObject({ status: 503, body: { reason: 'table-unavailable' } });
  expect(seen.requests).toBe(1);
});

test('says that an endpoint which never answers is slow', async () => {
  const { server } = await scriptedEndpoint(['silence']);
  const healthClient = createHealthClient({ region: 'us-east-2', target: loopback(server) });

  const health = await new TestDispatch({ client: healthClient }).getHealth();

  expect(health).toMatchObject({ status: 503, body: { reason: 'table-slow' } });
});

test('leaves the health check time to answer before a checker gives up', () => {
  const { answerTimeoutMs, maxAttempts } = HEALTH_CALL_LIMITS;

  expect(answerTimeoutMs * maxAttempts).toBeLessThanOrEqual(ROUTE53_STATUS_TIMEOUT_MS / 2);
});

test('opens a connection for each health check and keeps one for everything else', async () => {
  const answer: ScriptedAnswer = { status: 200, body: {} };
  const [health, table] = [await scriptedEndpoint([answer]), await scriptedEndpoint([answer])];
  const dispatch = new TestDispatch({
    client: createTableClient({ region: 'us-east-2', target: loopback(table.server) }),
    healthClient: createHealthClient({ region: 'us-east-2', target: loopback(health.server) }),
  });

  for (let round = 0; round < 3; round += 1) {
    await dispatch.getHealth();
    await dispatch.getParcel('parcel-1');
  }

  expect(health.seen).toEqual({ requests: 3, connections: 3 });
  expect(table.seen).toEqual({ requests: 3, connections: 1 });
});

test('hands every limit to the HTTP handler, where time-outs are off unless asked for', async () => {
  const { server } = await scriptedEndpoint([{ status: 200, body: {} }]);
  const client = createTableClient({ region: 'us-east-2', target: loopback(server) });

  await new TestDispatch({ client }).getParcel('parcel-1');

  const handler = client.config.requestHandler as unknown as { httpHandlerConfigs(): unknown };
  expect(handler.httpHandlerConfigs()).toMatchObject({
    connectionTimeout: 500,
    requestTimeout: 1_000,
    socketTimeout: 1_000,
    throwOnRequestTimeout: true,
  });
  expect(await client.config.maxAttempts()).toBe(3);
});

test('makes as many attempts as fit the deadline of a request, and that fits the function’s 10 s', () => {
  const { connectionTimeoutMs, answerTimeoutMs, maxAttempts } = TABLE_CALL_LIMITS;
  const longestCallMs = (attempts: number) => {
    const throttlingWaitsMs = Array.from({ length: attempts - 1 }, (_, retry) => 1_000 * 2 ** retry);
    return throttlingWaitsMs.reduce((sum, wait) => sum + wait, attempts * answerTimeoutMs);
  };

  expect(connectionTimeoutMs).toBeLessThan(answerTimeoutMs);
  expect(longestCallMs(maxAttempts)).toBeLessThan(REQUEST_DEADLINE_MS);
  expect(longestCallMs(maxAttempts + 1)).toBeGreaterThan(REQUEST_DEADLINE_MS);
  expect(REQUEST_DEADLINE_MS).toBeLessThan(10_000);
  expect(HEALTH_CALL_LIMITS.maxAttempts * HEALTH_CALL_LIMITS.answerTimeoutMs).toBeLessThan(HEALTH_BUDGET_MS);
});
