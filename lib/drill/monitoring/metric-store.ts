import { type AnyStatistic, type MetricDatum, type MetricIdentity, metricKey, type Statistic } from './metric';

/** Granularity of a metric of standard resolution, in milliseconds. */
export const MINUTE_MS = 60_000;

/** A value, and how many equal ones it stands for. */
interface Weighted {
  readonly value: number;
  readonly weight: number;
}

interface Sample {
  readonly values: Weighted[];
  readonly readableMs: number;
}

/**
 * The values of one metric, kept by the minute, each readable from a moment of its own.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/publishingMetrics.html#high-resolution-metrics
 */
export class MetricSeries {
  private readonly byMinute = new Map<number, Sample[]>();

  /**
   * @param metric What it holds.
   * @param unit Unit that alone counts. @default - every unit does
   */
  constructor(
    readonly metric: MetricIdentity,
    readonly unit?: string,
  ) {}

  /**
   * Takes a publication.
   *
   * @param readableMs Calendar time from which it can be read, in milliseconds since 1970.
   * @param weight How many equal publications it stands for.
   */
  add({ timestampMs, values, unit }: MetricDatum, readableMs: number, weight = 1): void {
    if (this.unit !== undefined && this.unit !== unit) return;
    const minute = Math.floor(timestampMs / MINUTE_MS);
    const samples = this.byMinute.get(minute);
    const sample = { values: values.map((value) => ({ value, weight })), readableMs };
    if (samples) samples.push(sample);
    else this.byMinute.set(minute, [sample]);
  }

  /**
   * Takes one more value of a minute whose values become readable together.
   *
   * @param minute Minutes of calendar time since 1970.
   * @param readableMs Calendar time from which they can be read, in milliseconds since 1970.
   * @param weight How many equal values it stands for.
   */
  gather(minute: number, value: number, readableMs: number, weight = 1): void {
    const sample = this.byMinute.get(minute)?.find((candidate) => candidate.readableMs === readableMs);
    if (sample) sample.values.push({ value, weight });
    else
      this.add(
        { metric: this.metric, values: [value], unit: 'None', timestampMs: minute * MINUTE_MS, highResolution: false },
        readableMs,
        weight,
      );
  }

  /**
   * The data point of a period, from what can be read by `nowMs`; undefined when that is nothing.
   *
   * @param startMs First instant of the period, a whole minute of calendar time.
   */
  point(statistic: AnyStatistic, startMs: number, periodMs: number, nowMs: number): number | undefined {
    const values: Weighted[] = [];
    for (let minute = startMs / MINUTE_MS; minute < (startMs + periodMs) / MINUTE_MS; minute++) {
      for (const sample of this.byMinute.get(minute) ?? []) {
        if (sample.readableMs > nowMs) continue;
        for (const value of sample.values) values.push(value);
      }
    }
    if (values.length === 0) return undefined;
    return isPercentile(statistic) ? percentile(values, Number(statistic.slice(1))) : STATISTIC_OF[statistic](values);
  }
}

const sum = (values: readonly Weighted[]): number =>
  values.reduce((total, { value, weight }) => total + value * weight, 0);

const count = (values: readonly Weighted[]): number => values.reduce((total, { weight }) => total + weight, 0);

function isPercentile(statistic: AnyStatistic): statistic is Exclude<AnyStatistic, Statistic> {
  return !(statistic in STATISTIC_OF);
}

/** By the nearest rank: the smallest value that so many percent do not exceed. How CloudWatch interpolates is not documented. */
function percentile(values: readonly Weighted[], percent: number): number {
  const sorted = [...values].sort((left, right) => left.value - right.value);
  const rank = (percent / 100) * count(sorted);
  let reached = 0;
  for (const { value, weight } of sorted) {
    reached += weight;
    if (reached >= rank) return value;
  }
  // Sums of uneven weights differ by their order, in the last bit.
  return sorted[sorted.length - 1]?.value as number;
}

const STATISTIC_OF: Readonly<Record<Statistic, (values: readonly Weighted[]) => number>> = {
  Average: (values) => sum(values) / count(values),
  Minimum: (values) => values.reduce((least, { value }) => Math.min(least, value), Number.POSITIVE_INFINITY),
  Maximum: (values) => values.reduce((most, { value }) => Math.max(most, value), Number.NEGATIVE_INFINITY),
  Sum: sum,
  SampleCount: count,
};

/** The metrics of all Regions that somebody watches; what nobody watches is not kept. */
export class MetricStore {
  private readonly series = new Map<string, MetricSeries[]>();
  private readonly watchedNames = new Set<string>();

  /** Names of the metrics that are kept, in any Region. */
  get names(): ReadonlySet<string> {
    return this.watchedNames;
  }

  /** The series of a metric in a Region, which is kept from now on. */
  watch(region: string, metric: MetricIdentity, unit?: string): MetricSeries {
    const all = this.listOf(region, metric);
    let series = all.find((candidate) => candidate.unit === unit);
    if (!series) {
      series = new MetricSeries(metric, unit);
      all.push(series);
      this.watchedNames.add(metric.name);
    }
    return series;
  }

  /** The series that a publication in a Region belongs to; none when nobody watches the metric. */
  seriesOf(region: string, metric: MetricIdentity): readonly MetricSeries[] {
    return this.series.get(keyOf(region, metric)) ?? [];
  }

  private listOf(region: string, metric: MetricIdentity): MetricSeries[] {
    const key = keyOf(region, metric);
    const list = this.series.get(key) ?? [];
    this.series.set(key, list);
    return list;
  }
}

function keyOf(region: string, metric: MetricIdentity): string {
  return `${region} ${metricKey(metric)}`;
}
