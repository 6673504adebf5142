import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Stack } from 'aws-cdk-lib/core';
import { BlueprintError, ReplicatedTable, type ReplicatedTableProps } from '../../lib/constructs';
import { type NormalTemplate, propertiesOf, type TemplateResource, templateOf, testApp } from '../helpers/synthesize';

const STRONG: ReplicatedTableProps = {
  tableName: 'parcels',
  partitionKey: { name: 'pk', type: AttributeType.STRING },
  regions: ['us-east-2', 'us-west-2'],
  consistency: 'strong',
  witnessRegion: 'us-east-1',
};

const EVENTUAL: ReplicatedTableProps = { ...STRONG, consistency: 'eventual', witnessRegion: undefined };

function templateWith(props: ReplicatedTableProps): NormalTemplate {
  const stack = new Stack(testApp(), 'Data', { env: { account: '111111111111', region: 'us-east-2' } });
  new ReplicatedTable(stack, 'Table', props);
  return templateOf(stack);
}

function tableOf(props: ReplicatedTableProps): Record<string, unknown> {
  return propertiesOf(templateWith(props), 'AWS::DynamoDB::GlobalTable')[0] ?? {};
}

function codeOf(props: ReplicatedTableProps): string {
  try {
    templateWith(props);
  } catch (error) {
    if (error instanceof BlueprintError) return error.code;
    throw error;
  }
  return 'accepted';
}

test('a strong table of two Regions has a witness', () => {
  expect(tableOf(STRONG)).toMatchObject({
    TableName: 'parcels',
    BillingMode: 'PAY_PER_REQUEST',
    MultiRegionConsistency: 'STRONG',
    GlobalTableWitnesses: [{ Region: 'us-east-1' }],
    SSESpecification: { SSEEnabled: false },
  });
});

test('a strong table of three Regions has none', () => {
  const table = tableOf({ ...STRONG, regions: ['us-east-2', 'us-west-2', 'us-east-1'], witnessRegion: undefined });

  expect(table.MultiRegionConsistency).toBe('STRONG');
  expect(table).not.toHaveProperty('GlobalTableWitnesses');
});

test('an eventual table says so and has any number of replicas', () => {
  const table = tableOf({ ...EVENTUAL, regions: ['eu-west-1', 'us-east-2', 'sa-east-1', 'ap-south-1'] });

  expect(table.MultiRegionConsistency).toBe('EVENTUAL');
  expect(table.Replicas).toHaveLength(4);
});

test.each([
  ['strong', STRONG],
  ['eventual', EVENTUAL],
])('every replica of a %s table can be restored and is protected', (_, props) => {
  const replicas = tableOf(props).Replicas as { readonly Region: string }[];

  expect(replicas.map((replica) => replica.Region).sort()).toEqual(['us-east-2', 'us-west-2']);
  for (const replica of replicas) {
    expect(replica).toMatchObject({
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
    });
  }
});

test('the table outlives its stack', () => {
  const [table] = Object.values(templateWith(STRONG).Resources) as [
    TemplateResource & { readonly UpdateReplacePolicy?: string },
  ];

  expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
});

test('an eventual table may let items expire', () => {
  expect(tableOf({ ...EVENTUAL, timeToLiveAttribute: 'expiresAt' })).toMatchObject({
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  });
});

test.each<[string, ReplicatedTableProps, string]>([
  ['time to live in a strong table', { ...STRONG, timeToLiveAttribute: 'expiresAt' }, 'StrongTableTimeToLive'],
  [
    'a local secondary index in a strong table',
    {
      ...STRONG,
      localSecondaryIndexes: [{ indexName: 'byDay', sortKey: { name: 'day', type: AttributeType.STRING } }],
    },
    'StrongTableLocalIndex',
  ],
  ['a strong table of two Regions without a witness', { ...STRONG, witnessRegion: undefined }, 'StrongTableRegions'],
  [
    'a strong table of four Regions',
    { ...STRONG, regions: ['us-east-2', 'us-west-2', 'us-west-1'] },
    'StrongTableRegions',
  ],
  ['a witness that is a replica', { ...STRONG, witnessRegion: 'us-west-2' }, 'StrongTableRegions'],
  ['a witness of an eventual table', { ...EVENTUAL, witnessRegion: 'us-east-1' }, 'WitnessOfEventualTable'],
  ['an owner without a replica', { ...EVENTUAL, regions: ['eu-west-1', 'us-west-2'] }, 'TableOwnerWithoutReplica'],
])('refuses %s', (_, props, code) => {
  expect(codeOf(props)).toBe(code);
});

describe('encryption', () => {
  const keyArns = {
    'us-east-2': 'arn:aws:kms:us-east-2:111111111111:alias/parcels',
    'us-west-2': 'arn:aws:kms:us-west-2:111111111111:alias/parcels',
  };

  test('is by a key that DynamoDB owns unless keys are named', () => {
    const table = tableOf(STRONG);

    expect(table.SSESpecification).toEqual({ SSEEnabled: false });
    for (const replica of table.Replicas as Record<string, unknown>[]) expect(replica.SSESpecification).toBeUndefined();
  });

  test('is by the key of each Region, by its alias', () => {
    const table = tableOf({ ...STRONG, keyArns });

    expect(table.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
    for (const { Region, SSESpecification } of table.Replicas as {
      Region: keyof typeof keyArns;
      SSESpecification: unknown;
    }[]) {
      expect(SSESpecification).toEqual({ KMSMasterKeyId: keyArns[Region] });
    }
  });

  test('refuses a Region without a key', () => {
    expect(codeOf({ ...STRONG, keyArns: { 'us-east-2': keyArns['us-east-2'] } })).toBe('TableKeyMissing');
    expect(codeOf({ ...STRONG, keyArns: { 'us-west-2': keyArns['us-west-2'] } })).toBe('TableKeyMissing');
  });
});

test('is warm for what it is told, in every Region', () => {
  const warmThroughput = { readUnitsPerSecond: 15_000, writeUnitsPerSecond: 5_000 };

  expect(tableOf({ ...STRONG, warmThroughput }).WarmThroughput).toEqual({
    ReadUnitsPerSecond: 15_000,
    WriteUnitsPerSecond: 5_000,
  });
});
