import { readCapacities } from '../../../../lib/drill/data/capacity/capacity-definition';
import { readTemplate } from '../../../assembly/write-assembly';

const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;
const KEYS = {
  TableName: 'orders',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
};
const INDEX = { IndexName: 'byCustomer', KeySchema: KEYS.KeySchema, Projection: { ProjectionType: 'ALL' } };

function capacityOf(Type: string, properties: object) {
  const assembly = readTemplate({ Resources: { Orders: { Type, Properties: { ...KEYS, ...properties } } } });
  return readCapacities(assembly).get('orders');
}

const scaled = (MinCapacity: number, MaxCapacity: number, rest: object = {}): object => ({
  MinCapacity,
  MaxCapacity,
  TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 },
  ...rest,
});

describe('capacity', () => {
  test('on demand is what a new table takes, up to the quota', () => {
    expect(capacityOf('AWS::DynamoDB::Table', { BillingMode: 'PAY_PER_REQUEST' })).toEqual({
      [EAST]: {
        table: {
          read: { kind: 'on-demand', warm: 12_000, most: 40_000, isOwnMost: false },
          write: { kind: 'on-demand', warm: 4000, most: 40_000, isOwnMost: false },
        },
        indexes: {},
      },
    });
  });

  test('on demand may be warmer, and limited, for the table and for each index', () => {
    const capacity = capacityOf('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      WarmThroughput: { ReadUnitsPerSecond: 20_000, WriteUnitsPerSecond: 8000 },
      OnDemandThroughput: { MaxReadRequestUnits: 100, MaxWriteRequestUnits: -1 },
      GlobalSecondaryIndexes: [{ ...INDEX, OnDemandThroughput: { MaxWriteRequestUnits: 7 } }],
    });

    expect(capacity?.[EAST]?.table).toEqual({
      read: { kind: 'on-demand', warm: 20_000, most: 100, isOwnMost: true },
      write: { kind: 'on-demand', warm: 8000, most: 40_000, isOwnMost: false },
    });
    expect(capacity?.[EAST]?.indexes.byCustomer?.write).toMatchObject({ warm: 4000, most: 7, isOwnMost: true });
  });

  test('is provisioned when nothing else is said', () => {
    const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 6 };

    expect(capacityOf('AWS::DynamoDB::Table', { ProvisionedThroughput })?.[EAST]?.table).toEqual({
      read: { kind: 'provisioned', units: 5 },
      write: { kind: 'provisioned', units: 6 },
    });
  });

  test('of a global table may differ between replicas in reads, and is scaled in writes', () => {
    const capacity = capacityOf('AWS::DynamoDB::GlobalTable', {
      BillingMode: 'PROVISIONED',
      WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: scaled(10, 100, { SeedCapacity: 20 }) },
      GlobalSecondaryIndexes: [
        {
          ...INDEX,
          WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: scaled(1, 9) },
          ReadProvisionedThroughputSettings: { ReadCapacityUnits: 3 },
        },
      ],
      Replicas: [
        { Region: EAST, ReadProvisionedThroughputSettings: { ReadCapacityUnits: 40 } },
        {
          Region: WEST,
          ReadProvisionedThroughputSettings: { ReadCapacityAutoScalingSettings: scaled(2, 50) },
          GlobalSecondaryIndexes: [
            { IndexName: 'byCustomer', ReadProvisionedThroughputSettings: { ReadCapacityUnits: 4 } },
          ],
        },
      ],
    });
    const write = { kind: 'provisioned', units: 20, scaling: { min: 10, max: 100, target: 0.7 } };

    expect(capacity?.[EAST]?.table).toEqual({ read: { kind: 'provisioned', units: 40 }, write });
    expect(capacity?.[WEST]?.table).toEqual({
      read: { kind: 'provisioned', units: 2, scaling: { min: 2, max: 50, target: 0.7 } },
      write,
    });
    expect([EAST, WEST].map((region) => capacity?.[region]?.indexes.byCustomer?.read)).toEqual([
      { kind: 'provisioned', units: 3 },
      { kind: 'provisioned', units: 4 },
    ]);
  });

  test('refuses provisioned capacity of which nobody knows how much it is', () => {
    expect(() => capacityOf('AWS::DynamoDB::Table', {})).toThrow(
      'not modelled: provisioned read capacity of Stack/Orders: no ReadCapacityUnits',
    );
  });
});
