import { Key } from 'aws-cdk-lib/aws-kms';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { ReplicatedBucket, type ReplicatedBucketProps } from '../../lib/constructs';
import { propertiesOf, templateOf, testApp } from '../helpers/synthesize';

const BUCKET_NAME = 'dispatch-111111111111-eu-west-1-objects';

function stackIn(region = 'eu-west-1'): Stack {
  return new Stack(testApp(), 'Test', { env: { account: '111111111111', region } });
}

function bucketTemplate(props: Partial<ReplicatedBucketProps> = {}) {
  const stack = stackIn();
  new ReplicatedBucket(stack, 'Objects', { bucketName: BUCKET_NAME, ...props });
  return templateOf(stack);
}

test('keeps versions, under a name that other stacks can compute, and survives its stack', () => {
  const template = bucketTemplate();

  const [bucket] = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::S3::Bucket');
  expect(bucket).toMatchObject({
    Properties: { BucketName: BUCKET_NAME, VersioningConfiguration: { Status: 'Enabled' } },
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
  });
});

test('has no replication rule of its own: its destinations may not exist yet', () => {
  const [bucket] = propertiesOf(bucketTemplate(), 'AWS::S3::Bucket');

  expect(bucket).not.toHaveProperty('ReplicationConfiguration');
});

test('is closed to the public and to access lists, and encrypted', () => {
  const [bucket] = propertiesOf(bucketTemplate(), 'AWS::S3::Bucket');

  expect(bucket).toMatchObject({
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
  });
});

test('denies whoever comes without TLS or with an old one', () => {
  const [policy] = propertiesOf(bucketTemplate(), 'AWS::S3::BucketPolicy');

  const document = policy?.PolicyDocument as { Statement: { Effect: string; Condition: unknown }[] } | undefined;
  expect(document?.Statement.map(({ Effect, Condition }) => [Effect, Condition])).toEqual([
    ['Deny', { Bool: { 'aws:SecureTransport': 'false' } }],
    ['Deny', { NumericLessThan: { 's3:TlsVersion': 1.2 } }],
  ]);
});

test('forgets old versions and uploads that were never completed', () => {
  const rulesAfter = (props: Partial<ReplicatedBucketProps>) => {
    const [bucket] = propertiesOf(bucketTemplate(props), 'AWS::S3::Bucket');
    return (bucket?.LifecycleConfiguration as { Rules: unknown[] } | undefined)?.Rules;
  };

  expect(rulesAfter({})).toEqual([
    expect.objectContaining({
      Status: 'Enabled',
      NoncurrentVersionExpiration: { NoncurrentDays: 30 },
      ExpiredObjectDeleteMarker: true,
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    }),
  ]);
  expect(rulesAfter({ noncurrentVersionExpiration: Duration.hours(48) })).toEqual([
    expect.objectContaining({ NoncurrentVersionExpiration: { NoncurrentDays: 2 } }),
  ]);
});

test('lets the named origins use signed URLs with the signed headers, and no other', () => {
  const corsOf = (props: Partial<ReplicatedBucketProps>) =>
    propertiesOf(bucketTemplate(props), 'AWS::S3::Bucket')[0]?.CorsConfiguration;

  expect(corsOf({})).toBeUndefined();
  expect(corsOf({ allowedOrigins: ['https://*.example.com'] })).toEqual({
    CorsRules: [
      expect.objectContaining({
        AllowedOrigins: ['https://*.example.com'],
        AllowedMethods: ['GET', 'PUT'],
        AllowedHeaders: ['content-type', 'x-amz-checksum-sha256'],
      }),
    ],
  });
});

test('takes a key of the account, with one data key for many objects', () => {
  const stack = stackIn();
  const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/1';
  const encryptionKey = Key.fromKeyArn(stack, 'Key', keyArn);
  new ReplicatedBucket(stack, 'Objects', { bucketName: BUCKET_NAME, encryptionKey });

  expect(propertiesOf(templateOf(stack), 'AWS::S3::Bucket')[0]?.BucketEncryption).toEqual({
    ServerSideEncryptionConfiguration: [
      { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn } },
    ],
  });
});

test.each([
  ['BucketName', { bucketName: `${'a'.repeat(64)}` }],
  ['BucketName', { bucketName: 'Dispatch-objects' }],
  ['BucketName', { bucketName: 'dispatch.objects' }],
  ['BucketName', { bucketName: 'dispatch-' }],
  ['BucketName', { bucketName: 'ab' }],
  ['NoncurrentVersionExpiration', { noncurrentVersionExpiration: Duration.hours(36) }],
  ['NoncurrentVersionExpiration', { noncurrentVersionExpiration: Duration.days(0) }],
])('refuses by %s what S3 would not take: %j', (code, props) => {
  expect(() => bucketTemplate(props)).toThrow(expect.objectContaining({ code }));
});

test('takes the longest and the shortest name', () => {
  for (const bucketName of ['a'.repeat(63), 'abc']) expect(() => bucketTemplate({ bucketName })).not.toThrow();
});
