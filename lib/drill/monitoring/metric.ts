/** Statistics that need no more of a period than its count, sum and extremes. */
export const STATISTICS = ['Average', 'Minimum', 'Maximum', 'Sum', 'SampleCount'] as const;

/** How the values of a period become one data point. */
export type Statistic = (typeof STATISTICS)[number];

/**
 * What tells one metric of a Region from another. The dimensions are part of the name: a metric with one more, or with
 * another value, is another metric.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Dimension
 */
export interface MetricIdentity {
  readonly namespace: string;
  readonly name: string;
  /** Values by name; empty for a metric without dimensions. */
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One publication of a metric: one value or several of one instant. */
export interface MetricDatum {
  readonly metric: MetricIdentity;
  /** At least one. */
  readonly values: readonly number[];
  /** CloudWatch's unit, `None` when the publisher gave none. */
  readonly unit: string;
  /** Calendar time that the values belong to, in milliseconds since 1970. */
  readonly timestampMs: number;
  /** Whether it is kept by the second, and not by the minute. */
  readonly highResolution: boolean;
}

/** A text that is the same for equal metrics only. */
export function metricKey({ namespace, name, dimensions }: MetricIdentity): string {
  return JSON.stringify([
    namespace,
    name,
    Object.entries(dimensions).sort(([left], [right]) => (left < right ? -1 : 1)),
  ]);
}

/** Namespace, name and dimensions for people, without spaces but those of the names. */
export function describeMetric({ namespace, name, dimensions }: MetricIdentity): string {
  const values = Object.entries(dimensions).map(([key, value]) => `${key}=${value}`);
  return `${namespace}/${name}${values.length > 0 ? `{${values.join(',')}}` : ''}`;
}
