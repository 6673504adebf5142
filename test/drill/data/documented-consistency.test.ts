import { DynamoDbService } from '../../../lib/drill/data/dynamodb-service';
import { divergentItems } from '../../../lib/drill/data/replicated-table';
import { readTable } from '../../../lib/drill/data/table-definition';
import type { OperationData } from '../../../lib/drill/data/table-engine';
import type { Fault } from '../../../lib/drill/faults/fault-plan';
import { roundTripMs } from '../../../lib/drill/model/round-trips';
import { readTemplate } from '../../assembly/write-assembly';
import { drillContext, fault, parcelTable, scanTable } from './fixture';

/* What DynamoDB's Developer Guide says of global tables, sentence by sentence, against the endpoints of the model. */
const GUIDE = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/';

const [OHIO, OREGON, VIRGINIA, IRELAND] = ['us-east-2', 'us-west-2', 'us-east-1', 'eu-west-1'] as const;
const MREC = parcelTable({ consistency: 'eventual', replicaRegions: [OHIO, OREGON] });
const MRSC = parcelTable({ consistency: 'strong', replicaRegions: [OHIO, OREGON], witnessRegions: [VIRGINIA] });

const TableName = 'parcels';
const Key = { pk: { S: 'PARCEL#1' } };
const NEW = { ConditionExpression: 'attribute_not_exists(pk)' };

/** Replication to and from a Region stands still from a second on for a minute. */
const isolated = (region: string, startMs = 1000, endMs = 61_000): Fault =>
  fault({ target: 'dynamodb-replication', region, startMs, endMs });

/** The endpoints of a table, asked one after the other in virtual time. */
function endpoints(table = MREC, faults: readonly Fault[] = [], seed = 'test') {
  const context = drillContext({ faults, seed });
  const { scheduler } = context;
  const service = new DynamoDbService([table], context);
  const ask = async (region: string, operation: string, input: OperationData) => {
    const startMs = scheduler.nowMs;
    const { statusCode, body } = await service.answer(region, operation, { TableName, ...input });
    const type = (body as { __type?: string }).__type?.split('#')[1];
    return { statusCode, body, type, elapsedMs: scheduler.nowMs - startMs };
  };
  const wait = <T>(work: Promise<T>): Promise<T> => scheduler.runUntilSettled(work, scheduler.nowMs + 1e7);
  const put = (region: string, status: string, more: OperationData = {}) =>
    ask(region, 'PutItem', { Item: { ...Key, status: { S: status } }, ...more });
  const read = async (region: string, ConsistentRead: boolean): Promise<unknown> => {
    const { statusCode, body, type } = await ask(region, 'GetItem', { Key, ConsistentRead });
    return statusCode === 200 ? ((body as { Item?: { status: { S: string } } }).Item?.status.S ?? 'nothing') : type;
  };
  return {
    ask: (region: string, operation: string, input: OperationData) => wait(ask(region, operation, input)),
    put: (region: string, status: string, more?: OperationData) => wait(put(region, status, more)),
    readStrongly: (region: string) => wait(read(region, true)),
    readEventually: (region: string) => wait(read(region, false)),
    together: <T>(...work: Promise<T>[]) => wait(Promise.all(work)),
    putting: put,
    at: (ms: number) => scheduler.run(ms),
    pass: (ms: number) => scheduler.run(scheduler.nowMs + ms),
    divergent: () => service.all.reduce((sum, { copies }) => sum + divergentItems(copies), 0),
  };
}

