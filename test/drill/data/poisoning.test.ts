import { DynamoDbService } from '../../../lib/drill/data/dynamodb-service';
import type { ReplicatedTable } from '../../../lib/drill/data/replicated-table';
import type { ItemImage, OperationData } from '../../../lib/drill/data/table-engine';
import type { Fault } from '../../../lib/drill/faults/fault-plan';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { roundTripMs } from '../../../lib/drill/model/round-trips';
import { drillContext, fault, parcelTable, scanTable, settle } from './fixture';

const [EAST, WEST, WITNESS] = ['us-east-2', 'us-west-2', 'us-east-1'] as const;
const NULL = { NULL: true };

const STRONG = parcelTable({ consistency: 'strong', replicaRegions: [EAST, WEST], witnessRegions: [WITNESS] });
const EVENTUAL = parcelTable({ consistency: 'eventual', replicaRegions: [EAST, WEST] });

const keyOf = (id: string) => ({ pk: { S: `PARCEL#${id}` } });
const parcel = (id: string) => ({
  ...keyOf(id),
  parcelId: { S: id },
  driverId: { S: 'driver-1' },
  recipient: { S: `Recipient of ${id}` },
  status: { S: 'registered' },
});

/** A table with parcels that both Regions hold, and a bad write to it from the east that is yet to be made. */
async function stage(definition = STRONG, { ids = ['1', '2', '3'], faults = [] as readonly Fault[] } = {}) {
  const context = drillContext({ faults });
  const service = new DynamoDbService([definition], context);
  const [prepared] = service.poison(EAST, 'e1');
  if (!prepared) throw new Error('no table in the east');
  const { table, poisoning } = prepared;
  const ask = (region: string, operation: string, input: OperationData) =>
    settle(context, service.answer(region, operation, { TableName: definition.name, ...input }));
  for (const id of ids) await ask(EAST, 'PutItem', { Item: parcel(id) });
  await context.scheduler.run(60_000);
  const begin = (share = 1) => poisoning.begin(share, new RandomStream('poison'));
  return { context, service, table, poisoning, ask, begin };
}

/** What a Region's copy holds of a parcel. */
function held(table: ReplicatedTable, region: string, id = '1'): ItemImage | undefined {
  const copy = table.copyIn(region);
  return copy.image(copy.keyOf(keyOf(id)));
}

const POISONED = { ...parcel('1'), recipient: NULL, status: NULL };

