import { setTimeout as wait } from 'node:timers/promises';
import type { CallLimits } from '../data/table-client';
import type { Fault, FaultedCall, FaultPlan } from './fault-plan';

/** Route of the health check, which a plan can spare. */
const HEALTH_ROUTE = 'GET /health';

/** Applies the faults in force to the calls of one request after the other. */
export class FaultInjector {
  #route = '';

  /** @param current The plan in force. */
  constructor(private readonly current: () => FaultPlan | undefined) {}

  /** Says which route the calls that follow serve. An execution environment serves one request at a time. */
  begin(route: string): void {
    this.#route = route;
    this.current();
  }

  /**
   * Makes a call, with the faults that strike it.
   *
   * @param call Operation of the table; nothing for one that is never faulted.
   * @param limits How long the call's client tries, which is how long a time-out takes.
   * @throws CallFault in place of the call, or of its answer.
   */
  async call<Result>(call: FaultedCall | undefined, limits: CallLimits, make: () => Promise<Result>): Promise<Result> {
    const plan = this.current();
    if (plan === undefined || call === undefined) return make();
    const struck = this.#striking(plan, call);
    for (const fault of struck) await strikeBefore(fault, limits);
    const result = await make();
    if (struck.some(({ fault }) => fault === 'lost-answer')) throw timedOut(limits);
    return result;
  }

  #striking({ faults, sparesHealth }: FaultPlan, call: FaultedCall): readonly Fault[] {
    if (sparesHealth && this.#route === HEALTH_ROUTE) return [];
    return faults.filter(
      (fault) =>
        (fault.call === undefined || fault.call === call) &&
        (fault.route === undefined || fault.route === this.#route) &&
        Math.random() * 100 < fault.percent,
    );
  }
}

/** An injected failure, in the shape that the SDK's errors have after the last attempt. */
export class CallFault extends Error {
  /** Names the fault as the SDK would. */
  override readonly name: string;

  /** Status, if the service is said to have answered, and attempts. */
  readonly $metadata: { readonly httpStatusCode?: number; readonly attempts: number };

  constructor(name: string, $metadata: CallFault['$metadata']) {
    super('injected fault');
    this.name = name;
    this.$metadata = $metadata;
  }
}

async function strikeBefore(fault: Fault, limits: CallLimits): Promise<void> {
  switch (fault.fault) {
    case 'latency':
      await wait(fault.milliseconds);
      return;
    case 'error':
      throw new CallFault('InternalServerError', { httpStatusCode: 500, attempts: limits.maxAttempts });
    case 'time-out':
      await wait(limits.answerTimeoutMs * limits.maxAttempts);
      throw timedOut(limits);
    case 'lost-answer':
      return;
  }
}

function timedOut({ maxAttempts }: CallLimits): CallFault {
  return new CallFault('TimeoutError', { attempts: maxAttempts });
}
