import { App, Stack } from 'aws-cdk-lib/core';
import { readAssembly } from '../../../lib/assembly';
import { BucketReplication, ReplicatedBucket } from '../../../lib/constructs';
import { NotModelled } from '../../../lib/drill/not-modelled';
import { readBuckets } from '../../../lib/drill/objects/bucket-definition';
import { readStacks, writeFiles } from '../../assembly/write-assembly';

const RULE = {
  Id: 'everything',
  Status: 'Enabled',
  Priority: 1,
  Filter: { Prefix: '' },
  DeleteMarkerReplication: { Status: 'Enabled' },
  Destination: { Bucket: 'arn:aws:s3:::there' },
};

function bucket(properties: object = {}) {
  return {
    Type: 'AWS::S3::Bucket',
    Properties: { BucketName: 'here', VersioningConfiguration: { Status: 'Enabled' }, ...properties },
  };
}

function replicating(...Rules: object[]) {
  return bucket({ ReplicationConfiguration: { Role: 'role', Rules } });
}

function read(Resources: object) {
  return readBuckets(readStacks({ Here: { region: 'us-east-2', template: { Resources } } }));
}

test('reads the buckets that the constructs write, with the rules that come later', () => {
  const outdir = writeFiles({});
  const app = new App({ outdir, analyticsReporting: false });
  const regions = ['eu-west-1', 'eu-central-1', 'eu-north-1'];
  const bucketName = (region: string): string => `dispatch-111111111111-${region}-objects`;
  for (const region of regions) {
    const env = { account: '111111111111', region };
    new ReplicatedBucket(new Stack(app, `foundation-${region}`, { env }), 'Objects', {
      bucketName: bucketName(region),
    });
    new BucketReplication(new Stack(app, region, { env }), 'Replication', {
      bucketName: bucketName(region),
      destinations: regions
        .filter((other) => other !== region)
        .map((other) => ({ region: other, bucketName: bucketName(other), ruleId: `to-${other}` })),
      replicationTimeControl: region === 'eu-north-1',
      logGroupName: '/aws/lambda/replication',
    });
  }
  app.synth();

  expect(readBuckets(readAssembly(outdir))).toEqual(
    regions.map((region) => ({
      name: bucketName(region),
      region,
      versioned: true,
      rules: regions
        .filter((other) => other !== region)
        .map((other) => ({
          id: `to-${other}`,
          destination: bucketName(other),
          prefix: '',
          deleteMarkers: true,
          timeControl: region === 'eu-north-1',
        })),
    })),
  );
});

test('reads the rules of a bucket itself, a disabled one left out', () => {
  const [found] = read({
    Bucket: replicating(
      { ...RULE, Filter: { Prefix: 'photos/' }, DeleteMarkerReplication: { Status: 'Disabled' } },
      { ...RULE, Status: 'Disabled' },
      { Id: 'old', Status: 'Enabled', Prefix: 'a/', Destination: { Bucket: 'arn:aws:s3:::there' } },
    ),
  });

  expect(found?.rules).toEqual([
    { id: 'everything', destination: 'there', prefix: 'photos/', deleteMarkers: false, timeControl: false },
    { id: 'old', destination: 'there', prefix: 'a/', deleteMarkers: true, timeControl: false },
  ]);
});

test('leaves out a bucket without a name, and takes one without versions for what it is', () => {
  const { BucketName: _, ...nameless } = bucket().Properties;

  expect(read({ Nameless: { Type: 'AWS::S3::Bucket', Properties: nameless } })).toEqual([]);
  expect(read({ Bucket: bucket({ VersioningConfiguration: { Status: 'Suspended' } }) })).toEqual([
    { name: 'here', region: 'us-east-2', versioned: false, rules: [] },
  ]);
});

test('is not confused by custom resources that do something else', () => {
  const custom = (properties: object) => ({
    Type: 'Custom::Thing',
    Properties: { ServiceToken: 'token', ...properties },
  });

  const [found] = read({
    Bucket: bucket(),
    Text: custom({ Create: 'soon' }),
    Other: custom({
      Create: JSON.stringify({ service: 'S3', action: 'putBucketTagging', parameters: { Bucket: 'here' } }),
    }),
    Empty: custom({ Create: '{}' }),
  });

  expect(found?.rules).toEqual([]);
});

test.each([
  ['a filter by tags', { Bucket: replicating({ ...RULE, Filter: { TagFilter: { Key: 'a', Value: 'b' } } }) }],
  [
    'a destination that only AWS knows',
    {
      Bucket: replicating({ ...RULE, Destination: { Bucket: { 'Fn::GetAtt': ['Other', 'Arn'] } } }),
      Other: { Type: 'AWS::S3::Bucket', Properties: {} },
    },
  ],
  [
    'a bucket without versions',
    {
      Bucket: {
        ...replicating(RULE),
        Properties: { ...replicating(RULE).Properties, VersioningConfiguration: undefined },
      },
    },
  ],
  [
    'rules that two resources put',
    Object.fromEntries(
      ['One', 'Two'].map((id) => [
        id,
        {
          Type: 'Custom::AWS',
          Properties: {
            Create: JSON.stringify({
              service: 'S3',
              action: 'putBucketReplication',
              parameters: { Bucket: 'here', ReplicationConfiguration: { Rules: [RULE] } },
            }),
          },
        },
      ]),
    ),
  ],
])('stops a drill of %s', (_, resources) => {
  expect(() => read(resources)).toThrow(NotModelled);
});
