import { PutBucketReplicationCommand, S3Client } from '@aws-sdk/client-s3';
import { Stack } from 'aws-cdk-lib/core';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { BucketReplication, type BucketReplicationProps } from '../../lib/constructs';
import { type NormalTemplate, propertiesOf, templateOf, testApp } from '../helpers/synthesize';

const ACCOUNT = '111111111111';

function bucketIn(region: string): string {
  return `dispatch-${ACCOUNT}-${region}-objects`;
}

function destinationIn(region: string) {
  return { region, bucketName: bucketIn(region), ruleId: `to-${region}` };
}

const PROPS: BucketReplicationProps = {
  bucketName: bucketIn('eu-west-1'),
  destinations: [destinationIn('eu-central-1'), destinationIn('eu-north-1')],
  logGroupName: '/aws/lambda/dispatch-bucket-replication',
};

function stackInIreland(): Stack {
  return new Stack(testApp(), 'Test', { env: { account: ACCOUNT, region: 'eu-west-1' } });
}

function replicationTemplate(props: Partial<BucketReplicationProps> = {}): NormalTemplate {
  const stack = stackInIreland();
  new BucketReplication(stack, 'Replication', { ...PROPS, ...props });
  return templateOf(stack);
}

/** A call of the custom resource, with its references shown as texts. */
function callOf(template: NormalTemplate, event: 'Create' | 'Update' | 'Delete') {
  const [rules] = propertiesOf(template, 'Custom::BucketReplication');
  const call = rules?.[event] as string | { 'Fn::Join': [string, (string | { 'Fn::GetAtt': string[] })[]] };
  const text =
    typeof call === 'string'
      ? call
      : call['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : part['Fn::GetAtt'].join('.'))).join('');
  return JSON.parse(text);
}

function rulesOf(template: NormalTemplate) {
  return callOf(template, 'Create').parameters.ReplicationConfiguration.Rules;
}

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

function statementsOf(template: NormalTemplate): Statement[] {
  const inline = propertiesOf(template, 'AWS::IAM::Role').flatMap(
    ({ Policies = [] }) => Policies as { PolicyDocument: { Statement: Statement[] } }[],
  );
  const attached = propertiesOf(template, 'AWS::IAM::Policy') as unknown as typeof inline;
  return [...inline, ...attached].flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

test('replicates every object, delete markers and changes of replicas to each other Region, with metrics', () => {
  expect(rulesOf(replicationTemplate())).toEqual(
    ['eu-central-1', 'eu-north-1'].map((region, index) => ({
      ID: `to-${region}`,
      Priority: index + 1,
      Status: 'Enabled',
      Filter: { Prefix: '' },
      DeleteMarkerReplication: { Status: 'Enabled' },
      SourceSelectionCriteria: { ReplicaModifications: { Status: 'Enabled' } },
      Destination: { Bucket: `arn:aws:s3:::${bucketIn(region)}`, Metrics: { Status: 'Enabled' } },
    })),
  );
});

test('puts the same rules when they change as when they are made, and takes them away without asking another Region', () => {
  const template = replicationTemplate();

  const create = callOf(template, 'Create');
  expect(create).toMatchObject({
    service: '@aws-sdk/client-s3',
    action: 'PutBucketReplicationCommand',
    parameters: { Bucket: PROPS.bucketName },
    physicalResourceId: { id: PROPS.bucketName },
  });
  expect(callOf(template, 'Update')).toEqual(create);
  expect(callOf(template, 'Delete')).toEqual({
    service: '@aws-sdk/client-s3',
    action: 'DeleteBucketReplicationCommand',
    parameters: { Bucket: PROPS.bucketName },
    ignoreErrorCodesMatching: 'NoSuchBucket',
  });
});

test("says all of it in the words of S3's API: the SDK leaves nothing out", async () => {
  const { parameters } = callOf(replicationTemplate({ replicationTimeControl: true, keyAlias: 'alias/a' }), 'Create');
  const client = new S3Client({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  let body = '';
  client.middlewareStack.add(
    () => async (args) => {
      body = String((args.request as { body: unknown }).body);
      return { response: {}, output: { $metadata: {} } as never };
    },
    { step: 'finalizeRequest', priority: 'high' },
  );

  await client.send(new PutBucketReplicationCommand(parameters));

  const sent = leavesOf(parameters.ReplicationConfiguration);
  const arrived = [...body.matchAll(/>([^<]+)<\//g)].map(([, text]) => text);
  expect(sent.length).toBeGreaterThan(20);
  expect(arrived.toSorted()).toEqual(sent.toSorted());
});

function leavesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return String(value) === '' ? [] : [String(value)];
  return Object.values(value).flatMap(leavesOf);
}

test('can hold S3 to fifteen minutes', () => {
  const [rule] = rulesOf(replicationTemplate({ replicationTimeControl: true }));

  expect(rule.Destination).toMatchObject({
    ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
    Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
  });
});

test("encrypts replicas under the destination's own key, found by its alias", () => {
  const template = replicationTemplate({ keyAlias: 'alias/dispatch' });

  const [rule] = rulesOf(template);
  expect(rule.SourceSelectionCriteria.SseKmsEncryptedObjects).toEqual({ Status: 'Enabled' });
  expect(rule.Destination.EncryptionConfiguration).toEqual({
    ReplicaKmsKeyID: `arn:aws:kms:eu-central-1:${ACCOUNT}:alias/dispatch`,
  });
  const keys = statementsOf(template).filter(({ Action }) => [Action].flat()[0]?.startsWith('kms:'));
  expect(keys.map(({ Action, Resource, Condition }) => [Resource, Action, Condition])).toEqual([
    [`arn:aws:kms:eu-west-1:${ACCOUNT}:key/*`, 'kms:Decrypt', keyConditions('eu-west-1')],
    ...['eu-central-1', 'eu-north-1'].map((region) => [
      `arn:aws:kms:${region}:${ACCOUNT}:key/*`,
      ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
      keyConditions(region),
    ]),
  ]);
});

function keyConditions(region: string) {
  return {
    StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
    'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/dispatch' },
  };
}

test('gives its roles these actions on these buckets and nothing else', () => {
  const bucket = (region: string) => `arn:aws:s3:::${bucketIn(region)}`;
  const statements = statementsOf(replicationTemplate()).map(({ Action, Resource, Condition }) => ({
    actions: [Action].flat(),
    resources: Resource,
    conditions: Condition,
  }));

  expect(statements).toEqual([
    { actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'], resources: bucket('eu-west-1') },
    {
      actions: ['s3:GetObjectVersionAcl', 's3:GetObjectVersionForReplication', 's3:GetObjectVersionTagging'],
      resources: `${bucket('eu-west-1')}/*`,
    },
    {
      actions: ['s3:ReplicateDelete', 's3:ReplicateObject', 's3:ReplicateTags'],
      resources: [`${bucket('eu-central-1')}/*`, `${bucket('eu-north-1')}/*`],
      conditions: { StringEquals: { 'aws:ResourceAccount': ACCOUNT } },
    },
    { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: expect.anything() },
    { actions: ['s3:PutReplicationConfiguration'], resources: bucket('eu-west-1') },
    {
      actions: ['iam:PassRole'],
      resources: { 'Fn::GetAtt': [expect.stringMatching(/^ReplicationRole/), 'Arn'] },
      conditions: { StringEquals: { 'iam:PassedToService': 's3.amazonaws.com' } },
    },
  ]);
});

test('has its permissions before the function that uses them', () => {
  const { Resources } = replicationTemplate();

  const [provider] = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  const attached = Object.keys(Resources).filter((id) => /^AWS::IAM::/.test(Resources[id]?.Type ?? ''));
  const ofProvider = attached.filter((id) => id.includes('ProviderRole'));
  expect(ofProvider).toHaveLength(2);
  expect(provider?.DependsOn).toEqual(expect.arrayContaining(ofProvider));
});

test('names no resource of another stack or Region', () => {
  const text = JSON.stringify(replicationTemplate());

  expect(text).not.toMatch(/Fn::ImportValue|Fn::GetStackOutput/);
});

test.each([
  ['ReplicationWithoutDestination', { destinations: [] }],
  ['ReplicationToItself', { destinations: [destinationIn('eu-west-1')] }],
  [
    'ReplicationToItself',
    { destinations: [{ region: 'eu-north-1', bucketName: PROPS.bucketName, ruleId: 'to-eu-north-1' }] },
  ],
  ['ReplicationTwice', { destinations: [destinationIn('eu-north-1'), destinationIn('eu-north-1')] }],
])('refuses by %s what would not replicate', (code, props) => {
  expect(() => replicationTemplate(props)).toThrow(expect.objectContaining({ code }));
});

test('refuses to come after another call of the SDK, whose role it would share', () => {
  const stack = stackInIreland();
  new AwsCustomResource(stack, 'Other', {
    onCreate: { service: 'S3', action: 'listBuckets', physicalResourceId: PhysicalResourceId.of('other') },
    policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: ['arn:aws:s3:::other'] }),
  });

  expect(() => new BucketReplication(stack, 'Replication', PROPS)).toThrow(
    expect.objectContaining({ code: 'ReplicationAfterOtherCalls' }),
  );
});
