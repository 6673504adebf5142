import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';

/** Target of the probes that ask the name every Region shares. */
export const GLOBAL_TARGET = 'global';

/** Period of the alarms for people: short enough to act on, long enough for ten probes. */
const PERIOD = Duration.minutes(5);

/** Where a metric is read. */
interface Place {
  /**
   * Region of the metric.
   *
   * @default - the Region of the alarm or dashboard that uses it
   */
  readonly region?: string;
}

type Shape = Place & {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensionsMap: Record<string, string>;
};

const metric = (shape: Shape, statistic: string): Metric => new Metric({ ...shape, statistic, period: PERIOD });

/** What the judge publishes. `ProbeFailures` has a 0 or a 1 for each probe, so that its average is the share that failed. */
export const probes = {
  failures: (namespace: string, target: string, statistic: 'Average' | 'Sum', place: Place = {}): Metric =>
    metric({ ...place, namespace, metricName: 'ProbeFailures', dimensionsMap: { Target: target } }, statistic),
  latency: (namespace: string, target: string, statistic: string, place: Place = {}): Metric =>
    metric({ ...place, namespace, metricName: 'ProbeLatency', dimensionsMap: { Target: target } }, statistic),
  replicationLag: (namespace: string, ward: string, place: Place = {}): Metric =>
    metric({ ...place, namespace, metricName: 'ReplicationLag', dimensionsMap: { Target: ward } }, 'Maximum'),
  evacuated: (namespace: string, ward: string, share: string, statistic: string, place: Place = {}): Metric =>
    metric({ ...place, namespace, metricName: 'Evacuated', dimensionsMap: { Ward: ward, Share: share } }, statistic),
};

/** Stored items that the API's function could not read; nothing is published while there are none. */
export const unreadableItems = (application: string): Metric =>
  metric({ namespace: application, metricName: 'UnreadableItems', dimensionsMap: { service: application } }, 'Sum');

/**
 * What an HTTP API reports of all its clients.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
 */
export const httpApi = (apiId: string, metricName: 'Count' | '5xx' | '4xx' | 'Latency', statistic: string): Metric =>
  metric({ namespace: 'AWS/ApiGateway', metricName, dimensionsMap: { ApiId: apiId } }, statistic);

/**
 * What Lambda reports of a function, all versions and aliases together.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export const lambda = (
  functionName: string,
  metricName: 'Invocations' | 'Errors' | 'Throttles' | 'ConcurrentExecutions',
  statistic: string,
  place: Place = {},
): Metric =>
  metric({ ...place, namespace: 'AWS/Lambda', metricName, dimensionsMap: { FunctionName: functionName } }, statistic);

/**
 * What DynamoDB reports of a replica.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 */
export const table = {
  systemErrors: (tableName: string, operation: string, place: Place = {}): Metric =>
    metric(
      {
        ...place,
        namespace: 'AWS/DynamoDB',
        metricName: 'SystemErrors',
        dimensionsMap: { TableName: tableName, Operation: operation },
      },
      'Sum',
    ),
  throttleEvents: (tableName: string, kind: 'Read' | 'Write', place: Place = {}): Metric =>
    metric(
      {
        ...place,
        namespace: 'AWS/DynamoDB',
        metricName: `${kind}ThrottleEvents`,
        dimensionsMap: { TableName: tableName },
      },
      'Sum',
    ),
  replicationLatency: (tableName: string, receivingRegion: string, place: Place = {}): Metric =>
    metric(
      {
        ...place,
        namespace: 'AWS/DynamoDB',
        metricName: 'ReplicationLatency',
        dimensionsMap: { TableName: tableName, ReceivingRegion: receivingRegion },
      },
      'Average',
    ),
};

/**
 * Operations that have not reached a destination yet, of one replication rule.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html#s3-cloudwatch-replication-metrics
 */
export const pendingReplication = (
  sourceBucket: string,
  destinationBucket: string,
  ruleId: string,
  place: Place = {},
): Metric =>
  metric(
    {
      ...place,
      namespace: 'AWS/S3',
      metricName: 'OperationsPendingReplication',
      dimensionsMap: { SourceBucket: sourceBucket, DestinationBucket: destinationBucket, RuleId: ruleId },
    },
    'Maximum',
  );
