import fc from 'fast-check';
import type { DynaliteEngine } from '../../../lib/drill/data/dynalite-engine';
import type { TableDefinition } from '../../../lib/drill/data/table-definition';
import {
  type OperationData,
  type ReadOperation,
  ServiceError,
  type WriteOperation,
} from '../../../lib/drill/data/table-engine';
import { DynaliteServer } from './dynalite-server';
import { onlyCopyOf, parcelTable, scanTable } from './fixture';

interface Operation {
  readonly name: ReadOperation | WriteOperation;
  readonly input: OperationData;
}

let server: DynaliteServer;
let tables = 0;

beforeAll(async () => {
  server = await DynaliteServer.start();
});

afterAll(() => server.stop());

/** Executes the same operations here and there, and holds every answer here to the one there. */
async function compare(table: TableDefinition, operations: readonly Operation[]): Promise<Record<string, number>> {
  const definition = { ...table, name: `${table.name}${++tables}` };
  const engine = onlyCopyOf(definition);
  await server.createTable(definition);
  const outcomes: Record<string, number> = {};
  for (const { name, input } of operations) {
    let start: unknown;
    do {
      const request: OperationData = {
        TableName: definition.name,
        ...input,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      };
      const theirs = await server.request(name, request);
      const ours = await answer(engine, name, JSON.parse(JSON.stringify(request)));
      expect({ request, ...ours }).toEqual({ request, ...theirs });
      const outcome = theirs.body.__type?.split('#')[1] ?? name;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      start = theirs.body.LastEvaluatedKey;
    } while (start !== undefined);
  }
  return outcomes;
}

async function answer(engine: DynaliteEngine, name: Operation['name'], input: OperationData) {
  try {
    const output = await engine.execute(name, input);
    return { statusCode: 200, body: JSON.parse(JSON.stringify(output)) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { statusCode: error.statusCode, body: error.body };
  }
}

const TEXTS = ['', 'a', 'ab', 'b', 'ba', 'é', 'a/b', 'a~', '日本', '\u{1F4E6}', '\uFFEE'];
const NUMBERS = ['-12.5', '-1', '0', '0.001', '1', '2', '10', '1e10'];
/** At the limits of what DynamoDB calls a number, and one beyond each: 38 digits, and magnitudes from 1e-130 to 9.9e125. */
const LIMITS = ['9.9e125', '1e-130', '12345678901234567890123456789012345678', '1e126', '1e-131', '1'.repeat(39)];

const text = fc.constantFrom(...TEXTS).map((S) => ({ S }));
const number = fc.constantFrom(...NUMBERS).map((N) => ({ N }));
const value: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  { arbitrary: text, weight: 5 },
  { arbitrary: number, weight: 5 },
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true }),
  fc.constantFrom('YQ==', 'YWI=').map((B) => ({ B })),
  fc.subarray(['a', 'b', 'c'], { minLength: 1 }).map((SS) => ({ SS })),
  fc.subarray(['1', '2', '3'], { minLength: 1 }).map((NS) => ({ NS })),
  fc.array(fc.oneof(text, number), { maxLength: 3 }).map((L) => ({ L })),
  fc.record({ a1: text, n1: number, L: fc.constant({ L: [] }) }, { requiredKeys: [] }).map((M) => ({ M })),
  { arbitrary: fc.constantFrom(...LIMITS).map((N) => ({ N })), weight: 1 },
  fc.record({ S: fc.constantFrom('S', 'N', 'SS', 'XX') }),
);
const attribute = fc.constantFrom('a1', 'a2', 'n1', 'status');

