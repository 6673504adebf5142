/** Statistics that need no more of a period than its count, sum and extremes. */
export const STATISTICS = ['Average', 'Minimum', 'Maximum', 'Sum', 'SampleCount'] as const;

/** How the values of a period become one data point. */
export type Statistic = (typeof STATISTICS)[number];

/** A percentile of a period's values, for example `p99`. */
export type Percentile = `p${number}`;

/** Every statistic that the drill computes. */
export type AnyStatistic = Statistic | Percentile;

/**
 * A statistic by its name; nothing for one that the drill does not compute, such as a trimmed mean.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
export function statisticIn(name: unknown): AnyStatistic | undefined {
  const plain = STATISTICS.find((statistic) => statistic === name);
  if (plain) return plain;
  const [, digits] = typeof name === 'string' ? (/^p(\d{1,3}(?:\.\d+)?)$/.exec(name) ?? []) : [];
  return digits !== undefined && Number(digits) <= 100 ? `p${Number(digits)}` : undefined;
}

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
