import type { CapacityLimits, TableCapacity, UnitLimit } from '../../../../lib/drill/data/capacity/capacity-definition';
import { DynamoDbService, type ServiceAnswer } from '../../../../lib/drill/data/dynamodb-service';
import type { TableDefinition } from '../../../../lib/drill/data/table-definition';
import type { OperationData } from '../../../../lib/drill/data/table-engine';
import { drillContext, parcelTable, scanTable, settle } from '../fixture';

const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;

/** Bursts that a bucket of one unit a second holds. */
const BURST = 300;

const units = (count: number): UnitLimit => ({ kind: 'provisioned', units: count });
const ample: CapacityLimits = { read: units(1e6), write: units(1e6) };
const onDemand = (kind: 'read' | 'write', rest: object): CapacityLimits => {
  const limit: UnitLimit = { kind: 'on-demand', warm: 1e6, most: 1e6, isOwnMost: false };
  return { read: limit, write: limit, [kind]: { ...limit, ...rest } };
};

/** Tables behind their endpoints, with this capacity in every Region. */
function serve(
  table: TableDefinition,
  limits: Partial<CapacityLimits>,
  indexes: TableCapacity[string]['indexes'] = {},
) {
  const context = drillContext();
  const log = jest.spyOn(context.log, 'write');
  const capacity = { table: { ...ample, ...limits }, indexes };
  const byRegion = Object.fromEntries(table.replicaRegions.map((region) => [region, capacity]));
  const service = new DynamoDbService([table], context, new Map([[table.name, byRegion]]));
  const ask = (operation: string, input: OperationData, standsFor = 1, region: string = EAST): Promise<ServiceAnswer> =>
    settle(context, service.answer(region, operation, { TableName: table.name, ...input }, standsFor));
  return { ask, context, log };
}

const put = (id: string, bytes = 1): OperationData => ({ Item: { pk: { S: id }, text: { S: 'x'.repeat(bytes) } } });
const parcel = (id: string, driver: string): OperationData => ({
  Item: { pk: { S: id }, driverId: { S: driver }, parcelId: { S: id } },
});
const get = (id: string, rest: OperationData = {}): OperationData => ({ Key: { pk: { S: id } }, ...rest });

describe('a table without capacity left', () => {
  test.each([
    [
      'provisioned writes',
      'PutItem',
      put('a'),
      { write: units(1) },
      'ProvisionedThroughputExceededException',
      'TableWriteProvisionedThroughputExceeded',
    ],
    [
      'provisioned reads',
      'GetItem',
      get('a', { ConsistentRead: true }),
      { read: units(1) },
      'ProvisionedThroughputExceededException',
      'TableReadProvisionedThroughputExceeded',
    ],
    [
      'writes on demand beyond its peak',
      'PutItem',
      put('a'),
      onDemand('write', { warm: BURST }),
      'ThrottlingException',
      'TableWriteKeyRangeThroughputExceeded',
    ],
    [
      'reads on demand beyond its own maximum',
      'GetItem',
      get('a', { ConsistentRead: true }),
      onDemand('read', { most: 1, isOwnMost: true }),
      'ThrottlingException',
      'TableReadMaxOnDemandThroughputExceeded',
    ],
    [
      'writes beyond the quota',
      'PutItem',
      put('a'),
      onDemand('write', { most: BURST }),
      'RequestLimitExceeded',
      'TableWriteAccountLimitExceeded',
    ],
  ])('refuses %s and says why', async (_, operation, input, limits, name, reason) => {
    const { ask, log } = serve(parcelTable(), limits);
    expect(await ask(operation, input, BURST)).toMatchObject({ statusCode: 200 });
    // What trickles in meanwhile lets one more through, on credit.
    await ask(operation, input, 50);
    const refused = await ask(operation, input);

    expect(refused).toMatchObject({
      statusCode: 400,
      body: {
        __type: `com.amazonaws.dynamodb.v20120810#${name}`,
        ThrottlingReasons: [{ reason }],
      },
    });
    expect(log).toHaveBeenCalledWith(expect.any(Number), 'throttled', {
      region: EAST,
      by: 'dynamodb',
      what: `parcels ${reason}`,
    });
  });

  test('has it again later', async () => {
    const { ask, context } = serve(parcelTable(), { write: units(1) });
    await ask('PutItem', put('a'), BURST + 20);
    expect((await ask('PutItem', put('a'))).statusCode).toBe(400);
    await context.scheduler.run(30_000);

    expect((await ask('PutItem', put('a'))).statusCode).toBe(200);
  });
});

