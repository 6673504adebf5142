import { createHash } from 'node:crypto';

/** Lines gathered before they are hashed and handed on together. */
const LINES_PER_CHUNK = 512;

/**
 * The ordered record of everything that happened in a drill, one line an event, and its SHA-256: two runs did the same
 * exactly when their hashes are equal.
 */
export class EventLog {
  private readonly hash = createHash('sha256');
  private chunk: string[] = [];
  private lines = 0;
  private digest: string | undefined;

  /**
   * @param sink Receives the text as it grows, for those who want to read it.
   */
  constructor(private readonly sink?: (text: string) => void) {}

  /** Lines written so far. */
  get lineCount(): number {
    return this.lines;
  }

  /** Appends one line: virtual time in milliseconds with three decimals, then the fields. */
  write(nowMs: number, event: string, ...fields: (string | number)[]): void {
    this.chunk.push(`${nowMs.toFixed(3)} ${event}${fields.length > 0 ? ` ${fields.join(' ')}` : ''}\n`);
    this.lines++;
    if (this.chunk.length >= LINES_PER_CHUNK) this.flush();
  }

  /** Closes the log and gives its SHA-256 in hexadecimal. */
  sha256(): string {
    if (this.digest === undefined) {
      this.flush();
      this.digest = this.hash.digest('hex');
    }
    return this.digest;
  }

  private flush(): void {
    const text = this.chunk.join('');
    this.chunk = [];
    this.hash.update(text);
    this.sink?.(text);
  }
}
