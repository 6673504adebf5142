import fc from 'fast-check';
import { divergentItems } from '../../../lib/drill/data/replicated-table';
import { StrongTable } from '../../../lib/drill/data/strong-table';
import type { OperationData } from '../../../lib/drill/data/table-engine';
import type { Fault } from '../../../lib/drill/faults/fault-plan';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { lognormalConstant } from '../../../lib/drill/model/constants';
import { roundTripMs } from '../../../lib/drill/model/round-trips';
import type { DrillContext } from '../../../lib/drill/world/context';
import { drillContext, fault, parcelTable, settle, timed } from './fixture';

const EAST = 'us-east-2';
const WEST = 'us-west-2';
const WITNESS = 'us-east-1';
const TABLE = parcelTable({ consistency: 'strong', replicaRegions: [EAST, WEST], witnessRegions: [WITNESS] });
const Key = { pk: { S: 'PARCEL#1' } };
const STRONG_READ = { TableName: 'parcels', Key, ConsistentRead: true };
const WEAK_READ = { TableName: 'parcels', Key };

const cutOff = (region: string, startMs: number, endMs: number): Fault =>
  fault({ target: 'dynamodb-replication', region, startMs, endMs, delayMs: 1e9 });

function put(status: string, more: OperationData = {}): OperationData {
  return { TableName: 'parcels', Item: { ...Key, status: { S: status } }, ...more };
}

/** A table and the service times it is going to draw, in order. */
function strongTable(faults: readonly Fault[] = []) {
  const context = drillContext({ faults });
  const draws = new RandomStream(context.random.label).fork('dynamodb/parcels');
  return {
    context,
    table: new StrongTable(TABLE, context),
    nextWriteMs: () => draws.lognormal(lognormalConstant('ddb.latency.write')),
    nextReadMs: () => draws.lognormal(lognormalConstant('ddb.latency.read')),
  };
}

async function statusIn(
  context: DrillContext,
  table: StrongTable,
  region: string,
  input: OperationData = STRONG_READ,
): Promise<unknown> {
  const { Item } = (await settle(context, table.read(region, 'GetItem', input))) as {
    Item?: { status?: { S: string } };
  };
  return Item?.status?.S;
}

describe('latency', () => {
  test("of a write is the service's own and the way to the nearest participant, the witness included", async () => {
    const { context, table, nextWriteMs } = strongTable();
    expect(roundTripMs(EAST, WITNESS)).toBeLessThan(roundTripMs(EAST, WEST));

    const east = await timed(context, table.write(EAST, 'PutItem', put('a')));
    const west = await timed(context, table.write(WEST, 'PutItem', put('b')));

    expect(east.elapsedMs).toBeCloseTo(nextWriteMs() + roundTripMs(EAST, WITNESS), 9);
    expect(west.elapsedMs).toBeCloseTo(
      nextWriteMs() + Math.min(roundTripMs(WEST, EAST), roundTripMs(WEST, WITNESS)),
      9,
    );
  });

  test('of a write grows to the next nearest when the nearest is lost', async () => {
    const { context, table, nextWriteMs } = strongTable([cutOff(WITNESS, 0, 1000)]);

    const { elapsedMs } = await timed(context, table.write(EAST, 'PutItem', put('a')));

    expect(elapsedMs).toBeCloseTo(nextWriteMs() + roundTripMs(EAST, WEST), 9);
  });

  test('of a strong read has the same way in it, that of an eventually consistent one has none', async () => {
    const { context, table, nextReadMs } = strongTable();

    const strong = await timed(context, table.read(EAST, 'GetItem', STRONG_READ));
    const weak = await timed(context, table.read(EAST, 'GetItem', WEAK_READ));

    expect(strong.elapsedMs).toBeCloseTo(nextReadMs() + roundTripMs(EAST, WITNESS), 9);
    expect(weak.elapsedMs).toBeCloseTo(nextReadMs(), 9);
  });
});

