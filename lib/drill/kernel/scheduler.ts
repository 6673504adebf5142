import { setImmediate } from 'node:timers';

/** A scheduled event; hand it to {@link Scheduler.cancel} to take it back. */
export interface Timer {
  /** Virtual time at which it runs, in milliseconds since the drill's start. */
  readonly timeMs: number;
  /** Order of creation; breaks ties between events of the same instant. */
  readonly sequence: number;
  /** The event's action, or `undefined` once it ran or was cancelled. */
  run: (() => void) | undefined;
}

/** Events that may share one virtual millisecond before the scheduler assumes an endless loop. */
const MAX_EVENTS_PER_INSTANT = 1_000_000;

/** Virtual events run in one turn of Node's event loop; measured best between 32 and 128. */
const EVENTS_PER_TURN = 64;

/**
 * Virtual time: one heap of events ordered by (time, sequence).
 *
 * Each event runs in a macrotask of its own, so that every promise and `process.nextTick` it set off has settled
 * before time moves on. Real asynchronous work (files, compression) is invisible to that rule and must be wrapped in
 * {@link Scheduler.pin}, which holds the clock until it is done.
 */
export class Scheduler {
  private readonly heap: Timer[] = [];
  private sequence = 0;
  private now = 0;
  private pinned = 0;
  private failure: { error: unknown } | undefined;
  private eventsRun = 0;
  private readonly guards: (() => () => void)[] = [];

  /** Virtual time in milliseconds since the drill's start. */
  get nowMs(): number {
    return this.now;
  }

  /** Events run so far. */
  get eventCount(): number {
    return this.eventsRun;
  }

  /** Runs `run` at a virtual time, at the earliest now. */
  at(timeMs: number, run: () => void): Timer {
    const timer: Timer = { timeMs: Math.max(timeMs, this.now), sequence: this.sequence++, run };
    this.push(timer);
    return timer;
  }

  /** Runs `run` after a virtual delay in milliseconds. */
  after(delayMs: number, run: () => void): Timer {
    return this.at(this.now + delayMs, run);
  }

  /** Takes an event back. Cancelling one that ran, or was cancelled, does nothing. */
  cancel(timer: Timer): void {
    timer.run = undefined;
  }

  /** A promise that settles after a virtual delay in milliseconds. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Holds the clock while real asynchronous work is under way. */
  pin<T>(work: Promise<T>): Promise<T> {
    this.pinned++;
    return work.finally(() => {
      this.pinned--;
    });
  }

  /** Stops the run with an error; the first one wins. */
  fail(error: unknown): void {
    this.failure ??= { error };
  }

  /** Stops the run with an error and throws it, so that code that catches it cannot go on as if nothing were. */
  abort(error: unknown): never {
    this.fail(error);
    throw error;
  }

  /** Follows a process of the simulation: its rejection stops the run. */
  spawn(work: Promise<unknown>): void {
    work.catch((error) => this.fail(error));
  }

  /**
   * Sets something up whenever events are about to run.
   *
   * @param setUp Gives what takes it down again when they have.
   */
  guard(setUp: () => () => void): void {
    this.guards.push(setUp);
  }

  /**
   * Runs events until `work` has settled, and gives its result.
   *
   * @throws the first error of an event, of a spawned process or of `work`; an error when `work` has not settled by
   * `limitMs`.
   */
  async runUntilSettled<T>(work: Promise<T>, limitMs: number): Promise<T> {
    let settled = false;
    const mark = (): void => {
      settled = true;
    };
    work.then(mark, mark);
    await this.run(limitMs, () => settled);
    if (!settled) throw new Error(`work still pending at ${limitMs} ms of virtual time: something waits for ever`);
    return work;
  }

  /**
   * Runs every event up to and including `untilMs`, then sets the clock there. Errors made meanwhile carry no stack.
   *
   * @param stop Ends the run early, where the clock then stands.
   * @throws the first error of an event or of a spawned process.
   */
  async run(untilMs: number, stop: () => boolean = () => false): Promise<void> {
    const { stackTraceLimit } = Error;
    const takeDown = this.guards.map((setUp) => setUp());
    // Handlers and the SDK create errors all the time, some on every call; capturing stacks that nobody reads was
    // measured at 30 % of a run.
    Error.stackTraceLimit = 0;
    try {
      await this.play(untilMs, stop);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
      for (const undo of takeDown.reverse()) undo();
    }
  }

  private play(untilMs: number, stop: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      let instantMs = -1;
      let eventsThisInstant = 0;
      let finished = false;
      const step = (): void => {
        if (finished || this.pinned > 0) return;
        if (this.failure) {
          finished = true;
          reject(this.failure.error);
          return;
        }
        if (stop()) {
          finished = true;
          resolve();
          return;
        }
        const timer = this.pop(untilMs);
        if (!timer) {
          finished = true;
          this.now = Math.max(this.now, untilMs);
          resolve();
          return;
        }
        this.now = timer.timeMs;
        const run = timer.run;
        if (!run) return;
        timer.run = undefined;
        this.eventsRun++;
        eventsThisInstant = timer.timeMs === instantMs ? eventsThisInstant + 1 : 1;
        instantMs = timer.timeMs;
        if (eventsThisInstant > MAX_EVENTS_PER_INSTANT) {
          this.fail(new Error(`more than ${MAX_EVENTS_PER_INSTANT} events at ${instantMs} ms: an endless loop`));
          return;
        }
        try {
          run();
        } catch (error) {
          this.fail(error);
        }
      };
      const turn = (): void => {
        const steps = this.pinned > 0 ? 1 : EVENTS_PER_TURN;
        for (let i = 0; i < steps; i++) setImmediate(step);
        if (!finished) setImmediate(turn);
      };
      turn();
    });
  }

  private push(timer: Timer): void {
    const { heap } = this;
    let index = heap.length;
    heap.push(timer);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex] as Timer;
      if (!precedes(timer, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = timer;
  }

  private pop(untilMs: number): Timer | undefined {
    const { heap } = this;
    for (;;) {
      const head = heap[0];
      if (!head || head.timeMs > untilMs) return undefined;
      const last = heap.pop() as Timer;
      if (heap.length > 0) this.sink(last);
      if (head.run) return head;
    }
  }

  private sink(timer: Timer): void {
    const { heap } = this;
    const { length } = heap;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      if (childIndex >= length) break;
      const right = heap[childIndex + 1];
      if (right && precedes(right, heap[childIndex] as Timer)) childIndex++;
      const child = heap[childIndex] as Timer;
      if (!precedes(child, timer)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = timer;
  }
}

function precedes(left: Timer, right: Timer): boolean {
  return left.timeMs < right.timeMs || (left.timeMs === right.timeMs && left.sequence < right.sequence);
}
