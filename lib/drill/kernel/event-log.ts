import { createHash } from 'node:crypto';
import type { EventFields, EventKind } from './event-record';

/** Lines gathered before they are hashed and handed on together. */
const LINES_PER_CHUNK = 512;

/**
 * The ordered record of everything that happened in a drill, as JSON Lines, and its SHA-256: two runs did the same exactly
 * when their hashes are equal, and the hash is that of the file that `--log` writes.
 */
export class EventLog {
  private readonly hash = createHash('sha256');
  private readonly listeners: ((endMs: number) => void)[] = [];
  private chunk: string[] = [];
  private lines = 0;
  private secondEndMs = 1000;
  private digest: string | undefined;

  /**
   * @param sink Receives the text as it grows, for those who want to read it.
   */
  constructor(private readonly sink?: (text: string) => void) {}

  /** Lines written so far. */
  get lineCount(): number {
    return this.lines;
  }

  /** Appends one record; times must not go back. What is written after the hash was taken is no part of the run, and is dropped. */
  write<Kind extends EventKind>(nowMs: number, kind: Kind, fields: EventFields[Kind]): void {
    if (this.digest !== undefined) return;
    this.reach(nowMs);
    this.chunk.push(`{"t":${thousandths(nowMs)},"is":"${kind}",${JSON.stringify(fields).slice(1)}\n`);
    this.lines++;
    if (this.chunk.length >= LINES_PER_CHUNK) this.flush();
  }

  /** Says that time has come so far, so that a second that is over can be summed up. */
  reach(nowMs: number): void {
    if (nowMs < this.secondEndMs) return;
    const endMs = this.secondEndMs;
    this.secondEndMs = 1000 * (Math.floor(nowMs / 1000) + 1);
    for (const listener of this.listeners) listener(endMs);
  }

  /** Hears of the end of every second in which something was written, before anything later is. */
  onSecond(listener: (endMs: number) => void): void {
    this.listeners.push(listener);
  }

  /** Closes the log and gives its SHA-256 in hexadecimal. */
  sha256(): string {
    if (this.digest === undefined) {
      this.reach(this.secondEndMs);
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

/** Milliseconds as records have them: rounded to a thousandth, so that the text is short and the same everywhere. */
export function thousandths(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