describe(`${GUIDE}V2globaltables_HowItWorks.html#V2globaltables_HowItWorks.consistency-modes.mrec`, () => {
  test('item changes are asynchronously replicated to all other replicas, typically within a second or less', async () => {
    const lags: number[] = [];
    const { put, readEventually, pass } = endpoints(
      parcelTable({ consistency: 'eventual', replicaRegions: [OHIO, OREGON, IRELAND] }),
    );
    for (let index = 0; index < 60; index++) {
      const { elapsedMs } = await put(OHIO, String(index));
      expect(elapsedMs).toBeLessThan(roundTripMs(OHIO, OREGON));
      let lagMs = 0;
      while ((await readEventually(IRELAND)) !== String(index)) {
        await pass(20);
        lagMs += 20;
      }
      lags.push(lagMs);
    }

    expect(lags.filter((lagMs) => lagMs <= 1000).length).toBeGreaterThan(lags.length / 2);
    expect(Math.min(...lags)).toBeGreaterThan(0);
  });

  test('what is not yet replicated when a replica is isolated is replicated when it is healthy', async () => {
    const { put, readEventually, at } = endpoints(MREC, [isolated(OREGON)]);
    await at(2000);
    await put(OHIO, 'while away');

    await at(60_900);
    expect(await readEventually(OREGON)).toBe('nothing');
    await at(63_000);
    expect(await readEventually(OREGON)).toBe('while away');
  });

  test('of an item modified in several Regions at once, all replicas converge to the version of the last write', async () => {
    const { putting, together, pass, readEventually, divergent } = endpoints();
    await together(putting(OHIO, 'Ohio'), putting(OREGON, 'Oregon'));
    expect(divergent()).toBe(1);

    await pass(60_000);

    expect(divergent()).toBe(0);
    expect(await readEventually(OHIO)).toBe(await readEventually(OREGON));
  });

  test('strongly consistent reads return the latest version of what their Region wrote last, and may be stale otherwise', async () => {
    const { put, readStrongly, pass } = endpoints();
    await put(OHIO, 'first');

    expect([await readStrongly(OHIO), await readStrongly(OREGON)]).toEqual(['first', 'nothing']);
    await pass(60_000);
    expect([await readStrongly(OHIO), await readStrongly(OREGON)]).toEqual(['first', 'first']);
  });

  test('conditional writes evaluate the condition against the version of the item in the Region', async () => {
    const { put, pass } = endpoints();

    expect((await put(OHIO, 'Ohio', NEW)).statusCode).toBe(200);
    expect((await put(OREGON, 'Oregon', NEW)).statusCode).toBe(200);
    expect((await put(OHIO, 'again', NEW)).type).toBe('ConditionalCheckFailedException');
    await pass(60_000);
    expect((await put(OREGON, 'again', NEW)).type).toBe('ConditionalCheckFailedException');
  });
});

describe(`${GUIDE}bp-global-table-design.html#bp-global-table-design-MREC-facts`, () => {
  test('items are replicated individually: the sequence elsewhere may not be that of the writes', async () => {
    let swapped = 0;
    for (let seed = 0; seed < 20; seed++) {
      const { ask, pass } = endpoints(MREC, [], `${seed}`);
      for (const pk of ['1', '2']) await ask(OHIO, 'PutItem', { Item: { pk: { S: pk } } });
      for (let step = 0; step < 300; step++) {
        const [first, second] = [
          await ask(OREGON, 'GetItem', { Key: { pk: { S: '1' } } }),
          await ask(OREGON, 'GetItem', { Key: { pk: { S: '2' } } }),
        ].map(({ body }) => 'Item' in body);
        if (first || second) {
          if (second && !first) swapped++;
          break;
        }
        await pass(10);
      }
    }

    expect(swapped).toBeGreaterThan(0);
    expect(swapped).toBeLessThan(20);
  });

  test('the first of two writes loses to the second, though it arrives later', async () => {
    const { put, readEventually, at } = endpoints(MREC, [isolated(OREGON, 0, 60_000)]);
    await put(OREGON, 'first');
    await at(5000);
    await put(OHIO, 'second');

    await at(120_000);

    expect([await readEventually(OHIO), await readEventually(OREGON)]).toEqual(['second', 'second']);
  });

  test('the local Region accepts writes although the replica Region is offline, and both ways are made up for', async () => {
    const { ask, at, divergent } = endpoints(MREC, [isolated(OREGON)]);
    await at(2000);
    for (const region of [OHIO, OREGON]) {
      expect((await ask(region, 'PutItem', { Item: { pk: { S: region } } })).statusCode).toBe(200);
    }
    expect(divergent()).toBe(2);

    await at(120_000);

    expect(divergent()).toBe(0);
  });
});

