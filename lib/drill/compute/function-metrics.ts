import type { ServiceMetrics } from '../kernel/service-metrics';
import type { FunctionDefinition } from './function-definition';
import type { FunctionResult } from './lambda-function';

const NAMESPACE = 'AWS/Lambda';

const NAMES = ['Invocations', 'Errors', 'Throttles', 'Duration', 'ConcurrentExecutions'] as const;

/**
 * What Lambda publishes about a function: once for the function as a whole, and once for each alias or version that it is invoked by.
 *
 * Simplified: the duration has the cold start in it.
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
  begin(qualifier: string | undefined): void {
    this.running++;
    this.publish(qualifier, { ConcurrentExecutions: this.running });
  }

  /** Notes that an invocation that was let in is done. */
  end(): void {
    this.running--;
  }

  /** Publishes how an invocation ended, and after how many milliseconds; one that the service itself failed was none. */
  put(qualifier: string | undefined, kind: FunctionResult['kind'], durationMs: number): void {
    if (kind === 'service-error') return;
    if (kind === 'throttled') this.publish(qualifier, { Throttles: 1 });
    else {
      const Errors = kind === 'answer' ? 0 : 1;
      this.publish(qualifier, { Invocations: 1, Errors, Throttles: 0, Duration: durationMs });
    }
  }

  private publish(qualifier: string | undefined, values: Partial<Record<(typeof NAMES)[number], number>>): void {
    if (!this.metrics.isHeard) return;
    const { name: FunctionName, region } = this.definition;
    const Resource = qualifier === undefined ? FunctionName : `${FunctionName}:${qualifier}`;
    for (const [name, value] of Object.entries(values)) {
      const metric = { region, namespace: NAMESPACE, name };
      this.metrics.put({ ...metric, dimensions: { FunctionName } }, value);
      this.metrics.put({ ...metric, dimensions: { FunctionName, Resource } }, value);
    }
  }
}
