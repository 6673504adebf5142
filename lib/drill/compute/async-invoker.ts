import type { Assembly, AssemblyResource } from '../../assembly';
import { modelConstant, numberConstant } from '../model/constants';
import { NotModelled } from '../not-modelled';
import type { DrillContext } from '../world/context';
import { functionNamed } from './function-definition';
import type { FunctionResult, LambdaFunction } from './lambda-function';

/** How long Lambda tries to run an event that it was given to run later. */
export interface AsyncPolicy {
  /** Runs of the function after one that failed. */
  readonly maxRetries: number;
  /** Age at which an event is dropped, in milliseconds. */
  readonly maxAgeMs: number;
}

/** How an event ended: with the last result, or dropped for its age. */
export type AsyncOutcome = FunctionResult['kind'] | 'expired';

const WAITS = modelConstant('lambda.async.waits').value as readonly number[];
const BACK_OFF = modelConstant('lambda.async.backoff').value as readonly number[];

/**
 * Reads how a function's asynchronous events are tried, from its `AWS::Lambda::EventInvokeConfig`, if it has one.
 *
 * @throws NotModelled for a configuration with destinations, and for more than one.
 */
export function readAsyncPolicy(assembly: Assembly, target: AssemblyResource): AsyncPolicy {
  const configs = assembly
    .resourcesOf('AWS::Lambda::EventInvokeConfig')
    .filter((config) => functionNamed(assembly, config) === target);
  const [config] = configs;
  const id = `${target.stack.id}/${target.logicalId}`;
  if (configs.length > 1) throw new NotModelled(`several configurations of asynchronous events of function ${id}`);
  if (config?.properties.DestinationConfig)
    throw new NotModelled(`destinations of asynchronous events of function ${id}`);
  const { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: ageSeconds } = config?.properties ?? {};
  return {
    maxRetries: Number(retries ?? numberConstant('lambda.async.attempts') - 1),
    maxAgeMs: 1000 * Number(ageSeconds ?? numberConstant('lambda.async.age')),
  };
}

/**
 * Lambda's queue of asynchronous events before one function. A run that fails is repeated after one and two minutes; an
 * event that found no environment free, or the service broken, is tried again and again, less and less often, until it
 * is too old.
 *
 * Simplified: the queue accepts whatever comes, takes no time unless a fault holds it back, and delivers nothing twice.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class AsyncInvoker {
  /** @param qualifier Alias or version by which the function is invoked; none for its latest code. */
  constructor(
    private readonly target: LambdaFunction,
    private readonly policy: AsyncPolicy,
    private readonly context: DrillContext,
    private readonly qualifier?: string,
  ) {}

  /**
   * Runs an event until it succeeds or is given up.
   *
   * @param onTry Hears of every run that did not succeed and is followed by another.
   */
  async invoke(event: unknown, onTry: (result: FunctionResult) => void = () => {}): Promise<AsyncOutcome> {
    const { scheduler, faults } = this.context;
    const { id, region } = this.target.definition;
    const expiryMs = scheduler.nowMs + this.policy.maxAgeMs;
    const asked = { resource: id };
    const heldUntilMs = faults.heldBackUntilMs('lambda-events', region, scheduler.nowMs, scheduler.nowMs, asked);
    if (heldUntilMs > expiryMs) return 'expired';
    if (heldUntilMs > scheduler.nowMs) await scheduler.sleep(heldUntilMs - scheduler.nowMs);
    const failures = { function: 0, service: 0 };
    for (;;) {
      const result = await this.target.invoke(event, { qualifier: this.qualifier });
      if (result.kind === 'answer') return result.kind;
      const isService = result.kind === 'throttled' || result.kind === 'service-error';
      if (!isService && failures.function >= this.policy.maxRetries) return result.kind;
      const waitMs =
        1000 * (isService ? backOffSeconds(BACK_OFF, failures.service++) : (WAITS[failures.function++] ?? 0));
      if (scheduler.nowMs + waitMs > expiryMs) return 'expired';
      onTry(result);
      await scheduler.sleep(waitMs);
    }
  }
}

/**
 * Wait after a number of earlier failures: doubled each time.
 *
 * @param range The first wait and the longest, in seconds.
 */
export function backOffSeconds([first = 0, longest = 0]: readonly number[], earlier: number): number {
  return Math.min(longest, first * 2 ** earlier);
}
