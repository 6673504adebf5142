import type { AssemblyResource } from '../../../lib/assembly';
import { DynamoDbService } from '../../../lib/drill/data/dynamodb-service';
import { readTable, reduceToRegion } from '../../../lib/drill/data/table-definition';
import { drillContext, parcelTable, settle } from './fixture';

const STRONG = parcelTable({
  consistency: 'strong',
  replicaRegions: ['us-east-2', 'us-west-2'],
  witnessRegions: ['us-east-1'],
});
const item = { TableName: 'parcels', Item: { pk: { S: 'PARCEL#1' } } };
const key = { TableName: 'parcels', Key: { pk: { S: 'PARCEL#1' } } };

describe("DynamoDB's endpoints", () => {
  test('answer operations on the tables of their Region', async () => {
    const context = drillContext();
    const service = new DynamoDbService([STRONG], context);

    expect(await settle(context, service.answer('us-east-2', 'PutItem', item))).toEqual({ statusCode: 200, body: {} });
    expect(await settle(context, service.answer('us-west-2', 'GetItem', { ...key, ConsistentRead: true }))).toEqual({
      statusCode: 200,
      body: { Item: item.Item },
    });
  });

  test('answer refusals as DynamoDB writes them', async () => {
    const context = drillContext();
    const service = new DynamoDbService([STRONG], context);
    const refused = service.answer('us-east-2', 'DeleteItem', { ...key, ConditionExpression: 'attribute_exists(pk)' });

    expect(await settle(context, refused)).toEqual({
      statusCode: 400,
      body: {
        __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
        message: 'The conditional request failed',
      },
    });
  });

  test.each([
    ['a table nobody declared', 'us-east-2', 'other'],
    ['a Region without the table', 'eu-west-1', 'parcels'],
    ['a Region that holds only the witness', 'us-east-1', 'parcels'],
  ])('know no table for %s', async (_, region, TableName) => {
    const context = drillContext();
    const service = new DynamoDbService([STRONG], context);

    expect(await settle(context, service.answer(region, 'GetItem', { ...key, TableName }))).toEqual({
      statusCode: 400,
      body: {
        __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
        message: `Requested resource not found: Table: ${TableName} not found`,
      },
    });
  });

  test.each(['TransactWriteItems', 'BatchGetItem', 'DescribeTable', 'ExecuteStatement'])(
    'refuses the operation %s, which the drill does not model',
    async (operation) => {
      const service = new DynamoDbService([STRONG], drillContext());

      await expect(service.answer('us-east-2', operation, key)).rejects.toThrow(
        `not modelled: DynamoDB operation ${operation}`,
      );
    },
  );

  test('let no table of one name see the items of another', async () => {
    const context = drillContext();
    const service = new DynamoDbService([parcelTable(), { ...parcelTable(), name: 'others' }], context);
    await settle(context, service.answer('us-east-2', 'PutItem', item));

    expect(await settle(context, service.answer('us-east-2', 'GetItem', { ...key, TableName: 'others' }))).toEqual({
      statusCode: 200,
      body: {},
    });
    expect(service.all.map(({ copies }) => copies.map((copy) => copy.keys().length))).toEqual([[1], [0]]);
  });
});

function resource(type: string, properties: Record<string, unknown>): AssemblyResource {
  return {
    type,
    logicalId: 'Table',
    properties,
    stack: { id: 'Data', region: 'us-east-2' },
  } as unknown as AssemblyResource;
}

const SCHEMA = {
  TableName: 'parcels',
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
};

describe("a table's declaration", () => {
  test('says where its replicas are and how they agree', () => {
    const replicas = { Replicas: [{ Region: 'us-east-2' }, { Region: 'us-west-2' }] };
    const read = (properties: object) =>
      readTable(resource('AWS::DynamoDB::GlobalTable', { ...SCHEMA, ...properties }));

    expect(
      read({ ...replicas, MultiRegionConsistency: 'STRONG', GlobalTableWitnesses: [{ Region: 'us-east-1' }] }),
    ).toEqual({
      name: 'parcels',
      consistency: 'strong',
      replicaRegions: ['us-east-2', 'us-west-2'],
      witnessRegions: ['us-east-1'],
      keySchema: SCHEMA.KeySchema,
      attributeDefinitions: SCHEMA.AttributeDefinitions,
      globalIndexes: [],
      localIndexes: [],
    });
    expect(read(replicas)).toMatchObject({ consistency: 'eventual', witnessRegions: [] });
    expect(read({ Replicas: [{ Region: 'us-east-2' }] })).toMatchObject({
      consistency: 'single',
      replicaRegions: ['us-east-2'],
    });
    expect(readTable(resource('AWS::DynamoDB::Table', SCHEMA))).toMatchObject({
      consistency: 'single',
      replicaRegions: ['us-east-2'],
    });
  });

  test('refuses what the drill does not model, naming the resource', () => {
    const ttl = { TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true } };
    const token = { TableName: { 'Fn::ImportValue': 'x' } };

    expect(() => readTable(resource('AWS::DynamoDB::Table', { ...SCHEMA, ...ttl }))).toThrow(
      'not modelled: time to live of Data/Table',
    );
    expect(() => readTable(resource('AWS::DynamoDB::Table', { ...SCHEMA, ...token }))).toThrow(
      'not modelled: Data/Table TableName',
    );
    expect(() =>
      readTable(resource('AWS::DynamoDB::Table', { ...SCHEMA, TimeToLiveSpecification: { Enabled: false } })),
    ).not.toThrow();
  });

  test('of one Region alone keeps one replica, or nothing where there was none', () => {
    expect(reduceToRegion(STRONG, 'us-west-2')).toEqual({
      ...STRONG,
      consistency: 'single',
      replicaRegions: ['us-west-2'],
      witnessRegions: [],
    });
    expect(reduceToRegion(STRONG, 'us-east-1')).toBeUndefined();
  });
});
