import { DynaliteEngine } from '../../../lib/drill/data/dynalite-engine';
import { divergentItems } from '../../../lib/drill/data/replicated-table';
import type { OperationData } from '../../../lib/drill/data/table-engine';
import { TableShape } from '../../../lib/drill/data/table-shape';
import { onlyCopyOf, parcelTable, scanTable } from './fixture';

const TableName = 'parcels';

function parcel(parcelId: string, driverId: string, more: OperationData = {}) {
  return { pk: { S: `PARCEL#${parcelId}` }, parcelId: { S: parcelId }, driverId: { S: driverId }, ...more };
}

function key(parcelId: string) {
  return { pk: { S: `PARCEL#${parcelId}` } };
}

async function stocked(...items: ReturnType<typeof parcel>[]): Promise<DynaliteEngine> {
  const engine = onlyCopyOf(parcelTable());
  for (const Item of items) await engine.execute('PutItem', { TableName, Item });
  return engine;
}

describe('single items', () => {
  test('are put, read and replaced whole', async () => {
    const engine = await stocked(parcel('1', 'd1', { note: { S: 'fragile' } }));
    const replaced = await engine.execute('PutItem', { TableName, Item: parcel('1', 'd2'), ReturnValues: 'ALL_OLD' });

    expect(replaced).toEqual({ Attributes: parcel('1', 'd1', { note: { S: 'fragile' } }) });
    expect(await engine.execute('GetItem', { TableName, Key: key('1') })).toEqual({ Item: parcel('1', 'd2') });
    expect(await engine.execute('GetItem', { TableName, Key: key('2') })).toEqual({});
  });

  test('are refused when their condition does not hold, and stay as they are', async () => {
    const engine = await stocked(parcel('1', 'd1'));
    const put = engine.execute('PutItem', {
      TableName,
      Item: parcel('1', 'd2'),
      ConditionExpression: 'attribute_not_exists(pk)',
    });

    await expect(put).rejects.toMatchObject({
      name: 'ServiceError',
      statusCode: 400,
      type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
      message: 'The conditional request failed',
    });
    expect(engine.image(engine.keyOf(key('1')))).toEqual(parcel('1', 'd1'));
  });

  test('are updated from what is there: if_not_exists, arithmetic, sets, removal', async () => {
    const engine = await stocked(parcel('1', 'd1', { tries: { N: '2' }, tags: { SS: ['a', 'b'] }, spare: { S: 'x' } }));
    const update = {
      TableName,
      Key: key('1'),
      UpdateExpression:
        'SET tries = if_not_exists(tries, :zero) + :one, firstSeen = if_not_exists(firstSeen, :now) REMOVE spare DELETE tags :a',
      ExpressionAttributeValues: { ':zero': { N: '0' }, ':one': { N: '1' }, ':now': { S: 'now' }, ':a': { SS: ['a'] } },
      ReturnValues: 'ALL_NEW',
    };

    expect(await engine.execute('UpdateItem', update)).toEqual({
      Attributes: parcel('1', 'd1', { tries: { N: '3' }, tags: { SS: ['b'] }, firstSeen: { S: 'now' } }),
    });
    expect(
      await engine.execute('UpdateItem', {
        ...update,
        Key: key('9'),
        ReturnValues: 'UPDATED_NEW',
        UpdateExpression: 'SET tries = if_not_exists(tries, :zero) + :one',
        ExpressionAttributeValues: { ':zero': { N: '0' }, ':one': { N: '1' } },
      }),
    ).toEqual({
      Attributes: { tries: { N: '1' } },
    });
  });

  test('are deleted, from the index too', async () => {
    const engine = await stocked(parcel('1', 'd1'), parcel('2', 'd1'));

    expect(await engine.execute('DeleteItem', { TableName, Key: key('1'), ReturnValues: 'ALL_OLD' })).toEqual({
      Attributes: parcel('1', 'd1'),
    });
    expect(await byDriver(engine, 'd1')).toMatchObject({ Items: [parcel('2', 'd1')], Count: 1 });
  });

  test('larger than 400 KB are refused', async () => {
    const engine = onlyCopyOf(parcelTable());
    const put = engine.execute('PutItem', { TableName, Item: parcel('1', 'd1', { note: { S: 'x'.repeat(409_600) } }) });

    await expect(put).rejects.toMatchObject({
      statusCode: 400,
      type: expect.stringContaining('ValidationException'),
      message: 'Item size has exceeded the maximum allowed size',
    });
  });
});