const CONDITIONS = [
  'attribute_not_exists(pk)',
  'attribute_exists(#a)',
  'attribute_not_exists(#a) OR #a = :v',
  'attribute_not_exists(#a) OR (#a = :v AND #b <> :w)',
  '#a = :v',
  '#a < :v OR #a >= :w',
  'NOT #a <> :v',
  '#a BETWEEN :v AND :w',
  '#a IN (:v, :w)',
  'attribute_type(#a, :v)',
  'contains(#a, :v)',
  'begins_with(#a, :v)',
  'size(#a) > :v',
  'a1 = :v AND attribute_exists(#b)',
  '((a1 = :v))',
  'attribute_exists(#a.#b)',
  '#a[0] = :v OR #a.n1 >= :w',
  'size(#a) BETWEEN :v AND :w',
  'contains(#a, #b)',
  'NOT (#a = :v OR #b = :w) AND attribute_not_exists(#a.a1)',
  'attribute_exists(pk) AND (#a in (:v) OR not attribute_type(#b, :w))',
];
const UPDATES = [
  'SET #a = :v',
  'SET a2 = :v',
  'SET #a = if_not_exists(#a, :v), #b = :w',
  'SET #a = if_not_exists(#b, :v) + :w',
  'SET #a = #b',
  'SET #a = list_append(if_not_exists(#a, :v), :w)',
  'SET #a = :v REMOVE #b',
  'ADD #a :v',
  'DELETE #a :v',
  'REMOVE #a',
  'SET #a[0] = :v',
  'SET #a.#b = :v',
  'SET #a.n1 = if_not_exists(#a.n1, :v) - :w',
  'SET #a[1] = :v, #b = :w',
  'REMOVE #a[1], #b.a1',
  'ADD #a :v, #b :w',
  'SET #a = :v ADD #b :w',
  'DELETE #a :v REMOVE #b',
  'SET #a = :v, #a.n1 = :w',
];

/** Values of the type that an expression works on, for most of its uses to succeed. */
function suited(expression: string): fc.Arbitrary<Record<string, unknown>> {
  if (expression.includes('list_append')) return fc.constantFrom({ L: [{ S: 'a' }] }, { L: [] });
  if (/DELETE #a/.test(expression)) return fc.subarray(['a', 'b', 'c'], { minLength: 1 }).map((SS) => ({ SS }));
  if (/ADD|:v [+-]|\) [+-] :/.test(expression)) return number;
  if (/begins_with|attribute_type/.test(expression)) return fc.constantFrom({ S: 'S' }, { S: 'a' }, { S: 'N' });
  return fc.oneof(text, number);
}

/** Names and values an expression mentions, now and then one too many. */
function expressionParts(expressions: readonly (string | undefined)[]): fc.Arbitrary<OperationData> {
  const said = expressions.join(' ');
  const operand = fc.oneof({ arbitrary: suited(said), weight: 4 }, { arbitrary: value, weight: 1 });
  return fc
    .record({ a: attribute, b: attribute, v: operand, w: operand, extra: fc.nat(19) })
    .map(({ a, b, v, w, extra }) => {
      const names = {
        ...(said.includes('#a') || extra === 0 ? { '#a': a } : {}),
        ...(said.includes('#b') ? { '#b': b } : {}),
      };
      const values = {
        ...(said.includes(':v') || extra === 1 ? { ':v': v } : {}),
        ...(said.includes(':w') ? { ':w': w } : {}),
      };
      return {
        ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
        ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
      };
    });
}

const condition = fc.oneof(fc.constant(undefined), fc.constant(undefined), fc.constantFrom(...CONDITIONS));

function writes(key: fc.Arbitrary<OperationData>, item: fc.Arbitrary<OperationData>): fc.Arbitrary<Operation> {
  const expressed = (update: string | undefined, ConditionExpression: string | undefined) =>
    expressionParts([update, ConditionExpression]).map((parts) => ({
      ...parts,
      ...(update === undefined ? {} : { UpdateExpression: update }),
      ...(ConditionExpression === undefined ? {} : { ConditionExpression }),
    }));
  const returned = (...images: string[]): fc.Arbitrary<OperationData> =>
    fc.record(
      {
        ReturnValues: fc.constantFrom(...images),
        ReturnConsumedCapacity: fc.constantFrom('TOTAL', 'INDEXES', 'NONE'),
        ReturnItemCollectionMetrics: fc.constantFrom('NONE', 'SIZE'),
      },
      { requiredKeys: [] },
    );
  const oldImage = returned('NONE', ...Array<string>(8).fill('ALL_OLD'), 'ALL_NEW');
  const anyImage = returned('NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW');
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          item,
          condition.chain((text) => expressed(undefined, text)),
          oldImage,
        )
        .map(([Item, parts, back]): Operation => ({ name: 'PutItem', input: { Item, ...parts, ...back } })),
    },
    {
      weight: 5,
      arbitrary: fc
        .tuple(
          key,
          fc.tuple(fc.constantFrom(...UPDATES), condition).chain(([update, text]) => expressed(update, text)),
          anyImage,
        )
        .map(([Key, parts, back]): Operation => ({ name: 'UpdateItem', input: { Key, ...parts, ...back } })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          key,
          condition.chain((text) => expressed(undefined, text)),
          oldImage,
        )
        .map(([Key, parts, back]): Operation => ({ name: 'DeleteItem', input: { Key, ...parts, ...back } })),
    },
  );
}

