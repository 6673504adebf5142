/** When a host is left alone, and for how long. */
export interface CircuitBreakerProps {
  /** Failures in a row that open it, from 1. */
  readonly consecutiveFailures: number;
  /** Share of failed attempts that opens it, above 0 and up to 1. */
  readonly failureShare: number;
  /** Attempts that must lie within the window before the share counts, from 1. */
  readonly minimumAttempts: number;
  /** Length of the window over which the share is taken, in milliseconds. */
  readonly windowMs: number;
  /** How long it stays open at first, in milliseconds. Each probe that fails doubles it. */
  readonly openMs: number;
  /** The longest it stays open, in milliseconds. */
  readonly maxOpenMs: number;
}

/** One request that was let through. Exactly one of the three is called when it has ended. */
export interface Passage {
  /** The host answered. A success closes the breaker whenever the request went out. */
  succeeded(nowMs: number): void;
  /** The host failed. While the breaker is open, only the probe's failure counts. */
  failed(nowMs: number): void;
  /** The end says nothing about the host. */
  released(): void;
}

/** Attempts that are remembered at the most: enough to tell a share, little to keep on a busy server. */
const MAX_REMEMBERED = 100;

/**
 * Keeps requests away from one host that fails.
 *
 * Closed, it lets everything through and watches. Open, it lets nothing through for a while. Then it is half open: one
 * request may try, and its outcome closes it or opens it for longer. How long is drawn from the upper half of the time,
 * so that clients that failed together do not come back together.
 *
 * @see https://learn.microsoft.com/azure/architecture/patterns/circuit-breaker
 */
export class CircuitBreaker {
  private outcomes: { readonly atMs: number; readonly failed: boolean }[] = [];
  private inARow = 0;
  /** When it becomes half open. @default - it is closed */
  private openUntilMs: number | undefined;
  private periodMs: number;
  private isProbing = false;
  private heldUntilMs = Number.NEGATIVE_INFINITY;

  /**
   * @param props When it opens, and for how long.
   * @param random Draws in [0, 1).
   */
  constructor(
    private readonly props: CircuitBreakerProps,
    private readonly random: () => number,
  ) {
    this.periodMs = props.openMs;
  }

  /** Whether requests pass without restraint. */
  get isClosed(): boolean {
    return this.openUntilMs === undefined;
  }

  /** When the next request may pass, `nowMs` at the earliest; Infinity while it is open or waits for its probe. */
  passesFromMs(nowMs: number): number {
    const isShut = this.openUntilMs !== undefined && (this.isProbing || nowMs < this.openUntilMs);
    return isShut ? Number.POSITIVE_INFINITY : Math.max(nowMs, this.heldUntilMs);
  }

  /** A request goes out; half open, it is the probe that others wait for. Its outcome must be told. */
  begin(nowMs: number): Passage {
    const isProbe = this.openUntilMs !== undefined && nowMs >= this.openUntilMs && !this.isProbing;
    if (isProbe) this.isProbing = true;
    const done = (): void => {
      if (isProbe) this.isProbing = false;
    };
    return {
      succeeded: (endMs) => {
        done();
        this.close(endMs);
      },
      failed: (endMs) => {
        done();
        if (this.isClosed) this.count(endMs);
        else if (isProbe) this.reopen(endMs);
      },
      released: done,
    };
  }

  /** The host asked to be left alone until then; it is not left alone for longer than one that fails. */
  hold(untilMs: number, nowMs: number): void {
    this.heldUntilMs = Math.max(this.heldUntilMs, Math.min(untilMs, nowMs + this.props.maxOpenMs));
  }

  private close(nowMs: number): void {
    this.openUntilMs = undefined;
    this.periodMs = this.props.openMs;
    this.inARow = 0;
    this.remember(nowMs, false);
  }

  private count(nowMs: number): void {
    this.inARow++;
    this.remember(nowMs, true);
    if (this.inARow >= this.props.consecutiveFailures || this.failsTooOften()) this.open(nowMs);
  }

  private reopen(nowMs: number): void {
    this.periodMs = Math.min(2 * this.periodMs, this.props.maxOpenMs);
    this.open(nowMs);
  }

  private open(nowMs: number): void {
    this.openUntilMs = nowMs + (0.5 + 0.5 * this.random()) * this.periodMs;
    this.outcomes = [];
  }

  private failsTooOften(): boolean {
    const { length } = this.outcomes;
    if (length < this.props.minimumAttempts) return false;
    return this.outcomes.filter(({ failed }) => failed).length >= this.props.failureShare * length;
  }

  private remember(nowMs: number, failed: boolean): void {
    const fromMs = nowMs - this.props.windowMs;
    this.outcomes = [...this.outcomes.filter(({ atMs }) => atMs > fromMs), { atMs: nowMs, failed }].slice(
      -MAX_REMEMBERED,
    );
  }
}