describe('what CloudWatch is told of what is refused', () => {
  const THROTTLED = ['ThrottledRequests', { Operation: 'PutItem' }] as const;

  /** Values of these metrics of the table, by their names and other dimensions, weighted. */
  const listen = (
    { metrics }: ReturnType<typeof serve>['context'],
    watched: readonly (readonly [name: string, dimensions: Readonly<Record<string, string>>])[],
  ): Record<string, number> => {
    const heard: Record<string, number> = {};
    for (const [name, rest] of watched) {
      const metric = { region: EAST, namespace: 'AWS/DynamoDB', name, dimensions: { TableName: 'parcels', ...rest } };
      const key = [name, ...Object.values(rest)].join(' ');
      const isPublished = metrics.listen(metric, (value, weight) => {
        heard[key] = (heard[key] ?? 0) + value * weight;
      });
      expect(isPublished).toBe(true);
    }
    return heard;
  };

  test('the request, its event, and its cause, each as often as it stands for others', async () => {
    const { ask, context } = serve(parcelTable(), { write: units(1) });
    const heard = listen(context, [
      THROTTLED,
      ['WriteThrottleEvents', {}],
      ['WriteProvisionedThroughputThrottleEvents', {}],
      ['WriteKeyRangeThroughputThrottleEvents', {}],
      ['ReadThrottleEvents', {}],
    ]);
    await ask('PutItem', put('a'), BURST + 20);
    expect(heard).toEqual({});
    await ask('PutItem', put('a'), 7);
    await ask('GetItem', get('a'), 7);

    expect(heard).toEqual({
      'ThrottledRequests PutItem': 7,
      WriteThrottleEvents: 7,
      WriteProvisionedThroughputThrottleEvents: 7,
    });
  });

  test('an index that is short, and not its table', async () => {
    const { ask, context } = serve(parcelTable(), {}, { byDriver: { ...ample, write: units(1) } });
    const byDriver = { GlobalSecondaryIndexName: 'byDriver' };
    const heard = listen(context, [THROTTLED, ['WriteThrottleEvents', {}], ['WriteThrottleEvents', byDriver]]);
    await ask('PutItem', parcel('a', 'd'), BURST + 20);
    await ask('PutItem', parcel('b', 'd'));

    expect(heard).toEqual({ 'ThrottledRequests PutItem': 1, 'WriteThrottleEvents byDriver': 1 });
  });
});

describe('what an operation costs', () => {
  /** Whether an operation that stands for so many uses up a burst of one unit a second. */
  const usesUp = async (
    table: TableDefinition,
    kind: 'read' | 'write',
    standsFor: number,
    [operation, input]: readonly [string, OperationData],
    before: readonly OperationData[] = [],
  ): Promise<boolean> => {
    const { ask } = serve(table, { [kind]: units(1) });
    for (const each of before) await ask('PutItem', each, 0);
    await ask(operation, input, standsFor);
    return (await ask(operation, input, 0)).statusCode !== 200;
  };

  const LARGE = { Item: { pk: { S: 'a' }, text: { S: 'x'.repeat(9000) } } };
  test.each<[string, number, 'read' | 'write', string, OperationData, OperationData[]]>([
    ['a write of an item up to 1 KB', 1, 'write', 'PutItem', put('a', 900), []],
    ['a write of an item of 2.5 KB', 3, 'write', 'PutItem', put('a', 2500), []],
    ['a small write over an item of 9 KB', 9, 'write', 'PutItem', put('a'), [LARGE]],
    ['a deletion of an item of 9 KB', 9, 'write', 'DeleteItem', get('a'), [LARGE]],
    ['a deletion of nothing', 1, 'write', 'DeleteItem', get('b'), []],
    ['a strongly consistent read of nothing', 1, 'read', 'GetItem', get('b', { ConsistentRead: true }), []],
    ['a strongly consistent read of 9 KB', 3, 'read', 'GetItem', get('a', { ConsistentRead: true }), [LARGE]],
    ['an eventually consistent read of 9 KB', 1.5, 'read', 'GetItem', get('a'), [LARGE]],
    ['a read of one attribute of it', 1.5, 'read', 'GetItem', get('a', { ProjectionExpression: 'pk' }), [LARGE]],
    ['a scan of it', 1.5, 'read', 'Scan', {}, [LARGE]],
  ])('%s: %p units', async (_, cost, kind, operation, input, before) => {
    const call = [operation, input] as const;

    expect(await usesUp(parcelTable(), kind, (0.95 * BURST) / cost, call, before)).toBe(false);
    expect(await usesUp(parcelTable(), kind, (1.05 * BURST) / cost, call, before)).toBe(true);
  });

  test('a query: units of 4 KB of all its items together, whatever it shows of them', async () => {
    const items = ['1', '2', '3', '4'].map((sk) => ({
      Item: { pk: { S: 'p' }, sk: { N: sk }, text: { S: 'x'.repeat(3000) } },
    }));
    const query = {
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': { S: 'p' } },
      ConsistentRead: true,
    };
    for (const rest of [{}, { ProjectionExpression: 'sk' }, { Select: 'COUNT' }, { ReturnConsumedCapacity: 'TOTAL' }]) {
      const call = ['Query', { ...query, ...rest }] as const;

      // Four items of 3 KB are 12 KB: three units, and not four.
      expect(await usesUp(scanTable(), 'read', (0.95 * BURST) / 3, call, items)).toBe(false);
      expect(await usesUp(scanTable(), 'read', (1.05 * BURST) / 3, call, items)).toBe(true);
    }
  });

  test('is told only to those who ask', async () => {
    const { ask } = serve(parcelTable(), {});
    const projected = get('a', { ProjectionExpression: 'pk' });

    expect((await ask('GetItem', projected)).body).not.toHaveProperty('ConsumedCapacity');
    expect((await ask('GetItem', { ...projected, ReturnConsumedCapacity: 'TOTAL' })).body).toMatchObject({
      ConsumedCapacity: { CapacityUnits: 0.5 },
    });
  });

  test('a condition that fails costs a write all the same', async () => {
    const { ask } = serve(parcelTable(), { write: units(1) });
    const failing = { ...put('a'), ConditionExpression: 'attribute_exists(pk)' };

    expect((await ask('PutItem', failing, BURST + 20)).body).toMatchObject({
      __type: expect.stringContaining('ConditionalCheckFailed'),
    });
    expect((await ask('PutItem', put('a'))).body).toMatchObject({ __type: expect.stringContaining('Throughput') });
  });

  test('a write counts in every Region that has a replica', async () => {
    for (const consistency of ['eventual', 'strong'] as const) {
      const table = parcelTable({ consistency, replicaRegions: [EAST, WEST], witnessRegions: [] });
      const { ask, context } = serve(table, { write: units(1) });
      await ask('PutItem', put('a'), BURST + 60);
      await context.scheduler.run(context.scheduler.nowMs + 10_000);

      expect((await ask('PutItem', put('b'), 1, WEST)).statusCode).toBe(400);
    }
  });
});

