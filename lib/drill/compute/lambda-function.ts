import type { RandomStream } from '../kernel/random';
import { lognormalConstant, quantilesConstant } from '../model/constants';
import { type EnvironmentHost, ExecutionEnvironment, type InvocationResult } from './execution-environment';
import type { FunctionCode } from './function-code';
import type { FunctionDefinition } from './function-definition';

/** How an invocation ended, seen from the service that asked for it. */
export type FunctionResult = (
  | InvocationResult
  /** The Lambda service failed before the handler ran. */
  | { readonly kind: 'service-error' }
  /** No environment was free within the function's reserved concurrency. */
  | { readonly kind: 'throttled' }
) & {
  /** Outage phase that made it fail, as far as the drill knows. @default - none did */
  readonly phaseId?: string;
};

/**
 * A function and its pool of execution environments: a free one is reused, the last used first; otherwise one is
 * started, which takes a cold start. Idle environments end after a life drawn for each (`lambda.idle`).
 */
export class LambdaFunction {
  private readonly idle: { environment: ExecutionEnvironment; expiresMs: number }[] = [];
  private readonly random: RandomStream;
  private readonly coldStartMs = lognormalConstant('lambda.cold.app');
  private readonly idleLifeSeconds = quantilesConstant('lambda.idle');
  private started = 0;
  private busy = 0;
  /** Deployments since the drill began; an environment is of one of them. */
  private deployment = 0;

  constructor(
    readonly definition: FunctionDefinition,
    private readonly code: FunctionCode,
    private readonly host: EnvironmentHost,
  ) {
    this.random = host.context.random.fork(`lambda/${definition.id}`);
  }

  /** Environments started so far. */
  get coldStarts(): number {
    return this.started;
  }

  /** Deploys the same code anew: idle environments end at once, busy ones when they are done. */
  redeploy(): void {
    this.deployment++;
    for (const { environment } of this.idle.splice(0)) environment.destroy();
  }

  /**
   * Invokes the function and waits for its result.
   *
   * @param standsFor How many invocations this one stands for.
   */
  async invoke(event: unknown, standsFor = 1): Promise<FunctionResult> {
    const { scheduler, faults, sightings, log } = this.host.context;
    const { id, region, reservedConcurrency } = this.definition;
    const fault = faults.strikes('lambda', region, scheduler.nowMs, () => this.random.next());
    if (fault) return { kind: 'service-error', phaseId: fault.phaseId };
    if (reservedConcurrency !== undefined && this.busy >= reservedConcurrency) {
      sightings.see('throttled');
      log.write(scheduler.nowMs, 'throttled', { region, by: 'lambda', what: id });
      return { kind: 'throttled' };
    }
    this.busy++;
    try {
      const { deployment } = this;
      const idle = this.takeIdle();
      if (!idle && deployment > 0) sightings.see('cold-region-served');
      const environment = idle ?? (await this.start());
      const result = await environment.invoke(event, standsFor);
      if (result.kind === 'timeout' || deployment !== this.deployment) environment.destroy();
      else this.idle.push({ environment, expiresMs: scheduler.nowMs + this.drawIdleLifeMs() });
      const phaseId = environment.lastFaultPhase;
      return phaseId === undefined ? result : { ...result, phaseId };
    } finally {
      this.busy--;
    }
  }

  private takeIdle(): ExecutionEnvironment | undefined {
    const { nowMs } = this.host.context.scheduler;
    for (;;) {
      const candidate = this.idle.pop();
      if (!candidate) return undefined;
      if (candidate.expiresMs > nowMs) return candidate.environment;
      candidate.environment.destroy();
    }
  }

  private async start(): Promise<ExecutionEnvironment> {
    const { scheduler, log } = this.host.context;
    const { id, region } = this.definition;
    const environment = `${id}#${++this.started}`;
    await scheduler.sleep(this.random.lognormal(this.coldStartMs));
    log.write(scheduler.nowMs, 'cold-start', { function: id, region, environment });
    return new ExecutionEnvironment(environment, this.definition, this.code, this.host);
  }

  /** Between the tenth and the ninetieth percentile, straight lines between the published quantiles. */
  private drawIdleLifeMs(): number {
    const { p10 = 0, p50 = 0, p90 = 0 } = this.idleLifeSeconds;
    const share = this.random.next();
    const seconds = share < 0.5 ? p10 + ((p50 - p10) * share) / 0.5 : p50 + ((p90 - p50) * (share - 0.5)) / 0.5;
    return seconds * 1000;
  }
}
