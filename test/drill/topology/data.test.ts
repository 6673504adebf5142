import { readTables } from '../../../lib/drill/data/table-definition';
import { NotModelled } from '../../../lib/drill/not-modelled';
import { assemblyOf } from '../dns/written-assembly';
import { judged } from './judged';

const EAST = 'us-east-1';
const WEST = 'us-west-2';
const OHIO = 'us-east-2';

function globalTable(regions: readonly string[], rest: Record<string, unknown> = {}): unknown {
  return {
    Type: 'AWS::DynamoDB::GlobalTable',
    Properties: {
      TableName: 'items',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      Replicas: regions.map((Region) => ({ Region })),
      ...rest,
    },
  };
}

const strong = (witness: readonly string[]) => ({
  MultiRegionConsistency: 'STRONG',
  GlobalTableWitnesses: witness.map((Region) => ({ Region })),
});

describe('a table', () => {
  test.each<[string, unknown, readonly string[], string, string | undefined]>([
    ['of one Region is gone with it', globalTable([EAST]), [EAST], 'gone', 'unknown'],
    ['of another Region is not struck', globalTable([WEST]), [EAST], 'not-struck', undefined],
    [
      'with replicas that lag serves elsewhere, without its last writes',
      globalTable([EAST, WEST]),
      [EAST],
      'serves',
      'lag',
    ],
    ['all of whose replicas are struck is gone', globalTable([EAST, WEST]), [EAST, WEST], 'gone', 'unknown'],
    [
      'of three strong replicas serves without one, and loses nothing',
      globalTable([EAST, WEST, OHIO], strong([])),
      [EAST],
      'serves',
      'none-lost',
    ],
    ['whose witness alone is struck serves', globalTable([WEST, OHIO], strong([EAST])), [EAST], 'serves', 'none-lost'],
    [
      'that has lost a replica and its witness takes no writes',
      globalTable([WEST, OHIO], strong([EAST])),
      [EAST, OHIO],
      'reads-only',
      'none-lost',
    ],
  ])('%s', async (_what, table, struck, outcome, recoveryPoint) => {
    const { tables } = await judged(assemblyOf({ [EAST]: { Table: table } }), struck);

    expect(tables).toHaveLength(1);
    expect(tables[0]?.outcome).toBe(outcome);
    expect(tables[0]?.recoveryPoint?.kind).toBe(recoveryPoint);
    expect(tables[0]?.left).toEqual(tables[0]?.regions.filter((region) => !struck.includes(region)));
  });

  test('is judged by its replicas though the drill does not model what its items go through', async () => {
    const life = { TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' } };
    const assembly = assemblyOf({ [EAST]: { Table: globalTable([EAST, WEST], life) } });

    expect(() => readTables(assembly)).toThrow(NotModelled);
    expect((await judged(assembly, [EAST])).tables).toMatchObject([{ name: 'items', outcome: 'serves' }]);
  });
});

describe('a bucket', () => {
  const bucket = (rest: Record<string, unknown> = {}): unknown => ({
    Type: 'AWS::S3::Bucket',
    Properties: { VersioningConfiguration: { Status: 'Enabled' }, ...rest },
  });
  const replicated = (destination: string, rest: Record<string, unknown> = {}, filter: unknown = {}): unknown =>
    bucket({
      BucketName: 'files-east',
      ReplicationConfiguration: {
        Role: 'arn:aws:iam::111122223333:role/copy',
        Rules: [
          {
            Id: 'all',
            Status: 'Enabled',
            Filter: filter,
            Destination: { Bucket: `arn:aws:s3:::${destination}`, ...rest },
          },
        ],
      },
    });
  const west = { [WEST]: { Files: bucket({ BucketName: 'files-west' }) } };

  test.each([
    ['without a name or a copy is gone', bucket(), 'gone', undefined],
    ['with a copy elsewhere has lost its last minutes', replicated('files-west'), 'copied', 0.99],
    [
      'with a copy in time has lost a quarter of an hour at most',
      replicated('files-west', { ReplicationTime: { Status: 'Enabled' } }),
      'copied',
      0.999,
    ],
    [
      'with a copy that is not in the assembly is gone as far as anybody knows',
      replicated('files-elsewhere'),
      'gone',
      undefined,
    ],
  ])('%s', async (_what, files, outcome, highShare) => {
    const { buckets } = await judged(assemblyOf({ [EAST]: { Files: files }, ...west }), [EAST]);

    expect(buckets.map((each) => each.outcome)).toEqual([outcome, 'not-struck']);
    const point = buckets[0]?.recoveryPoint;
    expect(point?.kind === 'lag' ? point.highShare : undefined).toBe(highShare);
  });

  test('of which only some keys are copied is lost in part', async () => {
    const photos = replicated('files-west', {}, { Prefix: 'photos/' });
    const { buckets, verdict } = await judged(assemblyOf({ [EAST]: { Files: photos }, ...west }), [EAST]);

    expect(buckets[0]).toMatchObject({ outcome: 'partly', recoveryPoint: { kind: 'unknown' } });
    expect(verdict.lost).toEqual(['bucket files-east (in part)']);
  });

  test('that holds the copies of another one loses nothing that is not there, as long as that one is left', async () => {
    const assembly = assemblyOf({ [EAST]: { Files: replicated('files-west') }, ...west });
    const [alone, both] = await Promise.all([judged(assembly, [WEST]), judged(assembly, [EAST, WEST])]);

    expect(alone.buckets.map(({ outcome }) => outcome)).toEqual(['not-struck', 'copy']);
    expect(alone.verdict.outcome).toBe('nothing-lost');
    expect(both.buckets.map(({ outcome }) => outcome)).toEqual(['gone', 'gone']);
  });

  test('whose rules are not modelled is not judged, and the others are', async () => {
    const tagged = replicated('files-west', {}, { TagFilter: { Key: 'keep', Value: 'yes' } });
    const { buckets, otherStores } = await judged(assemblyOf({ [EAST]: { Files: tagged }, ...west }), [EAST]);

    expect(buckets.map(({ name }) => name)).toEqual(['files-west']);
    expect(otherStores).toEqual([{ id: `${EAST}/Files`, type: 'AWS::S3::Bucket', region: EAST }]);
  });
});

test('other things that hold data are named as not judged, and what holds none is not', async () => {
  const { otherStores } = await judged(
    assemblyOf({
      [EAST]: {
        Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
        Database: { Type: 'AWS::RDS::DBCluster', Properties: {} },
        Role: { Type: 'AWS::IAM::Role', Properties: {} },
      },
    }),
    [EAST],
  );

  expect(otherStores.map(({ id }) => id)).toEqual([`${EAST}/Queue`, `${EAST}/Database`]);
});

test('Regions that something names and no stack is in are missing, each once, but for witnesses', async () => {
  const record = (region: string): unknown => ({
    Type: 'AWS::Route53::RecordSet',
    Properties: {
      HostedZoneId: 'Z1',
      Name: 'api.example.com',
      Type: 'CNAME',
      TTL: '60',
      Region: region,
      SetIdentifier: region,
      ResourceRecords: [`abc.execute-api.${region}.amazonaws.com`],
    },
  });
  const { missingRegions } = await judged(
    assemblyOf({
      [EAST]: {
        Table: globalTable([EAST, WEST], strong([OHIO])),
        East: record(EAST),
        West: record(WEST),
        Tokyo: record('ap-northeast-1'),
      },
    }),
    [EAST],
  );

  expect(missingRegions).toEqual([
    { region: WEST, namedBy: [`record ${EAST}/West`, 'a replica of table items'] },
    { region: 'ap-northeast-1', namedBy: [`record ${EAST}/Tokyo`] },
  ]);
});

test('a Region is missing, too, of which only a record that is left out tells', async () => {
  const assembly = assemblyOf({
    [EAST]: {
      Table: globalTable([EAST]),
      Other: {
        Type: 'AWS::Route53::RecordSet',
        Properties: {
          HostedZoneId: 'Z1',
          Name: 'api.example.com',
          Type: 'A',
          AliasTarget: { HostedZoneId: 'Z2', DNSName: `d-abc.execute-api.${WEST}.amazonaws.com` },
        },
      },
    },
  });
  const { missingRegions, leftNames } = await judged(assembly, [EAST]);

  expect(leftNames.map(({ name }) => name)).toEqual(['api.example.com']);
  expect(missingRegions).toEqual([{ region: WEST, namedBy: [`record ${EAST}/Other`] }]);
});

test('where there is nothing to judge, that is the verdict', async () => {
  const { verdict } = await judged(assemblyOf({ [EAST]: { Queue: { Type: 'AWS::SQS::Queue' } } }), [EAST]);

  expect(verdict).toEqual({ outcome: 'nothing-judged', judged: { names: 0, tables: 0, buckets: 0 }, lost: [] });
});
