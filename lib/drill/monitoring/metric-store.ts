import { type MetricDatum, type MetricIdentity, metricKey, type Statistic } from './metric';

/** Granularity of a metric of standard resolution, in milliseconds. */
export const MINUTE_MS = 60_000;

interface Sample {
  readonly values: readonly number[];
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
   */
  add({ timestampMs, values, unit }: MetricDatum, readableMs: number): void {
    if (this.unit !== undefined && this.unit !== unit) return;
    const minute = Math.floor(timestampMs / MINUTE_MS);
    const samples = this.byMinute.get(minute);
    if (samples) samples.push({ values, readableMs });
    else this.byMinute.set(minute, [{ values, readableMs }]);
  }

  /**
   * The data point of a period, from what can be read by `nowMs`; undefined when that is nothing.
   *
   * @param startMs First instant of the period, a whole minute of calendar time.
   */
  point(statistic: Statistic, startMs: number, periodMs: number, nowMs: number): number | undefined {
    const values: number[] = [];
    for (let minute = startMs / MINUTE_MS; minute < (startMs + periodMs) / MINUTE_MS; minute++) {
      for (const sample of this.byMinute.get(minute) ?? []) {
        if (sample.readableMs <= nowMs) values.push(...sample.values);
      }
    }
    return values.length === 0 ? undefined : STATISTIC_OF[statistic](values);
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const STATISTIC_OF: Readonly<Record<Statistic, (values: readonly number[]) => number>> = {
  Average: (values) => sum(values) / values.length,
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
  Sum: sum,
  SampleCount: (values) => values.length,
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
