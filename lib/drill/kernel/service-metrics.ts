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
  /** Who watches, by the name of the metric: services publish on every request, and most names are watched by nobody. */
  private readonly watchers = new Map<string, Watcher[]>();
  private readonly gauges: { readonly metric: ServiceMetric; readonly read: () => number }[] = [];

  /** Whether anybody watches any metric. */
  get isHeard(): boolean {
    return this.watchers.size > 0;
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
    this.watcherOf(metric)?.listener(value, weight);
  }

  /** Publishes a level that stands at every moment: whoever watches samples it. */
  gauge(metric: ServiceMetric, read: () => number): void {
    this.gauges.push({ metric, read });
  }

  /**
   * Hears every value of a metric from now on; one listener for each metric.
   *
   * @returns whether such a metric is published at all.
   */
  listen(metric: ServiceMetric, listener: MetricListener): boolean {
    const { namespace, name, dimensions } = metric;
    const isDeclared = this.declared.has(shapeOf(namespace, name, Object.keys(dimensions)));
    if (!isDeclared && !this.gauges.some((gauge) => isSame(gauge.metric, metric))) return false;
    const others = (this.watchers.get(name) ?? []).filter((watcher) => !isSame(watcher.metric, metric));
    this.watchers.set(name, [...others, { metric, listener }]);
    return true;
  }

  /** Publishes the levels that somebody watches, as they are now. */
  sample(): void {
    for (const { metric, read } of this.gauges) this.watcherOf(metric)?.listener(read(), 1);
  }

  private watcherOf(metric: ServiceMetric): Watcher | undefined {
    return this.watchers.get(metric.name)?.find((watcher) => isSame(watcher.metric, metric));
  }
}

/** Whoever watches a metric. */
interface Watcher {
  readonly metric: ServiceMetric;
  readonly listener: MetricListener;
}

function shapeOf(namespace: string, name: string, dimensions: readonly string[]): string {
  return JSON.stringify([namespace, name, [...dimensions].sort()]);
}

function isSame(left: ServiceMetric, right: ServiceMetric): boolean {
  if (left.name !== right.name || left.region !== right.region || left.namespace !== right.namespace) return false;
  const names = Object.keys(left.dimensions);
  return (
    names.length === Object.keys(right.dimensions).length &&
    names.every((name) => left.dimensions[name] === right.dimensions[name])
  );
}
