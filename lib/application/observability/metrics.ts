import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Metrics of the function, with the service name and namespace of its environment. */
export function createMetrics(): Metrics {
  return new Metrics();
}

/** What is measured about one request. */
export interface RequestMeasurement {
  /** Route as API Gateway names it, for example `GET /parcels/{parcelId}`. */
  readonly route: string;
  /** Time from the function's entry to its answer, in milliseconds. */
  readonly latencyMs: number;
  /** HTTP status of the answer; 500 and above counts as a fault. */
  readonly status: number;
}

/**
 * Writes latency and fault of one request as an embedded metric, one line for each request.
 *
 * Lines are not gathered over requests: a frozen or lost execution environment would hold them back in the very minute
 * an alarm needs them.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
 */
export function publishRequestMetrics(metrics: Metrics, { route, latencyMs, status }: RequestMeasurement): void {
  metrics.addDimension('route', route);
  metrics.addMetric('Latency', MetricUnit.Milliseconds, latencyMs);
  metrics.addMetric('Fault', MetricUnit.Count, status >= 500 ? 1 : 0);
  metrics.publishStoredMetrics();
}

/**
 * Counts items that could not be read, by themselves: silent while there are none, and one metric whatever route met them.
 *
 * @param count How many, 1 or more.
 */
export function publishUnreadableItems(metrics: Metrics, count: number): void {
  metrics.singleMetric().addMetric('UnreadableItems', MetricUnit.Count, count);
}
