import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { BlueprintError } from '../blueprint-error';
import { acknowledge } from '../security/acknowledge';

/** Properties of {@link ReplicatedBucket}. */
export interface ReplicatedBucketProps {
  /** Physical name, by which the other Regions' rules and the Region's own application find the bucket. */
  readonly bucketName: string;

  /**
   * Origins of web pages that may use signed URLs of the bucket, for example `https://*.example.com`. Applications that are no web
   * pages need none.
   *
   * @default - no web page may
   */
  readonly allowedOrigins?: readonly string[];

  /**
   * Key of this Region under which objects are encrypted, with one data key of the bucket for many objects.
   *
   * @default - keys of Amazon S3
   */
  readonly encryptionKey?: IKey;

  /**
   * Time for which a version is kept that was overwritten or deleted, in whole days: how long a mistake can be taken back.
   *
   * @default Duration.days(30)
   */
  readonly noncurrentVersionExpiration?: Duration;
}

/** Time after which the parts of an upload that was never completed are deleted. */
const INCOMPLETE_UPLOAD_EXPIRATION = Duration.days(7);

/** Time for which a browser remembers the answer about an origin. */
const ORIGIN_ANSWER_LIFE = Duration.hours(1);

/**
 * Letters, digits and inner hyphens, 3 to 63 of them. Dots are left out: the certificate of the bucket's host name does not cover them.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
const BUCKET_NAME = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/**
 * One Region's bucket of a set that replicates every way, without the rules that do so: S3 takes a rule only when both buckets exist and
 * keep versions, so {@link BucketReplication} puts the rules from a stack that is deployed after all the buckets.
 *
 * It is reached over TLS 1.2 or later and by its owner alone; whoever writes, the owner of the bucket owns the object. What is
 * overwritten or deleted stays as a version for a while, in each Region by the same rule, because expirations are not replicated. The
 * bucket is kept when its stack is deleted.
 *
 * ```ts
 * declare const scope: Construct;
 *
 * new ReplicatedBucket(scope, 'Objects', {
 *   bucketName: 'dispatch-111111111111-eu-west-1-objects',
 *   allowedOrigins: ['https://*.example.com'],
 * });
 * ```
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html
 */
export class ReplicatedBucket extends Construct {
  /** The bucket. */
  readonly bucket: Bucket;

  /** @throws BlueprintError when S3 would refuse the name, or the time is not in whole days. */
  constructor(scope: Construct, id: string, props: ReplicatedBucketProps) {
    super(scope, id);
    const { bucketName, allowedOrigins = [], encryptionKey } = props;
    const noncurrentVersionExpiration = props.noncurrentVersionExpiration ?? Duration.days(30);
    refuseImpossible(bucketName, noncurrentVersionExpiration);

    this.bucket = new Bucket(this, 'Bucket', {
      bucketName,
      versioned: true,
      encryption: encryptionKey ? BucketEncryption.KMS : BucketEncryption.S3_MANAGED,
      encryptionKey,
      bucketKeyEnabled: encryptionKey !== undefined,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      cors: allowedOrigins.length === 0 ? undefined : [corsRule(allowedOrigins)],
      lifecycleRules: [
        {
          id: 'forget-old-versions',
          noncurrentVersionExpiration,
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: INCOMPLETE_UPLOAD_EXPIRATION,
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledgeFindings(this.bucket, encryptionKey !== undefined);
  }
}

function acknowledgeFindings(bucket: Bucket, hasKey: boolean): void {
  const whyNoLog =
    "Objects are reached only by URLs that the API signs, and the API's access log names each request; who must log each read of an " +
    'object turns on CloudTrail data events for the account.';
  acknowledge(bucket, 'AwsSolutions::AwsSolutions-S1', whyNoLog);
  acknowledge(bucket, 'NIST.800.53.R5::NIST.800.53.R5-S3BucketLoggingEnabled', whyNoLog);
  acknowledge(
    bucket,
    'NIST.800.53.R5::NIST.800.53.R5-S3BucketReplicationEnabled',
    'The rules are put by BucketReplication, from a stack that is deployed once the buckets of all Regions exist.',
  );
  if (hasKey) return;
  acknowledge(
    bucket,
    'NIST.800.53.R5::NIST.800.53.R5-S3DefaultEncryptionKMS',
    'Amazon S3 encrypts every object; `encryption: customer-managed` puts this bucket under a key of the account.',
  );
}

/** What a browser may do with a signed URL: put and get, with the headers that the signature covers. */
function corsRule(allowedOrigins: readonly string[]) {
  return {
    id: 'signed-urls',
    allowedOrigins: [...allowedOrigins],
    allowedMethods: [HttpMethods.GET, HttpMethods.PUT],
    allowedHeaders: ['content-type', 'x-amz-checksum-sha256'],
    exposedHeaders: ['etag', 'x-amz-version-id'],
    maxAge: ORIGIN_ANSWER_LIFE.toSeconds(),
  };
}

function refuseImpossible(bucketName: string, noncurrentVersionExpiration: Duration): void {
  if (!Token.isUnresolved(bucketName) && !BUCKET_NAME.test(bucketName)) {
    throw new BlueprintError(
      'BucketName',
      `bucketName must be 3 to 63 lower-case letters, digits and inner hyphens, got ${bucketName}`,
    );
  }
  const days = noncurrentVersionExpiration.toDays({ integral: false });
  if (!Number.isInteger(days) || days < 1) {
    throw new BlueprintError(
      'NoncurrentVersionExpiration',
      `noncurrentVersionExpiration must be whole days, at least 1, got ${noncurrentVersionExpiration.toHumanString()}`,
    );
  }
}