/** What of each item is wanted; combinations that exclude each other only now and then. */
const selection: fc.Arbitrary<OperationData> = fc.oneof(
  fc.constant({}),
  fc.constant({ Select: 'COUNT' }),
  fc
    .constantFrom('a1', 'pk, a2', 'a2, n1', 'a2, a1[0]', 'a1.n1, a2', 'a1.n1, a1[0]', 'a2, a2')
    .map((ProjectionExpression) => ({ ProjectionExpression })),
  fc.record({ Select: fc.constantFrom('ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES', 'SPECIFIC_ATTRIBUTES') }),
  fc.constant({ Select: 'SPECIFIC_ATTRIBUTES', ProjectionExpression: 'pk, a1' }),
);

const paging = fc.record(
  {
    Limit: fc.integer({ min: 1, max: 3 }),
    ScanIndexForward: fc.boolean(),
    ReturnConsumedCapacity: fc.constantFrom('TOTAL', 'INDEXES'),
  },
  { requiredKeys: [] },
);

const pageOptions = fc
  .tuple(paging, selection, fc.option(fc.constant({ ConsistentRead: true }), { nil: {}, freq: 1 }))
  .map((parts): OperationData => Object.assign({}, ...parts));

function queries(
  index: string | undefined,
  hash: { name: string; values: fc.Arbitrary<object> },
  range: { name: string; values: fc.Arbitrary<object> },
  /** Keys a page may begin after: of items that are there, of others, and of other tables. */
  starts: fc.Arbitrary<OperationData>,
): fc.Arbitrary<Operation> {
  const ranges = [
    '',
    '#r = :x',
    '#r < :x',
    '#r <= :x',
    '#r > :x',
    '#r >= :x',
    '#r BETWEEN :x AND :y',
    'begins_with(#r, :x)',
  ];
  const filters = ['attribute_exists(a1)', 'a2 = :f', 'NOT a1 < :f', 'size(a2) > :f OR contains(a1, :f)'];
  const filter = fc.option(fc.constantFrom(...filters), { nil: undefined });
  return fc
    .record({
      range: fc.constantFrom(...ranges),
      h: hash.values,
      x: range.values,
      y: range.values,
      f: value,
      filter,
      page: pageOptions,
      start: fc.option(starts, { nil: undefined, freq: 1 }),
    })
    .map(
      ({ range: text, h, x, y, f, filter: FilterExpression, page, start }): Operation => ({
        name: 'Query',
        input: {
          ...(index === undefined ? {} : { IndexName: index }),
          KeyConditionExpression: `#h = :h${text === '' ? '' : ` AND ${text}`}`,
          ...(FilterExpression === undefined ? {} : { FilterExpression }),
          ExpressionAttributeNames: { '#h': hash.name, ...(text.includes('#r') ? { '#r': range.name } : {}) },
          ExpressionAttributeValues: {
            ':h': h,
            ...(text.includes(':x') ? { ':x': x } : {}),
            ...(text.includes(':y') ? { ':y': y } : {}),
            ...(FilterExpression?.includes(':f') ? { ':f': f } : {}),
          },
          ...page,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        },
      }),
    );
}

function scans(index: string, starts: fc.Arbitrary<OperationData>): fc.Arbitrary<Operation> {
  return fc
    .record(
      {
        IndexName: fc.constant(index),
        Limit: fc.integer({ min: 1, max: 4 }),
        FilterExpression: fc.constantFrom('attribute_exists(a1)', 'size(a1) > size(a2)', 'a1 <> a2'),
        ReturnConsumedCapacity: fc.constantFrom('TOTAL', 'INDEXES'),
        ExclusiveStartKey: fc.option(starts, { nil: undefined, freq: 1 }),
      },
      { requiredKeys: [] },
    )
    .chain((input) =>
      fc
        .tuple(selection, fc.option(segment, { nil: {}, freq: 1 }))
        .map((parts) => Object.assign({ ...input }, ...parts)),
    )
    .map((input): Operation => ({ name: 'Scan', input }));
}

const segment = fc
  .tuple(fc.nat(3), fc.integer({ min: 1, max: 4 }))
  .map(([Segment, TotalSegments]) => ({ Segment, TotalSegments }));

