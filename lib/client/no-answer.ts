/** One attempt of a call, when it has ended. */
export interface Attempt {
  /** Host name that was asked. */
  readonly host: string;
  /** Region whose own name that is. @default - it is the shared name */
  readonly region?: string;
  /** HTTP status, or why there is none. */
  readonly outcome: number | 'time-out' | 'no connection' | 'aborted';
  /** From the beginning of the attempt to its end, in milliseconds. */
  readonly durationMs: number;
}

/**
 * Nobody answered: every attempt ended without a connection or in a time-out. A `TypeError`, which is what `fetch` throws then.
 */
export class NoAnswer extends TypeError {
  /**
   * @param attempts What was tried, in order.
   * @param cause Error of the last attempt.
   */
  constructor(
    readonly attempts: readonly Attempt[],
    cause: unknown,
  ) {
    const tried = attempts.map(
      ({ host, outcome, durationMs }) => `${host}: ${outcome} after ${Math.round(durationMs)} ms`,
    );
    super(`no answer (${tried.join('; ')})`);
    this.name = 'NoAnswer';
    // Not every platform's errors take a cause.
    Object.assign(this, { cause });
  }
}
