/** The parts of a stream that progress needs. */
export interface ProgressStream {
  /** Whether a line can be rewritten. @default - it cannot */
  readonly isTTY?: boolean;
  /** How wide it is. @default - 80 */
  readonly columns?: number;
  write(text: string): unknown;
}

/** Time between two lines of progress: on a terminal one is rewritten, elsewhere each stays. In milliseconds. */
export const PROGRESS_EVERY_MS = { terminal: 1_000, elsewhere: 30_000 } as const;

/** Shows for hours how far a search is: a line that is rewritten on a terminal, a line now and then elsewhere. */
export class SoakProgress {
  private readonly startedMs: number;
  private readonly timer: NodeJS.Timeout;
  private hasLine = false;
  private hasShown = false;

  /**
   * @param line What to show, by the seconds since the search began.
   * @param now The clock.
   */
  constructor(
    private readonly stream: ProgressStream,
    private readonly line: (seconds: number) => string,
    private readonly now: () => number = Date.now,
  ) {
    this.startedMs = now();
    const { terminal, elsewhere } = PROGRESS_EVERY_MS;
    this.timer = setInterval(() => this.show(), stream.isTTY ? terminal : elsewhere);
    // The threads of the search keep the process alive, not its display.
    this.timer.unref();
  }

  /** Says something that stays, above the line of progress. */
  say(text: string): void {
    this.clear();
    this.stream.write(`${text}\n`);
    if (this.stream.isTTY) this.show();
  }

  /** Shows how far it came, for the last time; nothing of a search that was over before there was anything to show. */
  end(): void {
    clearInterval(this.timer);
    if (this.hasShown) this.show();
    if (this.hasLine) this.stream.write('\n');
    this.hasLine = false;
  }

  private show(): void {
    const text = this.line((this.now() - this.startedMs) / 1000);
    this.clear();
    this.hasShown = true;
    if (this.stream.isTTY) {
      // A line that wraps cannot be rewritten.
      this.stream.write(text.slice(0, Math.max(1, (this.stream.columns || 80) - 1)));
      this.hasLine = true;
    } else this.stream.write(`${text}\n`);
  }

  private clear(): void {
    if (this.hasLine) this.stream.write('\r\u001b[K');
    this.hasLine = false;
  }
}