describe(`${GUIDE}V2globaltables_HowItWorks.html#V2globaltables_HowItWorks.consistency-modes.mrsc`, () => {
  test('a write is replicated to another Region before it succeeds, and strongly consistent reads anywhere return it', async () => {
    const { put, readStrongly } = endpoints(MRSC);
    for (const [index, region] of [OHIO, OREGON, OHIO].entries()) {
      const { elapsedMs } = await put(region, String(index));
      const nearest = Math.min(roundTripMs(region, VIRGINIA), roundTripMs(OHIO, OREGON));

      expect(elapsedMs).toBeGreaterThan(nearest);
      expect([await readStrongly(OHIO), await readStrongly(OREGON)]).toEqual([String(index), String(index)]);
    }
  });

  test('conditional writes evaluate the condition against the latest version', async () => {
    const { put } = endpoints(MRSC);
    await put(OHIO, 'first', NEW);

    expect((await put(OREGON, 'second', NEW)).type).toBe('ConditionalCheckFailedException');
  });

  test('a write fails that modifies an item which another Region is modifying, and succeeds when tried again', async () => {
    const { putting, together, put, readStrongly } = endpoints(MRSC);

    const outcomes = await together(putting(OHIO, 'Ohio'), putting(OREGON, 'Oregon'));

    expect(outcomes.map(({ type }) => type)).toEqual([undefined, 'ReplicatedWriteConflictException']);
    expect((await put(OREGON, 'Oregon')).statusCode).toBe(200);
    expect(await readStrongly(OHIO)).toBe('Oregon');
  });

  test('no read or write can be done on a witness', async () => {
    const { ask } = endpoints(MRSC);

    expect((await ask(VIRGINIA, 'GetItem', { Key })).type).toBe('ResourceNotFoundException');
    expect((await ask(VIRGINIA, 'PutItem', { Item: Key })).type).toBe('ResourceNotFoundException');
  });

  test('transactions are not supported', () => {
    const service = new DynamoDbService([MRSC], drillContext());

    return expect(service.answer(OHIO, 'TransactWriteItems', { TableName })).rejects.toThrow('not modelled');
  });
});

describe(`${GUIDE}bp-global-table-design.html#bp-global-table-design-MRSC-facts`, () => {
  test('updates operate against the latest version: none is lost, wherever it is made', async () => {
    const { ask, readStrongly, together } = endpoints(MRSC);
    const add = (region: string) =>
      ask(region, 'UpdateItem', {
        Key,
        UpdateExpression: 'ADD parcels :one SET #s = :s',
        ExpressionAttributeNames: { '#s': 'status' },
        ExpressionAttributeValues: { ':one': { N: '1' }, ':s': { S: region } },
        ReturnValues: 'ALL_NEW',
      });
    let acknowledged = 0;
    let seen: unknown;
    for (let round = 0; round < 12; round++) {
      for (const { statusCode, body } of await together(add(OHIO), add(OREGON))) {
        if (statusCode !== 200) continue;
        acknowledged++;
        seen = (body as { Attributes: { parcels: { N: string } } }).Attributes.parcels.N;
      }
    }

    expect(acknowledged).toBeGreaterThanOrEqual(12);
    expect(seen).toBe(String(acknowledged));
    expect(await readStrongly(OHIO)).toBe(await readStrongly(OREGON));
  });

  test('eventually consistent reads might not include a recent change of another Region, and have no extra latency', async () => {
    const { ask, put, readEventually, pass } = endpoints(MRSC);
    await put(OHIO, 'new');

    expect(await readEventually(OREGON)).toBe('nothing');
    expect((await ask(OREGON, 'GetItem', { Key })).elapsedMs).toBeLessThan(roundTripMs(OREGON, OHIO));
    await pass(1000);
    expect(await readEventually(OREGON)).toBe('new');
  });

  test('latency grows with the round trip to the nearest Region that takes part', async () => {
    const near = endpoints(MRSC);
    const far = endpoints(
      parcelTable({ consistency: 'strong', replicaRegions: [OHIO, OREGON], witnessRegions: [IRELAND] }),
    );
    const [nearMs, farMs] = [(await near.put(OHIO, 'a')).elapsedMs, (await far.put(OHIO, 'a')).elapsedMs];

    // The same draws of the service's own time in both.
    expect(farMs - nearMs).toBeCloseTo(roundTripMs(OHIO, OREGON) - roundTripMs(OHIO, VIRGINIA), 6);
  });

  test('all reads and writes are accepted while there is a second Region, replica or witness', async () => {
    for (const lost of [OREGON, VIRGINIA]) {
      const { put, readStrongly, at } = endpoints(MRSC, [isolated(lost)]);
      await at(2000);

      expect((await put(OHIO, 'with two')).statusCode).toBe(200);
      expect(await readStrongly(OHIO)).toBe('with two');
    }
  });

  test('without a second Region, only eventually consistent reads are served', async () => {
    const { put, readStrongly, readEventually, at } = endpoints(MRSC, [isolated(OREGON), isolated(VIRGINIA)]);
    await put(OHIO, 'before');
    await at(2000);

    expect((await put(OHIO, 'alone')).statusCode).toBe(500);
    expect([await readStrongly(OHIO), await readEventually(OHIO)]).toEqual(['InternalServerError', 'before']);
  });

  test('a Region that was offline catches up by itself; until then it alone refuses writes and strongly consistent reads', async () => {
    const { put, readStrongly, readEventually, at, divergent } = endpoints(MRSC, [isolated(OREGON)]);
    await put(OHIO, 'before');
    await at(2000);
    await put(OHIO, 'while away');

    await at(62_000);
    expect((await put(OREGON, 'too early')).statusCode).toBe(500);
    expect(await readStrongly(OREGON)).toBe('InternalServerError');
    expect(['before', 'while away']).toContain(await readEventually(OREGON));
    expect([(await put(OHIO, 'still well')).statusCode, await readStrongly(OHIO)]).toEqual([200, 'still well']);

    await at(600_000);
    expect([(await put(OREGON, 'level')).statusCode, await readStrongly(OHIO)]).toEqual([200, 'level']);
    await at(610_000);
    expect(divergent()).toBe(0);
  });
});

