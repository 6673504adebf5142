/** Where a client gets its time from; a test puts one of its own in its place. */
export interface Clock {
  /** Milliseconds that only grow; where they begin does not matter. */
  now(): number;
  /**
   * Runs something later.
   *
   * @returns takes it back; does nothing once it ran.
   */
  after(delayMs: number, run: () => void): () => void;
}

/** The clock and timers of the platform. The clock is monotonic: that of a device may be set while a request is under way. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/**
 * Waits.
 *
 * @throws the signal's reason as soon as it is aborted.
 */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      cancel();
      reject(abortReason(signal));
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort);
  });
}

/** Why a signal was aborted; platforms without reasons get the error that `fetch` throws there. */
export function abortReason(signal: AbortSignal | undefined): unknown {
  return signal?.reason ?? Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' });
}
