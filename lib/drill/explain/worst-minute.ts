import type { EventRecord } from '../kernel/event-record';

/** Milliseconds in a minute. */
export const MINUTE_MS = 60_000;

/** The minute in which one client fared worst of all clients and minutes. */
export interface WorstMinute {
  readonly client: number;
  /** Its beginning, in milliseconds of the log. */
  readonly startMs: number;
  /** Operations that the client began in it and that failed; 0: none of any client did, and this one waited longest. */
  readonly failed: number;
}

/** A candidate, and how long its client waited in vain. */
type Candidate = WorstMinute & { readonly waitedMs: number };

/**
 * Finds the minute with the most failed operations of one client; among equals the one with the longest waiting in vain, then the earliest,
 * then the client of the lowest number. Minutes are counted from the strike. When no operation failed, it is the minute of the longest wait.
 *
 * @returns nothing for a log in which no client did anything while the verdict counts.
 */
export async function findWorstMinute(records: AsyncIterable<EventRecord>): Promise<WorstMinute | undefined> {
  const failing = new Map<string, Candidate>();
  let slowest: Candidate | undefined;
  let span = { strikeMs: 0, endMs: Number.POSITIVE_INFINITY };
  for await (const record of records) {
    if (record.is === 'log') span = record;
    if (record.is !== 'operation' || record.startMs < span.strikeMs || record.startMs >= span.endMs) continue;
    const { client, startMs: beganMs, t, ok } = record;
    const startMs = span.strikeMs + MINUTE_MS * Math.floor((beganMs - span.strikeMs) / MINUTE_MS);
    const waitedMs = t - beganMs;
    if (ok) {
      const one: Candidate = { client, startMs, failed: 0, waitedMs };
      if (!slowest || isWorse(one, slowest)) slowest = one;
      continue;
    }
    const key = `${client} ${startMs}`;
    const known = failing.get(key) ?? { client, startMs, failed: 0, waitedMs: 0 };
    failing.set(key, { ...known, failed: known.failed + 1, waitedMs: known.waitedMs + waitedMs });
  }
  const [first, ...others] = failing.values();
  if (!first) return slowest;
  return others.reduce((worst, one) => (isWorse(one, worst) ? one : worst), first);
}

function isWorse(one: Candidate, other: Candidate): boolean {
  const order =
    one.failed - other.failed ||
    one.waitedMs - other.waitedMs ||
    other.startMs - one.startMs ||
    other.client - one.client;
  return order > 0;
}
