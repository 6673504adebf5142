import type { Fault } from '../faults/fault';
import type { RandomStream } from '../kernel/random';
import { numberConstant, uniformConstant } from '../model/constants';
import type { DrillContext } from '../world/context';
import type { InvocationResult } from './execution-environment';
import type { FisExtensionSettings } from './function-definition';

/** What an extension works for. */
export interface FisExtensionProps {
  /** Function of its environment, as faults name it. */
  readonly functionId: string;
  readonly region: string;
  readonly settings: FisExtensionSettings;
  readonly context: DrillContext;
  /** A stream of its own. */
  readonly random: RandomStream;
  /** Told the phase of a fault that strikes the invocation. */
  readonly onFault: (phaseId: string) => void;
}

/** What stands for the latest code where faults name an alias or a version. */
export const LATEST = '$LATEST';

/** How long one look at what to inject takes, in milliseconds. */
const POLL_MS = numberConstant('fis.lambda.poll');

/** Time between two looks while something is injected, in milliseconds. */
const HOT_POLL_MS = 1000 * uniformConstant('fis.lambda.rampDown').max;

/**
 * The extension of AWS FIS in one execution environment, through which every invocation passes. It looks at what to inject when its
 * environment starts and then from time to time, more often while there is something; a look goes on only while an invocation runs, which
 * waits for it no longer than the function's settings allow. So a fault reaches one environment after the other, and leaves them so.
 *
 * Of faults that are alike, or that both decide how the invocation ends, the one that started first counts.
 *
 * Simplified: every look takes the average time and succeeds, and the extension adds nothing to cold starts.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/use-lambda-actions.html#understanding-polling
 * @see https://docs.aws.amazon.com/fis/latest/userguide/use-lambda-actions.html#understanding-concurrency
 */
export class FisExtension {
  /** When it last saw what to inject, in virtual milliseconds: what has changed since is not known to it. */
  private seenMs = 0;
  private nextPollMs = 0;
  /** What is left of a look that is under way, in milliseconds; 0: none is. */
  private pollLeftMs = 0;

  constructor(private readonly props: FisExtensionProps) {
    this.see();
  }

  /**
   * Lets an invocation pass.
   *
   * @param run Runs the handler.
   * @param qualifier Alias or version by which the function was invoked; none for its latest code.
   */
  async pass(run: () => Promise<InvocationResult>, qualifier: string | undefined): Promise<InvocationResult> {
    const { scheduler } = this.props.context;
    const { maxWaitMs } = this.props.settings;
    if (this.pollLeftMs === 0 && scheduler.nowMs >= this.nextPollMs) this.pollLeftMs = POLL_MS;
    if (this.pollLeftMs > 0 && maxWaitMs > 0) {
      const waitMs = Math.min(maxWaitMs, this.pollLeftMs);
      await scheduler.sleep(waitMs);
      this.proceed(waitMs);
    }
    const startMs = scheduler.nowMs;
    const result = await this.inject(run, qualifier ?? LATEST);
    if (this.pollLeftMs > 0) this.proceed(scheduler.nowMs - startMs);
    return result;
  }

  private proceed(ms: number): void {
    this.pollLeftMs = Math.max(0, this.pollLeftMs - ms);
    if (this.pollLeftMs === 0) this.see();
  }

  private see(): void {
    const { functionId, region, settings, context } = this.props;
    const { nowMs } = context.scheduler;
    const isBusy = context.faults.faults.some(
      (fault) =>
        fault.target === 'lambda-extension' &&
        fault.region === region &&
        fault.resources?.includes(functionId) === true &&
        fault.startMs <= nowMs &&
        nowMs < fault.endMs,
    );
    this.seenMs = nowMs;
    this.nextPollMs = nowMs + (isBusy ? HOT_POLL_MS : settings.slowPollMs);
  }

  private async inject(run: () => Promise<InvocationResult>, operation: string): Promise<InvocationResult> {
    const { functionId: resource, region, context, onFault } = this.props;
    const known = context.faults.active('lambda-extension', region, this.seenMs, { resource, operation });
    if (known.length === 0) return run();
    const faults = known.map(({ fault }) => fault).sort((left, right) => left.startMs - right.startMs);
    const late = this.strike(faults.find(({ kind }) => kind === 'slow'));
    const failing = this.strike(faults.find(({ kind }) => kind === 'function-error' || kind === 'late-error'));
    if (late) {
      onFault(late.phaseId);
      await context.scheduler.sleep(late.delayMs ?? 0);
    }
    if (!failing) return run();
    if (failing.kind === 'late-error') {
      const result = await run();
      if (result.kind === 'timeout') return result;
    }
    // Calls of the handler may have met faults of their own; what the caller gets comes from here.
    onFault(failing.phaseId);
    return outcomeOf(failing);
  }

  private strike(fault: Fault | undefined): Fault | undefined {
    return fault && this.props.random.chance(fault.share) ? fault : undefined;
  }
}

/** What the caller gets: a failed invocation, or the answer that the fault says, whose body is not documented and left empty. */
function outcomeOf({ statusCode }: Fault): InvocationResult {
  if (statusCode === undefined) return { kind: 'function-error', message: 'marked as failed by AWS FIS' };
  return { kind: 'answer', payload: { statusCode, headers: {}, body: '' } };
}
