import { Logger } from '@aws-lambda-powertools/logger';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import {
  CONFIRM_AFTER_MS,
  EvacuationLease,
  LEASE_CALL_LIMITS,
  LEASE_KEY,
  LEASE_MS,
} from '../../../lib/application/evacuation/evacuation-lease';
import { ACTS_ON_MS } from '../../../lib/application/evacuation/judgement';
import { interceptedClient, recordConsole, startTable, type TestTable } from '../dispatch-fixture';

const written = recordConsole();

let table: TestTable;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table.stop());

const NOW_MS = Date.parse('2026-11-22T09:30:00Z');
let nowMs = NOW_MS;
beforeEach(async () => {
  nowMs += 86_400_000;
  jest.spyOn(Date, 'now').mockImplementation(() => nowMs);
});

function leaseOf(region: string, ward: string, client = table.client, consistency: 'strong' | 'eventual' = 'strong') {
  const logger = new Logger({ serviceName: 'dispatch-judge', logLevel: 'INFO' });
  return new EvacuationLease(client, { region, ward, tableName: 'dispatch', consistency, logger });
}

async function item() {
  return (
    await table.client.send(new GetCommand({ TableName: 'dispatch', Key: { pk: LEASE_KEY }, ConsistentRead: true }))
  ).Item;
}

test('is gained by one judge and refused to every other', async () => {
  const [oregon, ohio] = [leaseOf('us-west-2', 'us-east-2'), leaseOf('us-east-2', 'us-east-1')];

  expect(await oregon.hold(false)).toEqual({ lease: 'held', untilMs: nowMs + LEASE_MS });
  expect(await ohio.hold(false)).toEqual({ lease: 'taken' });
  expect(await item()).toEqual({
    pk: LEASE_KEY,
    holder: 'us-west-2',
    ward: 'us-east-2',
    expiresAtMs: nowMs + LEASE_MS,
  });
});

test('is renewed by its holder and gained by another only once it has expired', async () => {
  const [oregon, ohio] = [leaseOf('us-west-2', 'us-east-2'), leaseOf('us-east-2', 'us-east-1')];
  await oregon.hold(false);
  nowMs += 60_000;
  expect(await oregon.hold(true)).toEqual({ lease: 'held', untilMs: nowMs + LEASE_MS });

  nowMs += LEASE_MS;
  expect(await ohio.hold(false)).toEqual({ lease: 'taken' });
  nowMs += 1;
  expect((await ohio.hold(false)).lease).toBe('held');
  expect(await oregon.hold(true)).toEqual({ lease: 'taken' });
});

test('is free when what its holder published acts no more, once it was released, and its holder may take it before', async () => {
  const [oregon, ohio] = [leaseOf('us-west-2', 'us-east-2'), leaseOf('us-east-2', 'us-east-1')];
  await oregon.hold(false);

  await oregon.release();

  nowMs += ACTS_ON_MS;
  expect(await ohio.hold(false)).toEqual({ lease: 'taken' });
  nowMs += 1;
  expect((await ohio.hold(false)).lease).toBe('held');
  await ohio.release();
  nowMs += ACTS_ON_MS / 2;
  expect((await ohio.hold(false)).lease).toBe('held');
});

test('is not released by a judge that has lost it', async () => {
  const [oregon, ohio] = [leaseOf('us-west-2', 'us-east-2'), leaseOf('us-east-2', 'us-east-1')];
  await oregon.hold(false);

  await ohio.release();

  expect(await item()).toMatchObject({ holder: 'us-west-2', expiresAtMs: nowMs + LEASE_MS });
  expect(written.lines()).toEqual([]);
});

test('is out of reach when the table does not answer, and the logs say why', async () => {
  const error = Object.assign(new Error(), { name: 'InternalServerError', $metadata: { httpStatusCode: 500 } });
  const lease = leaseOf(
    'us-west-2',
    'us-east-2',
    interceptedClient(() => Promise.reject(error)),
  );

  expect(await lease.hold(false)).toEqual({ lease: 'unreachable' });
  await lease.release();

  const line = expect.objectContaining({ level: 'WARN', message: 'lease not reached' });
  expect(written.lines()).toEqual([line, line]);
});

test('writes nothing but its own item', async () => {
  const keys: unknown[] = [];
  const client = interceptedClient((command, forward) => {
    keys.push([command.constructor.name, command.input.Key]);
    return forward();
  }, table.client);
  const lease = leaseOf('us-west-2', 'us-east-2', client);

  await lease.hold(false);
  await lease.release();

  expect(keys).toEqual([
    ['UpdateCommand', { pk: 'EVACUATION' }],
    ['UpdateCommand', { pk: 'EVACUATION' }],
  ]);
});

describe('on a table whose Regions learn of writes later', () => {
  const waits: number[] = [];
  beforeEach(() => {
    waits.length = 0;
    jest.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, delayMs: number) => {
      waits.push(delayMs);
      setImmediate(work);
    }) as unknown as typeof setTimeout);
  });

  /** A replica in which every claim of Oregon's is the latest, but for those from one on. */
  function replica(isReplacedFrom: number) {
    let claims = 0;
    return interceptedClient(async () => {
      claims += 1;
      if (claims < isReplacedFrom) return {};
      throw Object.assign(new Error(), { name: 'ConditionalCheckFailedException' });
    });
  }

  test.each([
    ['held', 3],
    ['taken', 2],
  ])('a new claim is confirmed after a while: %s', async (expected, isReplacedFrom) => {
    const lease = leaseOf('us-west-2', 'us-east-2', replica(isReplacedFrom), 'eventual');

    expect((await lease.hold(false)).lease).toBe(expected);
    expect(waits).toEqual([CONFIRM_AFTER_MS]);
  });

  test('a renewal is not, nor a claim that was refused', async () => {
    const held = await leaseOf('us-west-2', 'us-east-2', replica(2), 'eventual').hold(true);
    const taken = await leaseOf('us-west-2', 'us-east-2', replica(1), 'eventual').hold(false);

    expect([held.lease, taken.lease]).toEqual(['held', 'taken']);
    expect(waits).toEqual([]);
  });
});

test('is asked for within 3 s at the longest', () => {
  const { answerTimeoutMs, maxAttempts } = LEASE_CALL_LIMITS;

  expect(maxAttempts * answerTimeoutMs + 1_000).toBeLessThanOrEqual(3_000);
});
