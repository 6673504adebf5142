import type { RandomStream } from '../kernel/random';
import { uniformConstant } from '../model/constants';
import type { HealthCheck } from './health-check';

/** A health check whose status changed. */
export interface StatusChange {
  /** The health check. */
  readonly check: HealthCheck;
  /** Its new status, inversion applied. */
  readonly healthy: boolean;
  /** When the verdict changed, the checkers' or that on an alarm's data, in virtual milliseconds. */
  readonly decidedMs: number;
  /** When DNS answers begin to follow it, in virtual milliseconds. */
  readonly publishedMs: number;
}

interface Status {
  readonly check: HealthCheck;
  decided: boolean;
  published: boolean;
  /** Changes on their way to the name servers, in order. */
  pending: { readonly atMs: number; readonly healthy: boolean }[];
}

/**
 * Statuses of health checks, calculated ones included: as decided, and as the name servers know them.
 *
 * Simplified: a change reaches all name servers at one moment, and changes never overtake each other. A calculated
 * check follows its children at once and is then published like any other.
 */
export class HealthStatuses {
  private readonly statuses: ReadonlyMap<string, Status>;
  private readonly delaySeconds = uniformConstant('r53.status.propagation');

  /**
   * @param checks All health checks, children included.
   * @param random Draws the delay of each change.
   * @param onChange Hears of every change when it is decided.
   * @param published When a change that was decided at one time, and would be known at another, is known after all.
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-problems.html
   */
  constructor(
    checks: readonly HealthCheck[],
    private readonly random: RandomStream,
    private readonly onChange: (change: StatusChange) => void,
    private readonly published: (check: HealthCheck, decidedMs: number, usualMs: number) => number = (_, __, ms) => ms,
  ) {
    // A new check counts as healthy, an inverted one as unhealthy, until there is data.
    const statuses = new Map(
      checks.map((check): [string, Status] => [check.id, initialStatus(check, !check.inverted)]),
    );
    this.statuses = statuses;
    for (const check of checks) {
      if (check.kind === 'calculated') statuses.set(check.id, initialStatus(check, this.calculate(check)));
    }
  }

  /** Takes the verdict of an endpoint check's checkers or on an alarm's data, before inversion. */
  decide(healthCheckId: string, passes: boolean, nowMs: number): void {
    const status = this.status(healthCheckId);
    if (!this.change(status, passes !== status.check.inverted, nowMs)) return;
    for (const parent of this.statuses.values()) {
      if (parent.check.kind === 'calculated' && parent.check.children.includes(healthCheckId)) {
        this.change(parent, this.calculate(parent.check), nowMs);
      }
    }
  }

  /** The status that DNS answers follow at this virtual time; times must not go back. */
  isHealthy(healthCheckId: string, nowMs: number): boolean {
    const status = this.status(healthCheckId);
    for (let next = status.pending[0]; next && next.atMs <= nowMs; next = status.pending[0]) {
      status.published = next.healthy;
      status.pending.shift();
    }
    return status.published;
  }

  /** The status that was decided last, whether or not DNS answers follow it yet. */
  isDecidedHealthy(healthCheckId: string): boolean {
    return this.status(healthCheckId).decided;
  }

  private change(status: Status, healthy: boolean, nowMs: number): boolean {
    if (status.decided === healthy) return false;
    status.decided = healthy;
    const { min, max } = this.delaySeconds;
    const earliestMs = status.pending.at(-1)?.atMs ?? 0;
    const usualMs = nowMs + 1000 * this.random.uniform(min, max);
    const atMs = Math.max(this.published(status.check, nowMs, usualMs), earliestMs);
    status.pending.push({ atMs, healthy });
    this.onChange({ check: status.check, healthy, decidedMs: nowMs, publishedMs: atMs });
    return true;
  }

  /**
   * A calculated check compares the number of healthy children with its threshold.
   *
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
   */
  private calculate(check: HealthCheck & { readonly kind: 'calculated' }): boolean {
    const healthy = check.children.filter((child) => this.status(child).decided).length;
    return healthy >= check.healthThreshold !== check.inverted;
  }

  private status(id: string): Status {
    const status = this.statuses.get(id);
    if (!status) throw new Error(`health check ${id}: no such health check`);
    return status;
  }
}

function initialStatus(check: HealthCheck, healthy: boolean): Status {
  return { check, decided: healthy, published: healthy, pending: [] };
}