describe('a Region without a quorum', () => {
  const refused = {
    name: 'ServiceError',
    statusCode: 500,
    type: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
    message: `The replica in ${EAST} cannot reach a quorum.`,
  };

  test.each([
    ['is cut off itself', [cutOff(EAST, 1000, 601_000)]],
    [
      'is reached by no other over the network',
      [fault({ target: 'network', region: EAST, startMs: 1000, endMs: 601_000 })],
    ],
    ['has lost both others', [cutOff(WEST, 1000, 601_000), cutOff(WITNESS, 1000, 601_000)]],
  ])('refuses writes and strong reads at once when it %s, and serves the others', async (_, faults) => {
    const { context, table } = strongTable(faults);
    await settle(context, table.write(EAST, 'PutItem', put('before')));
    await context.scheduler.run(1000);

    const outcomes = [
      await timed(context, table.write(EAST, 'PutItem', put('during'))),
      await timed(context, table.read(EAST, 'GetItem', STRONG_READ)),
    ];

    expect(outcomes).toEqual(Array(2).fill({ error: expect.objectContaining(refused), elapsedMs: 0 }));
    expect(await statusIn(context, table, EAST, WEAK_READ)).toBe('before');
  });

  test('serves what it held while the others go on writing', async () => {
    const { context, table } = strongTable([cutOff(EAST, 1000, 601_000)]);
    await settle(context, table.write(EAST, 'PutItem', put('before')));
    await context.scheduler.run(1000);

    await settle(context, table.write(WEST, 'PutItem', put('during')));
    await context.scheduler.run(600_000);

    expect(await statusIn(context, table, WEST)).toBe('during');
    expect(await statusIn(context, table, EAST, WEAK_READ)).toBe('before');
    expect(divergentItems(table.copies)).toBe(1);
  });

  test('does not write what it had begun before it was cut off', async () => {
    const { context, table, nextWriteMs } = strongTable([cutOff(EAST, 2, 1000)]);
    expect(nextWriteMs() + roundTripMs(EAST, WITNESS)).toBeGreaterThan(2);

    await expect(settle(context, table.write(EAST, 'PutItem', put('lost')))).rejects.toMatchObject(refused);

    expect(await statusIn(context, table, WEST)).toBeUndefined();
  });

  test.each([
    ['at least a minute', 60_000, 60_000],
    ['a tenth of the time it was away', 3_600_000, 360_000],
  ])('catches up for %s before it takes writes and strong reads again', async (_, awayMs, catchUpMs) => {
    const { context, table } = strongTable([cutOff(EAST, 1000, 1000 + awayMs)]);
    await context.scheduler.run(2000);
    await settle(context, table.write(WEST, 'PutItem', put('during')));
    const levelMs = 1000 + awayMs + catchUpMs;

    await context.scheduler.run(levelMs - 10);
    expect(await statusIn(context, table, EAST, WEAK_READ)).toBeUndefined();
    await context.scheduler.run(levelMs - 0.001);
    await expect(settle(context, table.read(EAST, 'GetItem', STRONG_READ))).rejects.toMatchObject(refused);

    await context.scheduler.run(levelMs);
    expect(await statusIn(context, table, EAST)).toBe('during');
    expect(await statusIn(context, table, EAST, WEAK_READ)).toBe('during');
    await settle(context, table.write(EAST, 'PutItem', put('after')));
    await context.scheduler.run(levelMs + 1000);
    expect(divergentItems(table.copies)).toBe(0);
    expect(table.longestHeldMs).toBeGreaterThan(levelMs - 2000 - 1000);
    expect(table.longestHeldMs).toBeLessThan(levelMs - 2000);
  });
});

