export { BucketReplication, type BucketReplicationProps } from './bucket-replication';
export { grantObjects, type ObjectsGrant } from './grant-objects';
export { ReplicatedBucket, type ReplicatedBucketProps } from './replicated-bucket';
export type { ReplicationDestination } from './replication-rules';
