import type { ServiceMetrics } from '../../kernel/service-metrics';
import type { Shortage } from './shortage';

const NAMESPACE = 'AWS/DynamoDB';

/** A request that DynamoDB refused for its rate. */
export interface ThrottledRequest {
  readonly region: string;
  readonly table: string;
  readonly operation: string;
  readonly kind: 'read' | 'write';
  /** What was short. @default - not known */
  readonly shortage?: Shortage;
  /** The index that was. @default - the table itself was */
  readonly index?: string;
  /** How many requests it stands for. */
  readonly standsFor: number;
}

const SHORTAGES: readonly Shortage[] = [
  'ProvisionedThroughputExceeded',
  'KeyRangeThroughputExceeded',
  'MaxOnDemandThroughputExceeded',
  'AccountLimitExceeded',
];

/** Says which metrics DynamoDB publishes of requests that it refused. */
export function declareThrottleMetrics(metrics: ServiceMetrics): void {
  const kinds = ['read', 'write'] as const;
  const events = kinds.flatMap((kind) => [eventsOf(kind), ...SHORTAGES.map((shortage) => eventsOf(kind, shortage))]);
  metrics.declare(NAMESPACE, ['ThrottledRequests'], ['TableName', 'Operation']);
  metrics.declare(NAMESPACE, events, ['TableName']);
  metrics.declare(NAMESPACE, events, ['TableName', 'GlobalSecondaryIndexName']);
}

/**
 * Publishes a refused request: the request once, and the event that was refused by what was short, of the table or of its index. Nothing is
 * published while there are none.
 *
 * Simplified: of a write for which several resources are short, the first counts.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TroubleshootingThrottling-cloudwatch.html
 */
export function publishThrottle(metrics: ServiceMetrics, request: ThrottledRequest): void {
  if (!metrics.isHeard) return;
  const { region, table: TableName, operation: Operation, kind, shortage, index, standsFor } = request;
  const put = (name: string, dimensions: Readonly<Record<string, string>>): void =>
    metrics.put({ region, namespace: NAMESPACE, name, dimensions: { TableName, ...dimensions } }, 1, standsFor);
  const ofIndex: Readonly<Record<string, string>> = index === undefined ? {} : { GlobalSecondaryIndexName: index };
  put('ThrottledRequests', { Operation });
  put(eventsOf(kind), ofIndex);
  if (shortage) put(eventsOf(kind, shortage), ofIndex);
}

/** `ReadThrottleEvents`, or `ReadKeyRangeThroughputThrottleEvents` of what was short. */
function eventsOf(kind: ThrottledRequest['kind'], shortage?: Shortage): string {
  return `${kind === 'read' ? 'Read' : 'Write'}${shortage?.replace('Exceeded', '') ?? ''}ThrottleEvents`;
}
