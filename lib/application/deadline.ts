/** The work of a {@link Deadline} was not done in time. */
export class DeadlineExceeded extends Error {
  /** @param limitMs The time the work was given, in milliseconds. */
  constructor(readonly limitMs: number) {
    super(`not done within ${limitMs} ms`);
    this.name = 'DeadlineExceeded';
  }
}

/**
 * A limit on everything one request does, whatever its calls are doing.
 *
 * The time-outs and retries of the SDK bound one call in nearly every case; the deadline bounds their sum in every
 * case, a stalled response body or a long wait after throttling included. Work cannot be stopped from outside, so what
 * has several steps asks {@link Deadline.throwIfPassed} before each further one.
 */
export class Deadline {
  #passed = false;

  private constructor(readonly limitMs: number) {}

  /**
   * Runs work and settles as it does, or rejects when the limit is reached first.
   *
   * @param limitMs Time for the whole of the work, in milliseconds.
   * @throws DeadlineExceeded when the limit is reached first.
   */
  static async run<Result>(limitMs: number, work: (deadline: Deadline) => Promise<Result>): Promise<Result> {
    const deadline = new Deadline(limitMs);
    let timer: NodeJS.Timeout | undefined;
    const passing = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        deadline.#passed = true;
        reject(new DeadlineExceeded(limitMs));
      }, limitMs);
    });
    try {
      return await Promise.race([work(deadline), passing]);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Keeps abandoned work from taking its next step after its request was answered.
   *
   * @throws DeadlineExceeded once the limit has been reached.
   */
  throwIfPassed(): void {
    if (this.#passed) throw new DeadlineExceeded(this.limitMs);
  }
}
