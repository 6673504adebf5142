import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@aws-lambda-powertools/logger';
import { type FaultPlan, readFaultPlan } from './fault-plan';

/** Time between two reads while no fault is in force, in milliseconds. */
export const IDLE_INTERVAL_MS = 60_000;

/** Time between two reads while faults are in force, so that `off` is heard sooner. */
export const ACTIVE_INTERVAL_MS = 30_000;

/** Time for one read while the environment is awake, in milliseconds. Nobody waits for it. */
export const READ_LIMIT_MS = 200;

/** Step in which the time of a read is counted, in milliseconds. */
const STEP_MS = 50;

/** What the source is made of. */
export interface FaultSourceProps {
  /** Reads the parameter's text, and lets go when it is told to. */
  readonly read: (signal: AbortSignal) => Promise<string>;
  /** Where the beginning and the end of faults are written. */
  readonly logger: Pick<Logger, 'warn'>;
}

/**
 * The faults in force, as far as is known without waiting.
 *
 * It answers from the last read and starts the next one beside the request when it is due. A read that fails or takes too long is no plan,
 * so an unreachable parameter turns faults off; so does their expiry, whether the parameter can be reached or not.
 */
export class FaultSource {
  #plan: FaultPlan | undefined;
  #nextReadMs = 0;
  #lastText: string | undefined;
  #isReading = false;

  constructor(private readonly props: FaultSourceProps) {}

  /** The plan in force now. Starts a read if one is due. */
  current(): FaultPlan | undefined {
    const nowMs = Date.now();
    if (this.#plan !== undefined && this.#plan.untilMs <= nowMs) this.#take(undefined);
    if (nowMs >= this.#nextReadMs && !this.#isReading) {
      void this.#refresh(nowMs);
    }
    return this.#plan;
  }

  async #refresh(startMs: number): Promise<void> {
    this.#isReading = true;
    try {
      const text = await readAwake(this.props.read);
      const { plan, ignored } = readFaultPlan(text, Date.now());
      if (ignored !== undefined && text !== this.#lastText) {
        this.props.logger.warn('fault parameter ignored', { ignored });
      }
      this.#lastText = text;
      this.#take(plan);
    } catch {
      this.#take(undefined);
    } finally {
      this.#isReading = false;
      this.#nextReadMs = startMs + (this.#plan === undefined ? IDLE_INTERVAL_MS : ACTIVE_INTERVAL_MS);
    }
  }

  #take(plan: FaultPlan | undefined): void {
    if (plan !== undefined && this.#plan === undefined) {
      this.props.logger.warn('faults are injected', {
        until: new Date(plan.untilMs).toISOString(),
        faults: plan.faults,
      });
    }
    if (plan === undefined && this.#plan !== undefined) this.props.logger.warn('faults are over');
    this.#plan = plan;
  }
}

/**
 * Gives a read its time, counted while the environment is awake. Lambda freezes an environment between two requests, mostly before the
 * answer is there; by the clock the time would be over at each waking, and a function with few requests would never learn of a plan.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
async function readAwake(read: FaultSourceProps['read']): Promise<string> {
  const stop = new AbortController();
  const reading = read(stop.signal);
  for (let awakeMs = 0; awakeMs < READ_LIMIT_MS; awakeMs += STEP_MS) {
    const text = await Promise.race([reading, wait(STEP_MS)]);
    if (text !== undefined) return text;
  }
  stop.abort();
  throw new Error(`the parameter did not answer within ${READ_LIMIT_MS} ms`);
}
