import type { Scheduler, Timer } from '../kernel/scheduler';
import { CodeError } from './code-error';

type Callback = (...args: unknown[]) => void;

/** What `setTimeout` gives back: the parts of Node's `Timeout` that code uses. */
export class VirtualTimeout {
  /** @internal */
  timer: Timer | undefined;
  /** @internal */
  dueWhileFrozen = false;

  /** @internal */
  constructor(
    private readonly timers: RealmTimers,
    readonly callback: () => void,
    readonly delayMs: number,
    readonly repeat: boolean,
  ) {}

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  refresh(): this {
    this.timers.restart(this);
    return this;
  }

  close(): this {
    this.timers.clear(this);
    return this;
  }
}

/**
 * The timers of one execution environment, in virtual time.
 *
 * They stand still while the environment is frozen between invocations (what falls due meanwhile runs at the next one),
 * and they die with it.
 */
export class RealmTimers {
  private readonly live = new Set<VirtualTimeout>();
  private frozen = false;

  constructor(private readonly scheduler: Scheduler) {}

  /** `setTimeout` and `setInterval`: Node raises delays below one millisecond to one. */
  set(callback: Callback, delayMs: unknown, repeat: boolean, args: unknown[]): VirtualTimeout {
    const delay = Number(delayMs);
    const timeout = new VirtualTimeout(this, () => callback(...args), delay >= 1 ? Math.trunc(delay) : 1, repeat);
    this.restart(timeout);
    return timeout;
  }

  /** `setImmediate`: an event of its own at the same instant. */
  setImmediate(callback: Callback, args: unknown[]): VirtualTimeout {
    const timeout = new VirtualTimeout(this, () => callback(...args), 0, false);
    this.restart(timeout);
    return timeout;
  }

  /** The promise form of `setTimeout`. */
  sleep<T>(delayMs: unknown, value: T, { signal }: { signal?: AbortSignal } = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.clear(timeout);
        reject(abortError(signal));
      };
      const timeout = this.set(
        () => {
          signal?.removeEventListener('abort', onAbort);
          resolve(value);
        },
        delayMs,
        false,
        [],
      );
      if (signal?.aborted) onAbort();
      else signal?.addEventListener('abort', onAbort);
    });
  }

  /** The promise form of `setImmediate`. */
  immediate<T>(value: T): Promise<T> {
    return new Promise((resolve) => this.setImmediate(() => resolve(value), []));
  }

  /** `clearTimeout`, `clearInterval`, `clearImmediate`. */
  clear(timeout: unknown): void {
    if (!(timeout instanceof VirtualTimeout)) return;
    if (timeout.timer) this.scheduler.cancel(timeout.timer);
    this.live.delete(timeout);
  }

  /** @internal */
  restart(timeout: VirtualTimeout): void {
    if (timeout.timer) this.scheduler.cancel(timeout.timer);
    this.live.add(timeout);
    timeout.timer = this.scheduler.after(timeout.delayMs, () => this.fire(timeout));
  }

  /** The invocation has ended: nothing runs until {@link thaw}. */
  freeze(): void {
    this.frozen = true;
  }

  /** An invocation begins: what fell due while frozen runs now. */
  thaw(): void {
    this.frozen = false;
    for (const timeout of [...this.live]) {
      if (timeout.dueWhileFrozen) {
        timeout.dueWhileFrozen = false;
        this.fire(timeout);
      }
    }
  }

  /** The environment is gone, and its timers with it. */
  kill(): void {
    for (const timeout of this.live) if (timeout.timer) this.scheduler.cancel(timeout.timer);
    this.live.clear();
  }

  private fire(timeout: VirtualTimeout): void {
    if (!this.live.has(timeout)) return;
    if (this.frozen) {
      timeout.dueWhileFrozen = true;
      return;
    }
    if (timeout.repeat) this.restart(timeout);
    else this.live.delete(timeout);
    timeout.callback();
  }
}

function abortError(signal: AbortSignal | undefined): Error {
  const error = new CodeError('The operation was aborted', { cause: signal?.reason });
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
}
