import type { RandomStream } from '../kernel/random';
import { lognormalConstant, quantilesConstant } from '../model/constants';
import { type EnvironmentHost, ExecutionEnvironment } from './execution-environment';
import type { FunctionCode } from './function-code';
import type { FunctionDefinition } from './function-definition';

/** An environment that an invocation has to itself. */
export interface Lent {
  readonly environment: ExecutionEnvironment;
  /** Deployment that it is of. */
  readonly deployment: number;
  /** Alias or version that it is kept initialized for. @default - none: it serves whatever comes */
  readonly keptFor?: string;
}

/**
 * The execution environments of one function: a free one is lent again, the last used first; otherwise one is started, which takes a cold
 * start. Idle environments end after a life drawn for each (`lambda.idle`).
 *
 * Environments that are kept initialized for an alias or a version serve it alone, start without delay and do not end.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 */
export class EnvironmentPool {
  private readonly idle: (Lent & { readonly expiresMs: number })[] = [];
  private readonly coldStartMs = lognormalConstant('lambda.cold.app');
  private readonly idleLifeSeconds = quantilesConstant('lambda.idle');
  /** Environments that were lent of those kept initialized, by alias or version. */
  private readonly kept = new Map<string, number>();
  private startedCount = 0;
  private deploymentCount = 0;

  /** @param random The function's stream. */
  constructor(
    private readonly definition: FunctionDefinition,
    private readonly code: FunctionCode,
    private readonly host: EnvironmentHost,
    private readonly random: RandomStream,
  ) {}

  /** Environments started so far. */
  get started(): number {
    return this.startedCount;
  }

  /** Deployments since the drill began. */
  get deployments(): number {
    return this.deploymentCount;
  }

  /** Deploys the same code anew: idle environments end at once, busy ones when they are done. */
  renew(): void {
    this.deploymentCount++;
    this.kept.clear();
    for (const { environment } of this.idle.splice(0)) environment.destroy();
  }

  /** An environment that is free; nothing when one has to be started. */
  take(qualifier: string | undefined): Lent | undefined {
    const { nowMs } = this.host.context.scheduler;
    for (let position = this.idle.length - 1; position >= 0; position--) {
      const candidate = this.idle[position];
      if (!candidate || (candidate.keptFor !== undefined && candidate.keptFor !== qualifier)) continue;
      this.idle.splice(position, 1);
      if (candidate.expiresMs > nowMs) return candidate;
      candidate.environment.destroy();
    }
    return this.takeKept(qualifier);
  }

  /**
   * Starts an environment.
   *
   * @param lateMs What its cold start takes longer than usual, in milliseconds.
   */
  async start(lateMs: number): Promise<Lent> {
    const { scheduler, log } = this.host.context;
    const { deploymentCount: deployment } = this;
    const label = this.nextLabel();
    await scheduler.sleep(lateMs + this.random.lognormal(this.coldStartMs));
    log.write(scheduler.nowMs, 'cold-start', { ...this.named, environment: label });
    return { environment: this.create(label), deployment };
  }

  /** Takes an environment back; one that is of no more use, or of an earlier deployment, ends. */
  giveBack({ environment, deployment, keptFor }: Lent, isUsable: boolean): void {
    const isCurrent = deployment === this.deploymentCount;
    const kept = keptFor === undefined ? {} : { keptFor };
    if (!isUsable || !isCurrent) {
      environment.destroy();
      // Lambda initializes another one in the place of one that it keeps.
      if (keptFor !== undefined && isCurrent) this.kept.set(keptFor, (this.kept.get(keptFor) ?? 1) - 1);
    } else {
      const expiresMs =
        keptFor === undefined ? this.host.context.scheduler.nowMs + this.drawIdleLifeMs() : Number.POSITIVE_INFINITY;
      this.idle.push({ environment, deployment, expiresMs, ...kept });
    }
  }

  /** One of the environments that are kept initialized and have not served yet. */
  private takeKept(qualifier: string | undefined): Lent | undefined {
    if (qualifier === undefined) return undefined;
    const lent = this.kept.get(qualifier) ?? 0;
    if (lent >= (this.definition.provisionedConcurrency?.[qualifier] ?? 0)) return undefined;
    this.kept.set(qualifier, lent + 1);
    const { scheduler, log } = this.host.context;
    const label = this.nextLabel();
    log.write(scheduler.nowMs, 'kept-initialized', { ...this.named, environment: label });
    return { environment: this.create(label), deployment: this.deploymentCount, keptFor: qualifier };
  }

  private get named(): { readonly function: string; readonly region: string } {
    const { id, region } = this.definition;
    return { function: id, region };
  }

  private nextLabel(): string {
    return `${this.definition.id}#${++this.startedCount}`;
  }

  private create(label: string): ExecutionEnvironment {
    return new ExecutionEnvironment(label, this.definition, this.code, this.host);
  }

  /** Between the tenth and the ninetieth percentile, straight lines between the published quantiles. */
  private drawIdleLifeMs(): number {
    const { p10 = 0, p50 = 0, p90 = 0 } = this.idleLifeSeconds;
    const share = this.random.next();
    const seconds = share < 0.5 ? p10 + ((p50 - p10) * share) / 0.5 : p50 + ((p90 - p50) * (share - 0.5)) / 0.5;
    return seconds * 1000;
  }
}
