import { extended } from '../kernel/extended';
import type { ServiceMetrics } from '../kernel/service-metrics';
import type { Invocation } from './execution-environment';
import type { FunctionDefinition } from './function-definition';
import type { FunctionResult } from './lambda-function';

const NAMESPACE = 'AWS/Lambda';

const NAMES = ['Invocations', 'Errors', 'Throttles', 'Duration', 'ConcurrentExecutions'] as const;

/** What metrics need to know of an invocation. */
type Counted = Pick<Invocation, 'qualifier' | 'standsFor' | 'countsFor'>;

/**
 * What Lambda publishes about a function: once for the function as a whole, and once for each alias or version that it is invoked by.
 *
 * Simplified: the duration has the cold start in it. An invocation that stands for several counts as so many that run at once.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export class FunctionMetrics {
  private running = 0;

  constructor(
    private readonly definition: Pick<FunctionDefinition, 'name' | 'region'>,
    private readonly metrics: ServiceMetrics,
  ) {
    metrics.declare(NAMESPACE, NAMES, ['FunctionName']);
    metrics.declare(NAMESPACE, NAMES, ['FunctionName', 'Resource']);
  }

  /** Notes that an invocation was let in. */
  begin(call: Counted): void {
    this.running += weightOf(call);
    this.publish(call, { ConcurrentExecutions: this.running });
  }

  /** Notes that an invocation that was let in is done. */
  end(call: Counted): void {
    this.running -= weightOf(call);
  }

  /** Publishes how an invocation ended, and after how many milliseconds; one that the service itself failed was none. */
  put(call: Counted, kind: FunctionResult['kind'], durationMs: number): void {
    if (kind === 'service-error') return;
    if (kind === 'throttled') this.publish(call, { Throttles: 1 });
    else {
      const Errors = kind === 'answer' ? 0 : 1;
      this.publish(call, { Invocations: 1, Errors, Throttles: 0, Duration: durationMs });
    }
  }

  private publish(call: Counted, values: Partial<Record<(typeof NAMES)[number], number>>): void {
    if (!this.metrics.isHeard) return;
    const { qualifier } = call;
    const weight = weightOf(call);
    const { name: FunctionName, region } = this.definition;
    const Resource = qualifier === undefined ? FunctionName : `${FunctionName}:${qualifier}`;
    for (const [name, value] of Object.entries(values)) {
      const metric = { region, namespace: NAMESPACE, name };
      this.metrics.put(extended(metric, { dimensions: { FunctionName } }), value, weight);
      this.metrics.put(extended(metric, { dimensions: { FunctionName, Resource } }), value, weight);
    }
  }
}

/** For how many requests or invocations one is counted. */
export function weightOf({
  standsFor = 1,
  countsFor = standsFor,
}: Pick<Invocation, 'standsFor' | 'countsFor'>): number {
  return countsFor;
}
