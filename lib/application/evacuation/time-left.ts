/** Longest time for one request, in milliseconds. */
export const PROBE_LIMIT_MS = 3_000;

/** Time in which a minute's probing must end. */
export class TimeLeft {
  readonly #endMs: number;

  constructor(limitMs: number) {
    this.#endMs = performance.now() + limitMs;
  }

  /** Whether a further request may be sent. */
  get isOver(): boolean {
    return performance.now() >= this.#endMs;
  }

  /** Limit for the next request, in milliseconds. */
  get requestMs(): number {
    return Math.max(0, Math.min(PROBE_LIMIT_MS, this.#endMs - performance.now()));
  }
}
