import { abortReason, type Clock } from './clock';

/** How something ended that had only so much time. */
export type Ending<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed' | 'time-out' | 'aborted'; readonly error: unknown };

/** What something may take. */
export interface Limits {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Ends it early. @default - nothing does */
  readonly signal: AbortSignal | undefined;
}

/**
 * Lets something run for so long, and no longer even if it does not heed the signal that it is given. Never rejects.
 *
 * @param run Gets a signal that is aborted when its time is over.
 */
export function limited<T>(limits: Limits, run: (signal: AbortSignal) => T | Promise<T>): Promise<Ending<T>> {
  const { clock, timeoutMs, signal } = limits;
  const stop = new AbortController();
  return new Promise((resolve) => {
    const end = (ending: Ending<T>): void => {
      cancel();
      signal?.removeEventListener('abort', onAbort);
      resolve(ending);
    };
    const onAbort = (): void => {
      end({ kind: 'aborted', error: abortReason(signal) });
      stop.abort();
    };
    const cancel = clock.after(timeoutMs, () => {
      end({ kind: 'time-out', error: timeoutError(timeoutMs) });
      stop.abort();
    });
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort);
    start(run, stop.signal).then(
      (value) => end({ kind: 'done', value }),
      (error: unknown) => end({ kind: 'failed', error }),
    );
  });
}

/** What it throws at once becomes a rejection like any other. */
async function start<T>(run: (signal: AbortSignal) => T | Promise<T>, signal: AbortSignal): Promise<T> {
  return run(signal);
}

function timeoutError(timeoutMs: number): Error {
  return Object.assign(new Error(`not done within ${Math.round(timeoutMs)} ms`), { name: 'TimeoutError' });
}