function gets(key: fc.Arbitrary<OperationData>): fc.Arbitrary<Operation> {
  const options = fc.constantFrom<OperationData[]>(
    {},
    { ConsistentRead: true },
    { ProjectionExpression: 'a1, #s', ExpressionAttributeNames: { '#s': 'status' } },
    { ProjectionExpression: 'a1, a1' },
  );
  return fc.tuple(key, options).map(([Key, input]): Operation => ({ name: 'GetItem', input: { Key, ...input } }));
}

const parcelKey = fc
  .constantFrom('PARCEL#1', 'PARCEL#2', 'PARCEL#3', 'DELIVERY#1', 'ü')
  .map((pk) => ({ pk: { S: pk } }));
const driver = fc.constantFrom('d1', 'd2').map((S) => ({ S }));
const parcelId = fc.constantFrom('1', '2', '10', 'ü', '日').map((S) => ({ S }));
const attributes = { a1: value, a2: value, status: value };
const parcelItem = fc
  .tuple(
    parcelKey,
    fc.oneof(
      fc.record({ driverId: driver, parcelId, ...attributes }, { requiredKeys: ['driverId', 'parcelId'] }),
      fc.record({ driverId: driver, ...attributes }, { requiredKeys: [] }),
    ),
  )
  .map(([key, rest]) => ({ ...rest, ...key }));

const scanKey = fc.tuple(fc.constantFrom('x', 'y'), number).map(([pk, sk]) => ({ pk: { S: pk }, sk }));
const indexedText = fc.constantFrom('a', 'ab', 'b').map((S) => ({ S }));
const scanItem = fc
  .tuple(
    scanKey,
    fc.record(
      { a1: fc.oneof(indexedText, indexedText, value), n1: fc.oneof(number, number, value), a2: value },
      { requiredKeys: [] },
    ),
  )
  .map(([key, rest]) => ({ ...rest, ...key }));

function stock(item: fc.Arbitrary<OperationData>): fc.Arbitrary<Operation[]> {
  return fc.array(
    item.map((Item): Operation => ({ name: 'PutItem', input: { Item } })),
    { minLength: 6, maxLength: 8 },
  );
}

