import type { ActionSpec } from './action-spec';
import { BOOLEAN, DURATION, FROM_A_MINUTE, LIST, SHARE, TEXT } from './parameter-spec';
import { everywhere, here, injection, READS_TAGS, RESOLVES_TAGS, TARGETS } from './permission-spec';

/** Tables, buckets, caches, databases and streams. */
export const DATA_ACTIONS = {
  'aws:dynamodb:global-table-pause-replication': {
    page: 'global-table-pause-replication',
    target: { Tables: 'aws:dynamodb:global-table' },
    required: { duration: DURATION },
    optional: {},
    lasts: 'duration',
    permissions: [
      {
        actions: ['dynamodb:PutResourcePolicy', 'dynamodb:DeleteResourcePolicy', 'dynamodb:GetResourcePolicy'],
        // The policy of an eventually consistent table's stream is changed, too.
        resources: ['{target}', '{target}/*'],
      },
      { actions: ['dynamodb:DescribeTable'], resources: TARGETS },
      {
        actions: ['dynamodb:InjectError'],
        resources: ['*'],
        when: { circumstance: 'strong-table' },
        conditions: injection('dynamodb', 'aws:dynamodb:global-table-pause-replication'),
      },
      RESOLVES_TAGS,
    ],
  },
  'aws:dsql:cluster-connection-failure': {
    page: 'cluster-connection-failure',
    target: { Clusters: 'aws:dsql:cluster' },
    required: { duration: FROM_A_MINUTE, percentage: SHARE },
    optional: {},
    lasts: 'duration',
    permissions: [
      {
        actions: ['dsql:InjectError'],
        resources: ['*'],
        conditions: injection('dsql', 'aws:dsql:cluster-connection-failure'),
      },
      { actions: ['dsql:GetCluster'], resources: TARGETS },
      RESOLVES_TAGS,
    ],
  },
  'aws:elasticache:replicationgroup-interrupt-az-power': {
    page: 'replicationgroup-interrupt-az-power',
    target: { ReplicationGroups: 'aws:elasticache:replicationgroup' },
    required: { duration: FROM_A_MINUTE },
    optional: {},
    lasts: 'duration',
    permissions: [
      {
        actions: ['elasticache:InterruptClusterAzPower'],
        resources: TARGETS,
      },
      { actions: ['elasticache:DescribeReplicationGroups'], resources: [here('elasticache', 'replicationgroup:*')] },
      READS_TAGS,
    ],
  },
  'aws:kinesis:stream-provisioned-throughput-exception': {
    page: 'throughput-exception',
    target: { KinesisStreams: 'aws:kinesis:stream' },
    required: { duration: FROM_A_MINUTE, percentage: SHARE },
    optional: {},
    lasts: 'duration',
    permissions: [
      {
        actions: ['kinesis:InjectApiError'],
        resources: ['*'],
        conditions: {
          'ForAllValues:StringEquals': {
            'kinesis:FisActionId': ['aws:kinesis:stream-provisioned-throughput-exception'],
            'kinesis:FisTargetArns': '{targets}',
          },
        },
      },
      everywhere('kinesis:DescribeStreamSummary'),
      RESOLVES_TAGS,
    ],
  },
  'aws:kinesis:stream-expired-iterator-exception': {
    page: 'iterator-exception',
    target: { KinesisStreams: 'aws:kinesis:stream' },
    required: { duration: FROM_A_MINUTE, percentage: SHARE },
    optional: {},
    lasts: 'duration',
    permissions: [
      {
        actions: ['kinesis:InjectApiError'],
        resources: ['*'],
        conditions: {
          'ForAllValues:StringEquals': {
            'kinesis:FisActionId': ['aws:kinesis:stream-expired-iterator-exception'],
            'kinesis:FisTargetArns': '{targets}',
          },
        },
      },
      everywhere('kinesis:DescribeStreamSummary'),
      RESOLVES_TAGS,
    ],
  },
  'aws:memorydb:multi-region-cluster-pause-replication': {
    page: 'multi-region-cluster-pause-replication',
    target: { MultiRegionClusters: 'aws:memorydb:multi-region-cluster' },
    required: { duration: FROM_A_MINUTE },
    optional: {},
    lasts: 'duration',
    permissions: [
      {
        actions: ['memorydb:DescribeMultiRegionClusters', 'memorydb:PauseMultiRegionClusterReplication'],
        resources: TARGETS,
      },
      RESOLVES_TAGS,
    ],
  },
  'aws:rds:failover-db-cluster': {
    page: 'failover-db-cluster',
    target: { Clusters: 'aws:rds:cluster' },
    required: {},
    optional: {},
    permissions: [
      { actions: ['rds:FailoverDBCluster'], resources: TARGETS },
      everywhere('rds:DescribeDBClusters'),
      RESOLVES_TAGS,
    ],
  },
  'aws:rds:reboot-db-instances': {
    page: 'reboot-db-instances',
    target: { DBInstances: 'aws:rds:db' },
    required: {},
    optional: { forceFailover: BOOLEAN },
    permissions: [
      { actions: ['rds:RebootDBInstance'], resources: TARGETS },
      everywhere('rds:DescribeDBInstances'),
      RESOLVES_TAGS,
    ],
  },
  'aws:s3:bucket-pause-replication': {
    page: 'bucket-pause-replication',
    target: { Buckets: 'aws:s3:bucket' },
    required: { duration: FROM_A_MINUTE, region: TEXT },
    optional: { destinationBuckets: LIST, prefixes: LIST },
    lasts: 'duration',
    permissions: [
      {
        actions: ['s3:PauseReplication'],
        resources: TARGETS,
        conditions: { StringLike: { 's3:DestinationRegion': '{parameter:region}' } },
      },
      {
        actions: ['s3:GetReplicationConfiguration', 's3:PutReplicationConfiguration'],
        resources: TARGETS,
        conditions: { BoolIfExists: { 's3:isReplicationPauseRequest': 'true' } },
      },
      everywhere('s3:ListAllMyBuckets'),
      READS_TAGS,
    ],
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;
