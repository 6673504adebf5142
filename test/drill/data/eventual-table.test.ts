import fc from 'fast-check';
import { EventualTable } from '../../../lib/drill/data/eventual-table';
import { divergentItems } from '../../../lib/drill/data/replicated-table';
import type { OperationData } from '../../../lib/drill/data/table-engine';
import type { Fault } from '../../../lib/drill/faults/fault-plan';
import { EventLog } from '../../../lib/drill/kernel/event-log';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { lognormalConstant, modelConstant } from '../../../lib/drill/model/constants';
import { roundTripMs } from '../../../lib/drill/model/round-trips';
import type { DrillContext } from '../../../lib/drill/world/context';
import { LogRecords } from '../log-records';
import { drillContext, fault, parcelTable, settle, timed } from './fixture';

const EAST = 'us-east-2';
const WEST = 'us-west-2';
const TABLE = parcelTable({ consistency: 'eventual', replicaRegions: [EAST, WEST] });
const Key = { pk: { S: 'PARCEL#1' } };
const NEW = { ConditionExpression: 'attribute_not_exists(pk)' };

const cut = (region: string, startMs: number, endMs: number): Fault =>
  fault({ target: 'dynamodb-replication', region, startMs, endMs });

const held = (region: string, startMs: number, endMs: number, delayMs: number): Fault => ({
  ...cut(region, startMs, endMs),
  delayMs,
});

function put(status: string, more: OperationData = {}): OperationData {
  return { TableName: 'parcels', Item: { ...Key, status: { S: status } }, ...more };
}

/** A stream that always draws the same: every write takes equally long and no clock is off by more than another. */
class EvenStream extends RandomStream {
  override next(): number {
    return 0.5;
  }

  override fork(): RandomStream {
    return this;
  }
}

/** The status each replica holds now. */
function statuses(table: EventualTable): unknown[] {
  return table.copies.map((copy) => (copy.image(copy.keyOf(Key)) as { status?: { S: string } } | undefined)?.status?.S);
}

async function write(context: DrillContext, table: EventualTable, region: string, input: OperationData): Promise<void> {
  await settle(context, table.write(region, 'PutItem', input));
}