describe.each([
  ['a strong table, after half a round trip', STRONG, roundTripMs(EAST, WEST) / 2],
  ['an eventual table, when replication gets there', EVENTUAL, undefined],
] as const)('a bad write to %s', (_, definition, wayMs) => {
  test('leaves keys of the table and its indexes, takes everything else, and travels to the other Region', async () => {
    const { context, table, begin } = await stage(definition);
    const { scheduler } = context;
    const startMs = scheduler.nowMs;

    expect(begin()).toBe(3);

    expect(held(table, EAST)).toEqual(POISONED);
    expect(held(table, WEST)).toEqual(parcel('1'));
    if (wayMs !== undefined) {
      await scheduler.run(startMs + wayMs - 0.001);
      expect(held(table, WEST)).toEqual(parcel('1'));
      await scheduler.run(startMs + wayMs + 0.001);
    } else await scheduler.run(startMs + 60_000);
    expect(held(table, WEST)).toEqual(POISONED);
  });

  test('is found in indexes, too, where items stay in their places', async () => {
    const { context, ask, begin } = await stage(definition);
    begin();
    await context.scheduler.run(context.scheduler.nowMs + 60_000);

    const { body } = await ask(WEST, 'Query', {
      IndexName: 'byDriver',
      KeyConditionExpression: 'driverId = :driver',
      ExpressionAttributeValues: { ':driver': { S: 'driver-1' } },
    });

    expect(body.Items).toEqual(['1', '2', '3'].map((id) => ({ ...parcel(id), recipient: NULL, status: NULL })));
  });

  test('is undone attribute by attribute: what was written or deleted meanwhile stays so', async () => {
    const { context, table, poisoning, ask, begin } = await stage(definition);
    begin();
    await context.scheduler.run(context.scheduler.nowMs + 60_000);
    const update = { UpdateExpression: 'SET #s = :s', ExpressionAttributeNames: { '#s': 'status' } };
    await ask(WEST, 'UpdateItem', {
      Key: keyOf('1'),
      ...update,
      ExpressionAttributeValues: { ':s': { S: 'delivered' } },
    });
    await ask(WEST, 'PutItem', { Item: { ...parcel('2'), recipient: { S: 'somebody else' } } });
    await ask(WEST, 'DeleteItem', { Key: keyOf('3') });
    await context.scheduler.run(context.scheduler.nowMs + 60_000);
    expect(poisoning.stands).toBe(true);

    // The second was replaced and the third is gone: there is nothing to undo.
    expect(poisoning.end()).toBe(1);

    await context.scheduler.run(context.scheduler.nowMs + 60_000);
    expect(poisoning.stands).toBe(false);
    for (const region of [EAST, WEST]) {
      expect(held(table, region, '1')).toEqual({ ...parcel('1'), status: { S: 'delivered' } });
      expect(held(table, region, '2')).toEqual({ ...parcel('2'), recipient: { S: 'somebody else' } });
      expect(held(table, region, '3')).toBeUndefined();
    }
    expect(table.backlog.byRegion.get(WEST)).toBe(0);
  });

  test('is named as the cause of what is answered about its items, and of nothing else', async () => {
    const { context, poisoning, ask, begin } = await stage(definition);
    const causes = async (region: string) => {
      const read = await ask(region, 'GetItem', { Key: keyOf('1') });
      const write = await ask(region, 'UpdateItem', {
        Key: keyOf('1'),
        UpdateExpression: 'ADD recipient :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      });
      const none = await ask(region, 'GetItem', { Key: keyOf('none') });
      return [read, write, none].map(({ statusCode, phaseId }) => [statusCode, phaseId]);
    };
    const sound = [
      [200, undefined],
      [400, undefined],
      [200, undefined],
    ];
    expect(await causes(WEST)).toEqual(sound);
    begin();
    await context.scheduler.run(context.scheduler.nowMs + 60_000);
    for (const region of [EAST, WEST]) {
      expect(await causes(region)).toEqual([
        [200, 'e1'],
        [400, 'e1'],
        [200, undefined],
      ]);
    }
    poisoning.end();
    await context.scheduler.run(context.scheduler.nowMs + 60_000);
    for (const region of [EAST, WEST]) expect(await causes(region)).toEqual(sound);
  });
});

test('a share of the items is struck, the same for the same stream', async () => {
  const ids = Array.from({ length: 400 }, (_, index) => String(index));
  const [first, second] = await Promise.all([stage(STRONG, { ids }), stage(STRONG, { ids })]);
  const struck = first.begin(0.25);
  second.begin(0.25);
  const poisoned = ({ table }: typeof first) => ids.filter((id) => 'NULL' in (held(table, EAST, id)?.recipient ?? {}));

  expect(Math.abs(struck - 100)).toBeLessThan(5 * Math.sqrt(400 * 0.25 * 0.75));
  expect(poisoned(first)).toHaveLength(struck);
  expect(poisoned(second)).toEqual(poisoned(first));
});

test('of two bad writes to one item each undoes what it did, in whatever order they end', async () => {
  const { table, service, poisoning, begin } = await stage();
  const [other] = service.poison(EAST, 'e2');
  begin();
  expect(other?.poisoning.begin(1, new RandomStream('other'))).toBe(0);
  expect(service.isPoisoned).toBe(true);

  other?.poisoning.end();
  expect(held(table, EAST)).toEqual(POISONED);
  poisoning.end();

  expect(held(table, EAST)).toEqual(parcel('1'));
  expect(service.isPoisoned).toBe(false);
});

test('keys of local and sparse indexes are left, and attributes that were NULL before stay what they were', async () => {
  const context = drillContext();
  const service = new DynamoDbService([scanTable()], context);
  const [prepared] = service.poison(EAST, 'e1');
  const scan = { pk: { S: 'p' }, sk: { N: '1' }, a1: { S: 'a' }, n1: { N: '2' }, a2: { S: 'b' }, empty: NULL };
  await settle(context, service.answer(EAST, 'PutItem', { TableName: 'scans', Item: scan }));
  const copy = prepared?.table.copyIn(EAST);
  const image = () => copy?.image(copy.keyOf(scan));

  prepared?.poisoning.begin(1, new RandomStream('poison'));
  expect(image()).toEqual({ ...scan, a2: NULL });
  prepared?.poisoning.end();
  expect(image()).toEqual(scan);
});

test('a strong table takes writes in a Region once it is level, and another participant with it', async () => {
  const cut = (region: string, startMs: number, endMs: number) =>
    fault({ target: 'dynamodb-replication', region, startMs, endMs });
  const at = async (timeMs: number, ...faults: readonly Fault[]) => {
    const { table, context } = await stage(STRONG, { ids: [], faults });
    await context.scheduler.run(timeMs);
    return table.takesWritesFromMs(EAST);
  };

  expect(await at(100_000)).toBe(100_000);
  // Its own cut, and a minute to catch up.
  expect(await at(100_000, cut(EAST, 90_000, 200_000))).toBe(260_000);
  // One other participant is enough.
  expect(await at(100_000, cut(WEST, 90_000, 200_000))).toBe(100_000);
  expect(await at(100_000, cut(WEST, 90_000, 200_000), cut(WITNESS, 95_000, 150_000))).toBe(210_000);
});

test('a bad write takes capacity in every Region, and is not refused for it', async () => {
  const context = drillContext();
  const limits = { kind: 'provisioned', units: 1 } as const;
  const declared = { table: { read: limits, write: limits }, indexes: {} };
  const capacity = { [EAST]: declared, [WEST]: declared };
  for (const definition of [STRONG, EVENTUAL]) {
    const service = new DynamoDbService([definition], context, new Map([['parcels', capacity]]));
    const [prepared] = service.poison(EAST, 'e1');
    const put = (region: string, id: string) =>
      settle(context, service.answer(region, 'PutItem', { TableName: 'parcels', Item: parcel(id) }));
    const ids = Array.from({ length: 250 }, (_, index) => `${index}`);
    for (const id of ids) expect(await put(EAST, id)).toMatchObject({ statusCode: 200 });
    await context.scheduler.run(context.scheduler.nowMs + 600_000);
    expect(await put(WEST, 'x')).toMatchObject({ statusCode: 200 });

    expect(prepared?.poisoning.begin(1, new RandomStream('poison'))).toBeGreaterThan(249);
    expect(prepared?.poisoning.end()).toBeGreaterThan(249);

    await context.scheduler.run(context.scheduler.nowMs + 5_000);
    for (const region of [EAST, WEST]) expect(await put(region, 'y')).toMatchObject({ statusCode: 400 });
  }
});
