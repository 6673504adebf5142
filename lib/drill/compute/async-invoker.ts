import type { Assembly, AssemblyResource } from '../../assembly';
import type { RandomStream } from '../kernel/random';
import { modelConstant, numberConstant } from '../model/constants';
import { NotModelled } from '../not-modelled';
import { randomUuid } from '../sandbox/realm';
import type { DrillContext } from '../world/context';
import { type AsyncDestinations, readAsyncDestinations } from './async-destination';
import { functionNamed, qualifierIn } from './function-definition';
import type { EndedEvent } from './invocation-record';
import type { FunctionResult, LambdaFunction } from './lambda-function';

/** How long Lambda tries to run an event that it was given to run later, and where it says how that ended. */
export interface AsyncPolicy {
  /** Runs of the function after one that failed. */
  readonly maxRetries: number;
  /** Age at which an event is dropped, in milliseconds. */
  readonly maxAgeMs: number;
  readonly destinations: AsyncDestinations;
}

/** How an event ended: with the last result, or dropped for its age. */
export type AsyncOutcome = FunctionResult['kind'] | 'expired';

const WAITS = modelConstant('lambda.async.waits').value as readonly number[];
const BACK_OFF = modelConstant('lambda.async.backoff').value as readonly number[];

/**
 * Reads how a function's asynchronous events are tried, from its `AWS::Lambda::EventInvokeConfig`, if it has one. Each alias and version
 * has its own; dead letters are the function's.
 *
 * @param qualifier Alias or version by which it is invoked. @default - its latest code is
 * @throws NotModelled for more than one configuration, and for destinations that are not modelled.
 */
export function readAsyncPolicy(assembly: Assembly, target: AssemblyResource, qualifier?: string): AsyncPolicy {
  const configs = assembly
    .resourcesOf('AWS::Lambda::EventInvokeConfig')
    .filter((config) => functionNamed(assembly, config) === target && qualifierOf(assembly, config) === qualifier);
  const [config] = configs;
  const id = `${target.stack.id}/${target.logicalId}`;
  if (configs.length > 1) throw new NotModelled(`several configurations of asynchronous events of function ${id}`);
  const { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: ageSeconds } = config?.properties ?? {};
  return {
    maxRetries: Number(retries ?? numberConstant('lambda.async.attempts') - 1),
    maxAgeMs: 1000 * Number(ageSeconds ?? numberConstant('lambda.async.age')),
    destinations: readAsyncDestinations(assembly, target, config),
  };
}

function qualifierOf(assembly: Assembly, { properties }: AssemblyResource): string | undefined {
  const { Qualifier } = properties;
  if (Qualifier === undefined || Qualifier === '$LATEST') return undefined;
  return qualifierIn(assembly, Qualifier) ?? String(Qualifier);
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
  private readonly random: RandomStream;

  /**
   * @param qualifier Alias or version by which the function is invoked; none for its latest code.
   * @param onEnd Hears how each event ended.
   */
  constructor(
    private readonly target: LambdaFunction,
    private readonly policy: AsyncPolicy,
    private readonly context: DrillContext,
    private readonly qualifier?: string,
    private readonly onEnd: (ended: EndedEvent) => void = () => {},
  ) {
    this.random = context.random.fork(`lambda/${target.definition.id}/${qualifier ?? '$LATEST'}/events`);
  }

  /**
   * Runs an event until it succeeds or is given up.
   *
   * @param onTry Hears of every run that did not succeed and is followed by another.
   */
  async invoke(event: unknown, onTry: (result: FunctionResult) => void = () => {}): Promise<AsyncOutcome> {
    const { scheduler, faults } = this.context;
    const { definition } = this.target;
    const { id, region } = definition;
    const expiryMs = scheduler.nowMs + this.policy.maxAgeMs;
    const requestId = randomUuid(this.random);
    // Every run gets a copy, for it may change what it is given.
    const text = JSON.stringify(event) ?? 'null';
    let tries = 0;
    const end = (condition: EndedEvent['condition'], result?: FunctionResult): AsyncOutcome => {
      const isExpired = condition === 'EventAgeExceeded';
      this.onEnd({
        definition,
        ...(this.qualifier === undefined ? {} : { qualifier: this.qualifier }),
        requestId,
        payload: JSON.parse(text),
        condition,
        tries,
        ...(result ? { result } : {}),
        endMs: isExpired ? expiryMs : scheduler.nowMs,
      });
      return isExpired || !result ? 'expired' : result.kind;
    };
    const asked = { resource: id };
    const heldUntilMs = faults.heldBackUntilMs('lambda-events', region, scheduler.nowMs, scheduler.nowMs, asked);
    if (heldUntilMs > expiryMs) return end('EventAgeExceeded');
    if (heldUntilMs > scheduler.nowMs) await scheduler.sleep(heldUntilMs - scheduler.nowMs);
    const failures = { function: 0, service: 0 };
    for (;;) {
      tries++;
      const result = await this.target.invoke(JSON.parse(text), { qualifier: this.qualifier, requestId });
      if (result.kind === 'answer') return end('Success', result);
      const isService = result.kind === 'throttled' || result.kind === 'service-error';
      if (!isService && failures.function >= this.policy.maxRetries) return end('RetriesExhausted', result);
      const waitMs =
        1000 * (isService ? backOffSeconds(BACK_OFF, failures.service++) : (WAITS[failures.function++] ?? 0));
      if (scheduler.nowMs + waitMs > expiryMs) return end('EventAgeExceeded', result);
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