describe('a write', () => {
  test("is acknowledged after the service's own time and reaches the other Region after its lag", async () => {
    const context = drillContext();
    const table = new EventualTable(TABLE, context);
    const draws = new RandomStream(context.random.label).fork('dynamodb/parcels');
    const ownMs = draws.lognormal(lognormalConstant('ddb.latency.write'));
    draws.normal();
    const lagMs = draws.lognormal({
      p50: 400 + 1.5 * roundTripMs(EAST, WEST),
      p99: modelConstant('ddb.mrec.lag').distribution?.p99 as number,
    });

    const { elapsedMs } = await timed(context, table.write(EAST, 'PutItem', put('a')));
    expect(elapsedMs).toBeCloseTo(ownMs, 9);
    expect(statuses(table)).toEqual(['a', undefined]);

    await context.scheduler.run(ownMs + lagMs - 0.001);
    expect(statuses(table)).toEqual(['a', undefined]);
    await context.scheduler.run(ownMs + lagMs + 0.001);
    expect(statuses(table)).toEqual(['a', 'a']);
    expect(table.longestHeldMs).toBe(0);
  });

  test('arrives in the middle after 400 ms and one and a half round trips, and rarely after the 99th percentile', async () => {
    const context = drillContext();
    const table = new EventualTable(TABLE, context);
    const p99 = modelConstant('ddb.mrec.lag').distribution?.p99 as number;
    const p50 = 400 + 1.5 * roundTripMs(EAST, WEST);
    const count = 400;
    const lags: number[] = [];
    for (let i = 0; i < count; i++) {
      const item = { pk: { S: `PARCEL#${i}` } };
      await settle(context, table.write(EAST, 'PutItem', { TableName: 'parcels', Item: item }));
      const sentMs = context.scheduler.nowMs;
      const [, west] = table.copies;
      await context.scheduler.run(sentMs + 1e6, () => west?.image(west.keyOf(item)) !== undefined);
      lags.push(context.scheduler.nowMs - sentMs);
    }
    const share = (limitMs: number): number => lags.filter((lagMs) => lagMs < limitMs).length / count;

    expect(Math.abs(share(p50) - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / count));
    expect(Math.abs(share(p99) - 0.99)).toBeLessThan(4 * Math.sqrt((0.99 * 0.01) / count));
  });

  test('is judged by the copy it meets: both Regions create the same item', async () => {
    const context = drillContext();
    const table = new EventualTable(TABLE, context);

    await write(context, table, EAST, put('east', NEW));
    await write(context, table, WEST, put('west', NEW));
    await expect(settle(context, table.write(WEST, 'PutItem', put('again', NEW)))).rejects.toMatchObject({
      type: expect.stringContaining('#ConditionalCheckFailedException'),
    });
    expect(statuses(table)).toEqual(['east', 'west']);

    await context.scheduler.run(1e6);
    expect(statuses(table)).toEqual(['west', 'west']);
  });

  test('that was refused is not replicated', async () => {
    const context = drillContext();
    const table = new EventualTable(TABLE, context);
    await write(context, table, EAST, put('a'));
    await context.scheduler.run(1e6);
    const events = context.scheduler.eventCount;

    await expect(settle(context, table.write(EAST, 'PutItem', put('b', NEW)))).rejects.toThrow('conditional');
    await context.scheduler.run(2e6);

    expect(context.scheduler.eventCount - events).toBe(1);
    expect(statuses(table)).toEqual(['a', 'a']);
  });

  test('in a table of one Region goes nowhere else', async () => {
    const context = drillContext();
    const table = new EventualTable(parcelTable(), context);

    await write(context, table, EAST, put('a'));
    await context.scheduler.run(1e6);

    expect([table.copies.length, context.scheduler.eventCount]).toEqual([1, 1]);
  });
});

describe('the last writer', () => {
  test('wins in every Region, whichever change arrives last', async () => {
    const context = drillContext({ faults: [cut(WEST, 0, 60_000)] });
    const table = new EventualTable(TABLE, context);
    await write(context, table, WEST, put('first'));
    await context.scheduler.run(1000);
    await write(context, table, EAST, put('last'));

    await context.scheduler.run(59_999);
    expect(statuses(table)).toEqual(['last', 'first']);
    // Changes of the first second take a twenty-second of it.
    await context.scheduler.run(60_060);
    expect(statuses(table)).toEqual(['last', 'last']);
  });

  test('is, at equal times, the Region that sorts last', async () => {
    for (const replicaRegions of [
      [EAST, WEST],
      [WEST, EAST],
    ]) {
      const context = { ...drillContext(), random: new EvenStream('even') };
      const table = new EventualTable(parcelTable({ consistency: 'eventual', replicaRegions }), context);

      await settle(context, Promise.all([EAST, WEST].map((region) => table.write(region, 'PutItem', put(region)))));
      expect(new Set(statuses(table))).toEqual(new Set([EAST, WEST]));
      await context.scheduler.run(1e6);

      expect(statuses(table)).toEqual([WEST, WEST]);
    }
  });

  test('may have deleted: an earlier write that arrives later does not bring the item back', async () => {
    const context = drillContext({ faults: [cut(WEST, 0, 60_000)] });
    const table = new EventualTable(TABLE, context);
    await write(context, table, WEST, put('earlier'));
    await context.scheduler.run(1000);
    await settle(context, table.write(EAST, 'DeleteItem', { TableName: 'parcels', Key }));

    await context.scheduler.run(1e6);

    expect(statuses(table)).toEqual([undefined, undefined]);
  });

  test('in one Region is the later of its own writes, however its clock wavers', async () => {
    const context = drillContext();
    const table = new EventualTable(TABLE, context);
    for (let i = 0; i < 40; i++) await write(context, table, EAST, put(String(i)));

    await context.scheduler.run(1e6);

    expect(statuses(table)).toEqual(['39', '39']);
  });
});