describe('one item written in two Regions', () => {
  test('at once is a conflict for the second, and the first is kept', async () => {
    const { context, table, nextWriteMs } = strongTable();
    nextWriteMs();
    const first = timed(context, table.write(WEST, 'PutItem', put('first')));
    const second = timed(context, table.write(EAST, 'PutItem', put('second')));

    expect(await second).toMatchObject({
      error: { statusCode: 400, type: 'com.amazonaws.dynamodb.v20120810#ReplicatedWriteConflictException' },
      elapsedMs: expect.closeTo(nextWriteMs(), 9),
    });
    expect((await first).error).toBeUndefined();
    expect(await statusIn(context, table, EAST)).toBe('first');
  });

  test('at once is none when the items differ, or the Region is the same', async () => {
    const { context, table } = strongTable();
    const other = { TableName: 'parcels', Item: { pk: { S: 'PARCEL#2' } } };
    const writes = [
      table.write(WEST, 'PutItem', put('a')),
      table.write(WEST, 'PutItem', put('b')),
      table.write(EAST, 'PutItem', other),
    ];

    await expect(settle(context, Promise.all(writes))).resolves.toHaveLength(3);
  });

  test('one after the other is none, whether the first succeeded, was refused or failed its condition', async () => {
    const { context, table } = strongTable([cutOff(EAST, 10_000, 20_000)]);
    const once = put('once', { ConditionExpression: 'attribute_not_exists(pk)' });
    await settle(context, table.write(EAST, 'PutItem', once));
    await expect(settle(context, table.write(EAST, 'PutItem', once))).rejects.toMatchObject({ statusCode: 400 });
    await settle(context, table.write(WEST, 'PutItem', put('west')));
    await context.scheduler.run(10_000);
    await expect(settle(context, table.write(EAST, 'PutItem', put('east')))).rejects.toMatchObject({ statusCode: 500 });

    await expect(settle(context, table.write(WEST, 'PutItem', put('west again')))).resolves.toEqual({});
  });

  test('within the time the first takes to arrive leaves the later one everywhere', async () => {
    const { context, table } = strongTable();
    await settle(context, table.write(EAST, 'PutItem', put('older')));
    expect(await statusIn(context, table, WEST, WEAK_READ)).toBeUndefined();

    const newer = table.write(WEST, 'UpdateItem', {
      TableName: 'parcels',
      Key,
      UpdateExpression: 'SET #s = :s',
      ExpressionAttributeNames: { '#s': 'status' },
      ExpressionAttributeValues: { ':s': { S: 'newer' } },
    });
    await settle(context, newer);
    await context.scheduler.run(10_000);

    expect([await statusIn(context, table, EAST, WEAK_READ), await statusIn(context, table, WEST, WEAK_READ)]).toEqual([
      'newer',
      'newer',
    ]);
  });

  test.each([0, 1200])('keeps a later image that came the shorter way, after %d other items', async (others) => {
    const far = ['ap-northeast-1', 'ap-northeast-2', 'us-east-2'];
    const context = drillContext();
    const table = new StrongTable(parcelTable({ consistency: 'strong', replicaRegions: far }), context);
    const [tokyo, seoul, ohio] = far as [string, string, string];
    for (let item = 0; item < others; item++) {
      const Item = { pk: { S: `OTHER#${item}` } };
      await settle(context, table.write(tokyo, 'PutItem', { TableName: 'parcels', Item }));
    }
    await settle(context, table.write(ohio, 'PutItem', put('from afar')));
    const sentMs = context.scheduler.nowMs;

    await settle(context, table.write(tokyo, 'PutItem', put('from near')));
    expect(context.scheduler.nowMs + roundTripMs(tokyo, seoul) / 2).toBeLessThan(sentMs + roundTripMs(ohio, seoul) / 2);
    await context.scheduler.run(context.scheduler.nowMs + 10_000);

    expect(await statusIn(context, table, seoul, WEAK_READ)).toBe('from near');
    expect(divergentItems(table.copies)).toBe(0);
  });
});

describe('the agreed state', () => {
  test("is what conditions see, before the Region's own copy has it", async () => {
    const { context, table } = strongTable();
    await settle(context, table.write(EAST, 'PutItem', put('registered')));
    const again = put('again', { ConditionExpression: 'attribute_not_exists(pk)' });
    const failed = table.write(WEST, 'PutItem', again);
    expect(divergentItems(table.copies)).toBe(1);

    await expect(settle(context, failed)).rejects.toMatchObject({
      statusCode: 400,
      type: expect.stringContaining('#ConditionalCheckFailedException'),
    });
  });

  test('shows every acknowledged write to every strong read, and to every copy in the end, whatever is cut off', async () => {
    const spans = fc.record({
      region: fc.constantFrom(EAST, WEST, WITNESS),
      startMs: fc.integer({ min: 0, max: 400_000 }),
      lengthMs: fc.integer({ min: 1, max: 200_000 }),
    });
    const steps = fc.record({
      region: fc.constantFrom(EAST, WEST),
      parcel: fc.constantFrom('1', '2'),
      write: fc.boolean(),
      pauseMs: fc.constantFrom(0, 1, 5, 20, 60_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(spans, { maxLength: 3 }), fc.array(steps, { maxLength: 25 }), async (outages, plan) => {
        const { context, table } = strongTable(
          outages.map(({ region, startMs, lengthMs }) => cutOff(region, startMs, startMs + lengthMs)),
        );
        const acknowledged = new Map<string, string>();
        for (const [index, { region, parcel, write, pauseMs }] of plan.entries()) {
          const pk = { S: `PARCEL#${parcel}` };
          const { value, error } = await timed(
            context,
            write
              ? table.write(region, 'PutItem', { TableName: 'parcels', Item: { pk, n: { N: String(index) } } })
              : table.read(region, 'GetItem', { TableName: 'parcels', Key: { pk }, ConsistentRead: true }),
          );
          if (error) expect(error).toMatchObject({ statusCode: 500 });
          else if (write) acknowledged.set(parcel, String(index));
          else expect((value as { Item?: { n: { N: string } } }).Item?.n.N).toBe(acknowledged.get(parcel));
          await context.scheduler.run(context.scheduler.nowMs + pauseMs);
        }
        await context.scheduler.run(context.scheduler.nowMs + 10_000_000);
        for (const [parcel, n] of acknowledged) {
          for (const copy of table.copies) {
            const pk = { S: `PARCEL#${parcel}` };
            expect(copy.image(copy.keyOf({ pk }))).toEqual({ pk, n: { N: n } });
          }
        }
        expect(divergentItems(table.copies)).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});