function byDriver(engine: DynaliteEngine, driverId: string, more: OperationData = {}): Promise<OperationData> {
  return engine.execute('Query', {
    TableName,
    IndexName: 'byDriver',
    KeyConditionExpression: 'driverId = :d',
    ExpressionAttributeValues: { ':d': { S: driverId } },
    ...more,
  });
}

describe('the index', () => {
  const items = [parcel('2', 'd1'), parcel('10', 'd1'), parcel('1', 'd1'), parcel('3', 'd2')];

  test("gives a driver's parcels in the order of their identifiers, either way", async () => {
    const engine = await stocked(...items);

    expect(await byDriver(engine, 'd1')).toEqual({
      Items: [parcel('1', 'd1'), parcel('10', 'd1'), parcel('2', 'd1')],
      Count: 3,
      ScannedCount: 3,
    });
    expect((await byDriver(engine, 'd1', { ScanIndexForward: false })).Items).toEqual([
      parcel('2', 'd1'),
      parcel('10', 'd1'),
      parcel('1', 'd1'),
    ]);
  });

  test('pages with a key that names the item in the index and in the table', async () => {
    const engine = await stocked(...items);
    const first = await byDriver(engine, 'd1', { Limit: 2 });
    const second = await byDriver(engine, 'd1', { Limit: 2, ExclusiveStartKey: first.LastEvaluatedKey });

    expect(first).toMatchObject({ Count: 2, LastEvaluatedKey: parcel('10', 'd1') });
    expect(second).toEqual({ Items: [parcel('2', 'd1')], Count: 1, ScannedCount: 1 });
  });

  test('follows an item to its new driver and leaves out items without both keys', async () => {
    const engine = await stocked(...items);
    await engine.execute('PutItem', { TableName, Item: parcel('1', 'd2') });
    await engine.execute('PutItem', { TableName, Item: { pk: { S: 'DELIVERY#1' }, parcelId: { S: '1' } } });

    expect(await byDriver(engine, 'd1')).toMatchObject({ Items: [parcel('10', 'd1'), parcel('2', 'd1')] });
    expect(await byDriver(engine, 'd2')).toMatchObject({ Items: [parcel('1', 'd2'), parcel('3', 'd2')] });
  });

  test('answers begins_with and BETWEEN on its sort key', async () => {
    const engine = await stocked(...items);
    const query = (condition: string, values: OperationData) =>
      byDriver(engine, 'd1', {
        KeyConditionExpression: `driverId = :d AND ${condition}`,
        ExpressionAttributeValues: { ':d': { S: 'd1' }, ...values },
      });

    expect(await query('begins_with(parcelId, :p)', { ':p': { S: '1' } })).toMatchObject({
      Items: [parcel('1', 'd1'), parcel('10', 'd1')],
    });
    expect(await query('parcelId BETWEEN :a AND :b', { ':a': { S: '10' }, ':b': { S: '2' } })).toMatchObject({
      Items: [parcel('10', 'd1'), parcel('2', 'd1')],
    });
  });

  test('with numbers as sort key sorts them as numbers', async () => {
    const engine = onlyCopyOf(scanTable());
    for (const N of ['10', '-2', '9', '0.5', '-11']) {
      await engine.execute('PutItem', { TableName: 'scans', Item: { pk: { S: 'x' }, sk: { N } } });
    }

    const { Items } = await engine.execute('Query', {
      TableName: 'scans',
      KeyConditionExpression: 'pk = :p AND sk > :s',
      ExpressionAttributeValues: { ':p': { S: 'x' }, ':s': { N: '-11' } },
    });

    expect((Items as { sk: { N: string } }[]).map(({ sk }) => sk.N)).toEqual(['-2', '0.5', '9', '10']);
  });
});

