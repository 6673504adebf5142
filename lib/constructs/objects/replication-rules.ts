import type { Stack } from 'aws-cdk-lib/core';

/** A bucket that objects are replicated to. */
export interface ReplicationDestination {
  /** Region of the bucket. */
  readonly region: string;

  /** Name of the bucket. */
  readonly bucketName: string;

  /** Identifier of the rule, which the metrics of replication carry as their dimension `RuleId`. */
  readonly ruleId: string;
}

/** What rules are made of. */
interface RulesProps {
  readonly destinations: readonly ReplicationDestination[];
  readonly replicationTimeControl?: boolean;
  readonly keyAlias?: string;
}

/**
 * The only time that replication time control offers, in minutes.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationTimeValue.html
 */
const CONTROLLED_MINUTES = 15;

/**
 * Rules for every object of a bucket, one for each destination, as `PutBucketReplication` takes them.
 *
 * A filter, even one that leaves nothing out, makes them rules of the second version, which alone may have several destinations and
 * replicate delete markers. Modifications of replicas are replicated too: with rules both ways, metadata stays level.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html
 */
export function replicationRules(
  stack: Stack,
  { destinations, replicationTimeControl, keyAlias }: RulesProps,
): object[] {
  const { partition, account } = stack;
  const time = { Status: 'Enabled', Time: { Minutes: CONTROLLED_MINUTES } };
  return destinations.map(({ region, bucketName, ruleId }, index) => ({
    ID: ruleId,
    Priority: index + 1,
    Status: 'Enabled',
    Filter: { Prefix: '' },
    DeleteMarkerReplication: { Status: 'Enabled' },
    SourceSelectionCriteria: {
      ReplicaModifications: { Status: 'Enabled' },
      ...(keyAlias === undefined ? {} : { SseKmsEncryptedObjects: { Status: 'Enabled' } }),
    },
    Destination: {
      Bucket: `arn:${partition}:s3:::${bucketName}`,
      ...(keyAlias === undefined
        ? {}
        : {
            EncryptionConfiguration: { ReplicaKmsKeyID: `arn:${partition}:kms:${region}:${account}:${keyAlias}` },
          }),
      ...(replicationTimeControl
        ? {
            ReplicationTime: time,
            Metrics: { Status: 'Enabled', EventThreshold: { Minutes: CONTROLLED_MINUTES } },
          }
        : { Metrics: { Status: 'Enabled' } }),
    },
  }));
}