describe(`${GUIDE}HowItWorks.ReadConsistency.html`, () => {
  const byDriver = {
    KeyConditionExpression: 'driverId = :d',
    ExpressionAttributeValues: { ':d': { S: 'd' } },
    IndexName: 'byDriver',
  };

  test.each([
    ['eventual', MREC],
    ['strong', MRSC],
  ])(
    'a table of %s consistency: an eventually consistent read, repeated after a short time, returns the more recent item',
    async (_, table) => {
      const { put, readEventually, pass } = endpoints(table);
      await put(OHIO, 'old');
      await pass(10_000);
      await put(OREGON, 'new');

      expect(['old', 'new']).toContain(await readEventually(OHIO));
      await pass(10_000);
      expect(await readEventually(OHIO)).toBe('new');
    },
  );

  test.each([
    ['eventual', MREC],
    ['strong', MRSC],
  ])(
    'a table of %s consistency: strongly consistent reads from a global secondary index are not supported',
    async (_, table) => {
      const { ask } = endpoints(table);

      expect((await ask(OHIO, 'Query', { ...byDriver, ConsistentRead: true })).type).toBe('ValidationException');
      expect((await ask(OHIO, 'Query', byDriver)).statusCode).toBe(200);
    },
  );

  test('strongly consistent reads are supported on local secondary indexes', async () => {
    const { ask } = endpoints({ ...scanTable(), name: TableName });
    const query = {
      IndexName: 'byN1',
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': { S: 'x' } },
    };
    await ask(OHIO, 'PutItem', { Item: { pk: { S: 'x' }, sk: { N: '1' }, n1: { N: '2' } } });

    expect((await ask(OHIO, 'Query', { ...query, ConsistentRead: true })).body).toMatchObject({ Count: 1 });
  });

  test('a read never presents the view of a write that did not succeed', async () => {
    const { ask, put, readStrongly, readEventually, at } = endpoints(MRSC, [isolated(OHIO, 1010, 61_000)]);
    await put(OREGON, 'committed');
    await at(1000);
    // It has begun when its Region is cut off, and has not been agreed by then.
    expect((await put(OHIO, 'never')).statusCode).toBe(500);
    await ask(OREGON, 'PutItem', { Item: { ...Key, status: { S: 'refused' } }, ...NEW });

    expect([await readStrongly(OREGON), await readEventually(OHIO)]).toEqual(['committed', 'committed']);
    await at(600_000);
    expect(await readStrongly(OHIO)).toBe('committed');
  });
});

describe(`${GUIDE}V2globaltables_HowItWorks.html, what DynamoDB refuses of a strongly consistent table`, () => {
  const read = (properties: object) => () => {
    const template = {
      Resources: { Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { ...WHOLE, ...properties } } },
    };
    return readTemplate(template).resourcesOf('AWS::DynamoDB::GlobalTable').map(readTable);
  };
  const WHOLE = {
    TableName,
    MultiRegionConsistency: 'STRONG',
    KeySchema: MRSC.keySchema,
    AttributeDefinitions: MRSC.attributeDefinitions,
    Replicas: [{ Region: OHIO }, { Region: OREGON }],
    GlobalTableWitnesses: [{ Region: VIRGINIA }],
  };

  test('it is deployed in exactly three Regions: three replicas, or two and a witness', () => {
    expect(read({})).not.toThrow();
    expect(
      read({ Replicas: [OHIO, OREGON, VIRGINIA].map((Region) => ({ Region })), GlobalTableWitnesses: [] }),
    ).not.toThrow();
    expect(read({ GlobalTableWitnesses: [] })).toThrow('found us-east-2, us-west-2; allowed: exactly three Regions');
    expect(read({ Replicas: [{ Region: OHIO }] })).toThrow('exactly three Regions');
  });

  test('local secondary indexes and time to live are not supported', () => {
    const LocalSecondaryIndexes = scanTable().localIndexes;

    expect(read({ LocalSecondaryIndexes })).toThrow('LocalSecondaryIndexes: found byN1; allowed: none');
    expect(read({ TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' } })).toThrow('time to live');
  });
});