describe('the account of what the last writer made disappear', () => {
  const REGIONS = [EAST, WEST, 'eu-west-1'];

  /** Writes into Regions at seconds of virtual time, and what the event log says of it in the end. */
  async function accountOf(
    replicaRegions: readonly string[],
    faults: readonly Fault[],
    ...writes: readonly (readonly [region: string, atSeconds: number, standsFor?: number])[]
  ) {
    const records = new LogRecords();
    const context = { ...drillContext({ faults }), log: new EventLog(records.onLog) };
    const table = new EventualTable(parcelTable({ consistency: 'eventual', replicaRegions }), context);
    for (const [region, atSeconds, standsFor] of writes) {
      await context.scheduler.run(1000 * atSeconds);
      await settle(context, table.write(region, 'PutItem', put(`${region} ${atSeconds}`), standsFor));
    }
    await context.scheduler.run(1e7);
    context.log.sha256();
    expect(divergentItems(table.copies)).toBe(0);
    return records.of('superseded').map(({ t, region, writtenMs, byRegion, byWrittenMs, ...rest }) => ({
      ...rest,
      story: `${region} ${Math.floor(writtenMs / 1000)} lost to ${byRegion} ${Math.floor(byWrittenMs / 1000)}`,
      atSeconds: Math.floor(t / 1000),
    }));
  }

  const stories = async (...scene: Parameters<typeof accountOf>) =>
    (await accountOf(...scene)).map(({ story }) => story);

  test('names the item, the write that is gone, and the one that stands, when that arrives', async () => {
    const account = await accountOf([EAST, WEST], [cut(WEST, 0, 60_000)], [EAST, 10, 7], [WEST, 20]);

    expect(account).toEqual([
      {
        is: 'superseded',
        table: 'parcels',
        key: 'PARCEL#1',
        weight: 7,
        story: `${EAST} 10 lost to ${WEST} 20`,
        atSeconds: 60,
      },
    ]);
  });

  test('says nothing of a write that the later one knew of', async () => {
    expect(await stories([EAST, WEST], [], [EAST, 10], [WEST, 20], [EAST, 30], [EAST, 31])).toEqual([]);
    // Replicated before the cut, and written over during it.
    expect(await stories([EAST, WEST], [cut(WEST, 20_000, 60_000)], [EAST, 10], [WEST, 30])).toEqual([]);
  });

  test('has every write that was built on, each once', async () => {
    const writes = [EAST, EAST, WEST].map((region, index) => [region, 10 * (index + 1)] as const);

    expect(await stories([EAST, WEST], [cut(WEST, 0, 60_000)], ...writes)).toEqual([
      `${EAST} 10 lost to ${WEST} 30`,
      `${EAST} 20 lost to ${WEST} 30`,
    ]);
  });

  test('has no write that is part of what stands in the end', async () => {
    const writes = [
      [EAST, 10],
      [WEST, 20],
      [EAST, 30],
    ] as const;

    expect(await stories([EAST, WEST], [cut(WEST, 0, 60_000)], ...writes)).toEqual([`${WEST} 20 lost to ${EAST} 30`]);
  });

  test('tells a write once, however many replicas drop it', async () => {
    const faults = REGIONS.map((region) => cut(region, 0, 60_000));
    const writes = REGIONS.map((region, index) => [region, 10 * (index + 1)] as const);

    const found = await stories(REGIONS, faults, ...writes);
    expect(found.map((story) => story.split(' lost')[0]).sort()).toEqual([`${EAST} 10`, `${WEST} 20`]);
  });
});