describe('a replicated change', () => {
  test('is there at once, in the index too, and so is its removal', async () => {
    const engine = await stocked(parcel('1', 'd1'));
    const changed = engine.keyOf(key('1'));

    engine.apply(changed, parcel('1', 'd2'));
    expect(engine.image(changed)).toEqual(parcel('1', 'd2'));
    expect([await byDriver(engine, 'd1'), await byDriver(engine, 'd2')]).toMatchObject([{ Count: 0 }, { Count: 1 }]);

    engine.apply(changed, undefined);
    engine.apply(changed, undefined);
    expect([engine.image(changed), engine.keys()]).toEqual([undefined, []]);
    expect(await byDriver(engine, 'd2')).toMatchObject({ Count: 0 });
  });

  test('takes the place of what each copy of the table holds of it', async () => {
    const shape = new TableShape(parcelTable());
    const copies = [new DynaliteEngine(shape), new DynaliteEngine(shape), new DynaliteEngine(shape)] as const;
    const [first, level, behind] = copies;
    const changed = first.keyOf(key('1'));
    const imageOf = async (driver: string) => {
      await first.execute('PutItem', { TableName, Item: parcel('1', driver) });
      return first.image(changed);
    };
    const [one, two, three] = [await imageOf('d1'), await imageOf('d2'), await imageOf('d3')];

    for (const image of [one, two, three]) level.apply(changed, image);
    behind.apply(changed, one);
    behind.apply(changed, three);

    for (const copy of copies) {
      expect(copy.image(changed)).toBe(three);
      const counts = await Promise.all(['d1', 'd2', 'd3'].map(async (driver) => (await byDriver(copy, driver)).Count));
      expect(counts).toEqual([0, 0, 1]);
    }
  });

  test('is found by ranges that are read before it, and no more once it is gone', async () => {
    const engine = await stocked(parcel('1', 'd1'), parcel('3', 'd1'));
    const found = async () =>
      ((await byDriver(engine, 'd1')).Items as Record<string, { S: string }>[]).map(({ parcelId }) => parcelId?.S);
    expect(await found()).toEqual(['1', '3']);

    await engine.execute('PutItem', { TableName, Item: parcel('2', 'd1') });
    expect(await found()).toEqual(['1', '2', '3']);
    await engine.execute('DeleteItem', { TableName, Key: key('1') });
    expect(await found()).toEqual(['2', '3']);
  });

  test('is not changed by later writes elsewhere: images are never shared and altered', async () => {
    const [here, there] = [await stocked(parcel('1', 'd1', { stops: { L: [{ S: 'a' }] } })), onlyCopyOf(parcelTable())];
    const changed = here.keyOf(key('1'));
    there.apply(changed, here.image(changed));
    await here.execute('UpdateItem', {
      TableName,
      Key: key('1'),
      UpdateExpression: 'SET stops[0] = :b',
      ExpressionAttributeValues: { ':b': { S: 'b' } },
    });

    expect(there.image(changed)).toEqual(parcel('1', 'd1', { stops: { L: [{ S: 'a' }] } }));
    expect(divergentItems([here, there])).toBe(1);
  });
});

describe('what the library does not know', () => {
  test.each([
    [
      'PutItem',
      { Item: parcel('1', 'd1'), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
      'ReturnValuesOnConditionCheckFailure',
    ],
    ['GetItem', { Key: key('1'), Consistency: 'strong' }, 'Consistency'],
    ['Query', { KeyConditions: {}, Segment: 1 }, 'Segment'],
  ] as const)('refuses %s with %j', (operation, input, parameter) => {
    const engine = onlyCopyOf(parcelTable());

    expect(() => engine.execute(operation, { TableName, ...input })).toThrow(
      `not modelled: DynamoDB ${operation} parameter ${parameter}`,
    );
  });

  test("gives DynamoDB's own errors for what is wrong in itself", async () => {
    const engine = onlyCopyOf(parcelTable());

    await expect(engine.execute('GetItem', { TableName, Key: { id: { S: '1' } } })).rejects.toMatchObject({
      statusCode: 400,
      body: {
        __type: 'com.amazon.coral.validate#ValidationException',
        message: 'The provided key element does not match the schema',
      },
    });
    await expect(byDriver(engine, 'd1', { IndexName: 'byOther' })).rejects.toMatchObject({
      message: expect.stringContaining('byOther'),
    });
  });
});

describe('divergent items', () => {
  test('are those missing or different anywhere, each counted once, whatever the order of attributes', async () => {
    const note = { note: { S: 'n' } };
    const a = await stocked(parcel('1', 'd1', note), parcel('2', 'd1'), parcel('3', 'd1'));
    const b = await stocked({ ...note, ...parcel('1', 'd1') }, parcel('2', 'd2'), parcel('3', 'd1'));
    const c = await stocked(parcel('1', 'd1', note), parcel('2', 'd3'), parcel('4', 'd1'));

    expect(divergentItems([a, b])).toBe(1);
    expect(divergentItems([a, b, c])).toBe(3);
    expect([divergentItems([a]), divergentItems([a, a]), divergentItems([])]).toEqual([0, 0, 0]);
  });
});