describe('one partition', () => {
  test('takes a thousand writes a second, however much the table takes', async () => {
    const { ask } = serve(parcelTable(), {});
    await ask('PutItem', put('hot'), 1500);

    expect((await ask('PutItem', put('hot'))).body).toMatchObject({
      __type: expect.stringContaining('ProvisionedThroughputExceededException'),
      ThrottlingReasons: [{ reason: 'TableWriteKeyRangeThroughputExceeded' }],
    });
    expect((await ask('PutItem', put('cold'))).statusCode).toBe(200);
  });

  test('takes three thousand reads a second', async () => {
    const { ask } = serve(parcelTable(), {});
    await ask('GetItem', get('hot', { ConsistentRead: true }), 3500);

    expect((await ask('GetItem', get('hot'))).body).toMatchObject({
      ThrottlingReasons: [{ reason: 'TableReadKeyRangeThroughputExceeded' }],
    });
    expect((await ask('PutItem', put('hot'))).statusCode).toBe(200);
  });
});

describe('an index', () => {
  const indexes = { byDriver: { read: units(1), write: units(1) } };

  test('that lacks the capacity to follow holds up the writes to its table', async () => {
    const { ask } = serve(parcelTable(), {}, indexes);
    await ask('PutItem', parcel('a', 'driver-1'), BURST + 20);

    expect((await ask('PutItem', put('b'))).body).toMatchObject({
      __type: expect.stringContaining('ProvisionedThroughputExceededException'),
      ThrottlingReasons: [{ reason: 'IndexWriteProvisionedThroughputExceeded' }],
    });
  });

  test('is not written to where nothing that it holds has changed, and twice where an item moves in it', async () => {
    const { ask } = serve(parcelTable(), {}, indexes);
    await ask('PutItem', put('not-in-it'), 1000);
    await ask('PutItem', parcel('a', 'driver-1'));
    await ask('PutItem', parcel('a', 'driver-1'), 1000);
    expect((await ask('PutItem', put('b'))).statusCode).toBe(200);
    await ask('PutItem', parcel('a', 'driver-2'), BURST / 2 + 20);

    expect((await ask('PutItem', put('b'))).statusCode).toBe(400);
  });

  test('that projects some attributes is not written to when others change', async () => {
    const table = scanTable();
    const { ask } = serve(table, {}, { byA1: { read: units(1), write: units(1) } });
    const item = (rest: OperationData): OperationData => ({
      Item: { pk: { S: 'p' }, sk: { N: '1' }, a1: { S: 'a' }, n1: { N: '1' }, ...rest },
    });
    await ask('PutItem', item({ other: { S: 'x' } }));
    await ask('PutItem', item({ other: { S: 'y' } }), 900);
    expect((await ask('PutItem', item({ a2: { S: 'y' } }), 1)).statusCode).toBe(200);
    await ask('PutItem', item({ a2: { S: 'z' } }), 500);

    expect((await ask('PutItem', item({}))).statusCode).toBe(400);
  });

  test('is asked with capacity of its own', async () => {
    const { ask } = serve(parcelTable(), {}, indexes);
    const query = {
      IndexName: 'byDriver',
      KeyConditionExpression: 'driverId = :d',
      ExpressionAttributeValues: { ':d': { S: 'driver-1' } },
    };
    await ask('Query', query, 2 * BURST + 40);

    expect((await ask('Query', query)).body).toMatchObject({
      ThrottlingReasons: [{ reason: 'IndexReadProvisionedThroughputExceeded' }],
    });
    expect((await ask('GetItem', get('a'))).statusCode).toBe(200);
  });
});
