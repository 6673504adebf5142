import type { Fault, FaultTarget } from '../faults/fault';
import type { Slowness } from '../faults/fault-plan';
import type { RandomStream } from '../kernel/random';
import { ConcurrencyLimit, ScalingRate, unreservedLimit } from './concurrency';
import { EnvironmentPool, type Lent } from './environment-pool';
import type { EnvironmentHost, Invocation, InvocationResult } from './execution-environment';
import type { FunctionCode } from './function-code';
import type { FunctionDefinition } from './function-definition';
import { FunctionMetrics, weightOf } from './function-metrics';

/** How an invocation ended, seen from the service that asked for it. */
export type FunctionResult = (
  | InvocationResult
  /** The Lambda service failed before the handler ran. */
  | { readonly kind: 'service-error' }
  /** No environment was free within the function's limits, and none could be started. */
  | { readonly kind: 'throttled' }
) & {
  /** Outage phase that made it fail, as far as the drill knows. @default - none did */
  readonly phaseId?: string;
  /** Set when a fault decided the result, whatever the code would have answered. @default - the code did, or the function's limits */
  readonly isDecided?: true;
};

/** How an invocation went that later ones are like. */
export interface PriorInvocation {
  /** How long it lasted once it had an environment, in milliseconds. */
  readonly durationMs: number;
  readonly kind: FunctionResult['kind'];
}

/** A function at work: the faults that meet its invocations, its limits, and the environments behind them. */
export class LambdaFunction {
  private readonly random: RandomStream;
  private readonly pool: EnvironmentPool;
  private readonly limit: ConcurrencyLimit;
  private readonly scaling = new ScalingRate();
  private readonly metrics: FunctionMetrics;

  /** @param unreserved What functions of the Region share that reserve nothing. @default - this one has it to itself */
  constructor(
    readonly definition: FunctionDefinition,
    code: FunctionCode,
    private readonly host: EnvironmentHost,
    unreserved: ConcurrencyLimit = unreservedLimit(0),
  ) {
    const { id, reservedConcurrency } = definition;
    this.random = host.context.random.fork(`lambda/${id}`);
    this.pool = new EnvironmentPool(definition, code, host, this.random);
    this.metrics = new FunctionMetrics(definition, host.context.metrics);
    this.limit = reservedConcurrency === undefined ? unreserved : new ConcurrencyLimit(reservedConcurrency);
  }

  /** Environments started so far. */
  get coldStarts(): number {
    return this.pool.started;
  }

  /** Deploys the same code anew: idle environments end at once, busy ones when they are done. */
  redeploy(): void {
    this.pool.renew();
  }

  /**
   * Invokes the function and waits for its result.
   *
   * @param call How it is invoked.
   */
  async invoke(event: unknown, call: Invocation = {}): Promise<FunctionResult> {
    const { scheduler } = this.host.context;
    const startMs = scheduler.nowMs;
    const result = this.refused() ?? (await this.admit(call, () => this.serve(event, call)));
    this.metrics.put(call, result.kind, scheduler.nowMs - startMs);
    return result;
  }

  /**
   * Takes what an invocation takes that goes like another one, without running the code: what faults do to it, its part of the limits, and
   * an environment for as long.
   *
   * @param like The other one.
   * @returns the result, where it does not hang on the code.
   */
  async occupy(like: PriorInvocation, qualifier?: string): Promise<FunctionResult | undefined> {
    const { scheduler } = this.host.context;
    const startMs = scheduler.nowMs;
    const call = { qualifier };
    const result = this.refused() ?? (await this.admit(call, () => this.hold(like.durationMs, qualifier)));
    this.metrics.put(call, result?.kind ?? like.kind, scheduler.nowMs - startMs);
    return result;
  }

  private async hold(durationMs: number, qualifier: string | undefined): Promise<FunctionResult | undefined> {
    const lent = this.pool.take(qualifier) ?? (await this.start());
    if (!('environment' in lent)) return lent;
    await this.host.context.scheduler.sleep(durationMs);
    this.pool.giveBack(lent, true);
    return this.spoilt();
  }

  /** Does the work of an invocation if the function's limits let it in; it counts towards them until it is done. */
  private async admit<T>(call: Invocation, work: () => Promise<T>): Promise<T | FunctionResult> {
    const { scheduler } = this.host.context;
    const weight = weightOf(call);
    if (!this.limit.enter(scheduler.nowMs, () => this.random.next(), weight)) return this.throttle();
    this.metrics.begin(call);
    try {
      return await work();
    } finally {
      this.metrics.end(call);
      this.limit.leave(scheduler.nowMs, weight);
    }
  }

  private async serve(event: unknown, call: Invocation): Promise<FunctionResult> {
    const lent = this.pool.take(call.qualifier) ?? (await this.start());
    if (!('environment' in lent)) return lent;
    const slowness = this.slowness('lambda');
    const result = await lent.environment.invoke(event, call, slowness.lateMs);
    this.pool.giveBack(lent, result.kind !== 'timeout');
    const phaseId = lent.environment.lastFaultPhase ?? slowness.phaseId;
    return this.spoilt() ?? (phaseId === undefined ? result : { ...result, phaseId });
  }

  private async start(): Promise<Lent | FunctionResult> {
    const { scheduler, sightings } = this.host.context;
    if (!this.scaling.start(scheduler.nowMs)) return this.throttle();
    if (this.pool.deployments > 0) sightings.see('cold-region-served');
    const broken = this.hit('error', 'lambda-starts');
    if (broken) return { kind: 'service-error', phaseId: broken.phaseId, isDecided: true };
    return this.pool.start(this.slowness('lambda-starts').lateMs);
  }

  private throttle(): FunctionResult {
    const { scheduler, sightings, log } = this.host.context;
    const { id, region } = this.definition;
    sightings.see('throttled');
    log.write(scheduler.nowMs, 'throttled', { region, by: 'lambda', what: id });
    return { kind: 'throttled' };
  }

  /** What an invocation comes to that a fault keeps from the handler. */
  private refused(): FunctionResult | undefined {
    const broken = this.hit('error', 'lambda');
    if (broken) return { kind: 'service-error', phaseId: broken.phaseId, isDecided: true };
    const throttled = this.hit('throttle', 'lambda');
    if (throttled) return { kind: 'throttled', phaseId: throttled.phaseId, isDecided: true };
    return resultOf(this.hit('function-error', 'lambda'));
  }

  /** What an invocation comes to whose handler has done its work in vain. */
  private spoilt(): FunctionResult | undefined {
    return resultOf(this.hit('late-error', 'lambda'));
  }

  private hit(kind: Fault['kind'], target: FaultTarget): Fault | undefined {
    const { scheduler, faults } = this.host.context;
    const { id, region } = this.definition;
    return faults.hit(kind, target, region, scheduler.nowMs, () => this.random.next(), { resource: id });
  }

  private slowness(target: FaultTarget): Slowness {
    const { scheduler, faults } = this.host.context;
    const { id, region } = this.definition;
    return faults.slowness(target, region, scheduler.nowMs, () => this.random.next(), { resource: id });
  }
}

/** What the caller gets of a function that a fault lets fail: an error, or the answer that the fault says. */
function resultOf(fault: Fault | undefined): FunctionResult | undefined {
  if (!fault) return undefined;
  const { phaseId, statusCode } = fault;
  if (statusCode === undefined) return { kind: 'function-error', message: 'Fault injected', phaseId, isDecided: true };
  return { kind: 'answer', payload: { statusCode, headers: {}, body: '' }, phaseId, isDecided: true };
}
