/** A metric that a service publishes about itself, as CloudWatch tells it from others. */
export interface ServiceMetric {
  readonly region: string;
  readonly namespace: string;
  readonly name: string;
  /** Values by name. */
  readonly dimensions: Readonly<Record<string, string>>;
}

/**
 * Hears a value of a metric.
 *
 * @param weight How many values of unsampled traffic it stands for.
 */
export type MetricListener = (value: number, weight: number) => void;

/**
 * What services publish about themselves, on its way to whoever watches it. While nobody does, nothing is kept, and a service that asks
 * {@link ServiceMetrics.isHeard} first has done no work for it.
 */
export class ServiceMetrics {
  private readonly declared = new Set<string>();
  private readonly listeners = new Map<string, MetricListener>();
  private readonly gauges: { readonly key: string; readonly read: () => number }[] = [];

  /** Whether anybody watches any metric. */
  get isHeard(): boolean {
    return this.listeners.size > 0;
  }

  /** Says that metrics of these names are published with exactly these dimensions. */
  declare(namespace: string, names: readonly string[], dimensions: readonly string[]): void {
    for (const name of names) this.declared.add(shapeOf(namespace, name, dimensions));
  }

  /**
   * Publishes a value.
   *
   * @param weight How many equal ones it stands for, as most of the traffic is counted and not made.
   */
  put(metric: ServiceMetric, value: number, weight = 1): void {
    this.listeners.get(keyOf(metric))?.(value, weight);
  }

  /** Publishes a level that stands at every moment: whoever watches samples it. */
  gauge(metric: ServiceMetric, read: () => number): void {
    this.gauges.push({ key: keyOf(metric), read });
  }

  /**
   * Hears every value of a metric from now on; one listener for each metric.
   *
   * @returns whether such a metric is published at all.
   */
  listen(metric: ServiceMetric, listener: MetricListener): boolean {
    const { namespace, name, dimensions } = metric;
    const heard = keyOf(metric);
    const isDeclared = this.declared.has(shapeOf(namespace, name, Object.keys(dimensions)));
    if (!isDeclared && !this.gauges.some(({ key }) => key === heard)) return false;
    this.listeners.set(heard, listener);
    return true;
  }

  /** Publishes the levels that somebody watches, as they are now. */
  sample(): void {
    for (const { key, read } of this.gauges) this.listeners.get(key)?.(read(), 1);
  }
}

function shapeOf(namespace: string, name: string, dimensions: readonly string[]): string {
  return JSON.stringify([namespace, name, [...dimensions].sort()]);
}

function keyOf({ region, namespace, name, dimensions }: ServiceMetric): string {
  const values = Object.entries(dimensions).sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([region, namespace, name, values]);
}