describe('replication that a fault holds back', () => {
  test.each([
    ["by the fault's delay, counted from the fault's start", held(EAST, 5, 1e6, 30_000), 30_005],
    ['when a cut ends, if it was under way when that began', cut(WEST, 5, 20_000), 20_000],
  ])('arrives %s', async (_, plan, arrivalMs) => {
    const context = { ...drillContext({ faults: [plan] }), random: new EvenStream('even') };
    const table = new EventualTable(TABLE, context);
    await write(context, table, EAST, put('a'));
    expect(context.scheduler.nowMs).toBeLessThan(5);

    await context.scheduler.run(arrivalMs - 0.001);
    expect(statuses(table)).toEqual(['a', undefined]);
    await context.scheduler.run(arrivalMs);
    expect(statuses(table)).toEqual(['a', 'a']);
    expect(table.longestHeldMs).toBeGreaterThan(arrivalMs - 2000);
    expect(table.longestHeldMs).toBeLessThan(arrivalMs);
  });

  test('touches only the ways to and from the Region that is struck', async () => {
    const replicaRegions = [EAST, WEST, 'eu-west-1'];
    const context = drillContext({ faults: [cut(WEST, 0, 100_000)] });
    const table = new EventualTable(parcelTable({ consistency: 'eventual', replicaRegions }), context);
    await write(context, table, EAST, put('a'));

    await context.scheduler.run(50_000);
    expect(statuses(table)).toEqual(['a', undefined, 'a']);
    await context.scheduler.run(100_001);
    expect(statuses(table)).toEqual(['a', 'a', 'a']);
  });

  test('ends in replicas that agree, whatever was written where and whatever was cut off when', async () => {
    const regions = [EAST, WEST, 'eu-west-1'];
    const outage = fc.record({
      region: fc.constantFrom(...regions),
      startMs: fc.integer({ min: 0, max: 20_000 }),
      lengthMs: fc.integer({ min: 1, max: 30_000 }),
      delayMs: fc.option(fc.integer({ min: 1, max: 40_000 }), { nil: undefined }),
    });
    const step = fc.record({
      region: fc.nat(2),
      parcel: fc.constantFrom('1', '2'),
      kind: fc.constantFrom('put', 'update', 'delete'),
      pauseMs: fc.constantFrom(0, 1, 50, 700, 5000),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(2, 3),
        fc.array(outage, { maxLength: 3 }),
        fc.array(step, { minLength: 1, maxLength: 25 }),
        async (count, outages, plan) => {
          const replicaRegions = regions.slice(0, count);
          const context = drillContext({
            faults: outages.map(({ region, startMs, lengthMs, delayMs }) =>
              delayMs === undefined
                ? cut(region, startMs, startMs + lengthMs)
                : held(region, startMs, startMs + lengthMs, delayMs),
            ),
          });
          const table = new EventualTable(parcelTable({ consistency: 'eventual', replicaRegions }), context);
          for (const [index, { region, parcel, kind, pauseMs }] of plan.entries()) {
            const pk = { S: `PARCEL#${parcel}` };
            const where = replicaRegions[region % count] as string;
            const n = { N: String(index) };
            const work =
              kind === 'put'
                ? table.write(where, 'PutItem', {
                    TableName: 'parcels',
                    Item: { pk, n, driverId: { S: 'd' }, parcelId: { S: parcel } },
                  })
                : kind === 'delete'
                  ? table.write(where, 'DeleteItem', { TableName: 'parcels', Key: { pk } })
                  : table.write(where, 'UpdateItem', {
                      TableName: 'parcels',
                      Key: { pk },
                      UpdateExpression: 'SET n = :n, firstN = if_not_exists(firstN, :n)',
                      ExpressionAttributeValues: { ':n': n },
                    });
            context.scheduler.spawn(work);
            await context.scheduler.run(context.scheduler.nowMs + pauseMs);
          }

          await context.scheduler.run(context.scheduler.nowMs + 1e6);

          expect(divergentItems(table.copies)).toBe(0);
          const byDriver = table.copies.map((copy) =>
            copy.execute('Query', {
              TableName: 'parcels',
              IndexName: 'byDriver',
              KeyConditionExpression: 'driverId = :d',
              ExpressionAttributeValues: { ':d': { S: 'd' } },
            }),
          );
          const [first, ...rest] = await Promise.all(byDriver);
          for (const other of rest) expect(other).toEqual(first);
        },
      ),
      { numRuns: 40 },
    );
  });
});