describe("the engine beside dynalite's own server", () => {
  test('answers random operations on a table with one key and an index alike, every page of them', async () => {
    const seen = new Set<string>();
    const operation = fc.oneof(
      { arbitrary: writes(parcelKey, parcelItem), weight: 6 },
      { arbitrary: gets(parcelKey), weight: 1 },
      {
        arbitrary: queries(
          'byDriver',
          { name: 'driverId', values: driver },
          { name: 'parcelId', values: parcelId },
          fc.oneof(
            parcelKey,
            fc.tuple(parcelKey, driver, parcelId).map(([key, driverId, id]) => ({ ...key, driverId, parcelId: id })),
          ),
        ),
        weight: 3,
      },
      { arbitrary: scans('byDriver', parcelKey), weight: 1 },
    );
    await fc.assert(
      fc.asyncProperty(
        stock(parcelItem),
        fc.array(operation, { minLength: 40, maxLength: 60 }),
        async (stocked, operations) => {
          for (const outcome of Object.keys(await compare(parcelTable(), [...stocked, ...operations])))
            seen.add(outcome);
        },
      ),
      { numRuns: 10, seed: 20251020 },
    );

    expect([...seen].sort()).toEqual([
      'ConditionalCheckFailedException',
      'DeleteItem',
      'GetItem',
      'PutItem',
      'Query',
      'Scan',
      'UpdateItem',
      'ValidationException',
    ]);
  }, 60_000);

  test('answers random operations on a table with a sort key, a sparse index and a local one alike', async () => {
    const operation = fc.oneof(
      { arbitrary: writes(scanKey, scanItem), weight: 6 },
      {
        arbitrary: queries(
          undefined,
          { name: 'pk', values: fc.constantFrom({ S: 'x' }, { S: 'y' }) },
          { name: 'sk', values: number },
          scanKey,
        ),
        weight: 3,
      },
      {
        arbitrary: queries(
          'byA1',
          { name: 'a1', values: indexedText },
          { name: 'n1', values: number },
          fc.tuple(scanKey, indexedText, number).map(([key, a1, n1]) => ({ ...key, a1, n1 })),
        ),
        weight: 2,
      },
      {
        arbitrary: queries(
          'byN1',
          { name: 'pk', values: fc.constantFrom({ S: 'x' }, { S: 'y' }) },
          { name: 'n1', values: number },
          fc.tuple(scanKey, number).map(([key, n1]) => ({ ...key, n1 })),
        ),
        weight: 1,
      },
      { arbitrary: scans('byA1', scanKey), weight: 1 },
    );
    await fc.assert(
      fc.asyncProperty(
        stock(scanItem),
        fc.array(operation, { minLength: 40, maxLength: 60 }),
        async (stocked, operations) => {
          await compare(scanTable(), [...stocked, ...operations]);
        },
      ),
      { numRuns: 8, seed: 20251020 },
    );
  }, 60_000);

  test("keeps an expression's names apart from those another expression of the request uses", async () => {
    const update = (UpdateExpression: string): Operation => ({
      name: 'UpdateItem',
      input: {
        Key: { pk: { S: 'PARCEL#1' } },
        UpdateExpression,
        ConditionExpression: 'attribute_not_exists(#a) OR #a = :v',
        ExpressionAttributeNames: { '#a': 'status' },
        ExpressionAttributeValues: { ':v': { S: 'registered' } },
      },
    });

    await expect(
      compare(parcelTable(), [update('SET #a = :v'), update('SET a2 = :v'), update('REMOVE a2')]),
    ).resolves.toEqual({
      UpdateItem: 3,
    });
  });

  test('looks at values again where parsing looks at them: bounds and type names', async () => {
    const get = (ConditionExpression: string, v: object, w?: object): Operation => ({
      name: 'DeleteItem',
      input: {
        Key: { pk: { S: 'PARCEL#1' } },
        ConditionExpression,
        ExpressionAttributeValues: { ':v': v, ...(w ? { ':w': w } : {}) },
      },
    });

    await expect(
      compare(parcelTable(), [
        get('attribute_type(a1, :v)', { S: 'S' }),
        get('attribute_type(a1, :v)', { S: 'XX' }),
        get('a1 BETWEEN :v AND :w', { N: '1' }, { N: '2' }),
        get('a1 between :v and :w', { N: '2' }, { N: '1' }),
        get('a1 BETWEEN :v AND :w', { N: '2' }, { N: '1' }),
      ]),
    ).resolves.toEqual({ ConditionalCheckFailedException: 2, ValidationException: 3 });
  });

  test('ends a page where a megabyte is full, in the table and in its index', async () => {
    const items = Array.from(
      { length: 24 },
      (_, index): Operation => ({
        name: 'PutItem',
        input: {
          Item: {
            pk: { S: `PARCEL#${index}` },
            driverId: { S: 'd1' },
            parcelId: { S: String(index) },
            a1: { S: 'x'.repeat(100_000 + index) },
          },
        },
      }),
    );
    const byDriver = {
      IndexName: 'byDriver',
      KeyConditionExpression: 'driverId = :d',
      ExpressionAttributeValues: { ':d': { S: 'd1' } },
    };
    const reads: Operation[] = [
      { name: 'Scan', input: { ReturnConsumedCapacity: 'TOTAL' } },
      { name: 'Scan', input: { Select: 'COUNT', FilterExpression: 'attribute_not_exists(a1)' } },
      { name: 'Query', input: { ...byDriver, ScanIndexForward: false, ReturnConsumedCapacity: 'INDEXES' } },
    ];

    const outcomes = await compare(parcelTable(), [...items, ...reads]);

    expect(outcomes).toEqual({ PutItem: 24, Scan: 6, Query: 3 });
  });

  test('reads what an index projects of items that lack it', async () => {
    const sparse = { pk: { S: 'x' }, sk: { N: '1' }, a1: { S: 'a' }, n1: { N: '1' } };

    await expect(
      compare(scanTable(), [
        { name: 'PutItem', input: { Item: sparse } },
        { name: 'Scan', input: { IndexName: 'byA1', ReturnConsumedCapacity: 'INDEXES' } },
        { name: 'Scan', input: { IndexName: 'byA1', FilterExpression: 'attribute_not_exists(a2)' } },
      ]),
    ).resolves.toEqual({ PutItem: 1, Scan: 2 });
  });

  test('compares maps as the library does', async () => {
    const map = { M: { n1: { N: '1' } } };

    await expect(
      compare(parcelTable(), [
        { name: 'PutItem', input: { Item: { pk: { S: 'PARCEL#1' }, a1: map } } },
        { name: 'Scan', input: { FilterExpression: 'NOT a1 < :f', ExpressionAttributeValues: { ':f': map } } },
      ]),
    ).resolves.toEqual({ PutItem: 1, Scan: 1 });
  });
});
