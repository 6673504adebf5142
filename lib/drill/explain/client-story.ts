import type { EventRecord } from '../kernel/event-record';
import { MINUTE_MS, type WorstMinute } from './worst-minute';

/** Votes of one health check's checkers for one verdict, within the story. */
export interface VoteRun {
  readonly check: string;
  readonly regions: readonly string[];
  readonly healthy: boolean;
  readonly firstMs: number;
  lastMs: number;
  votes: number;
  /** Checkers that say healthy after the last of them, and all. */
  healthyVotes: number;
  checkers: number;
}

/** A thing that the world did while the story lasts. */
export type WorldEvent = EventRecord<'fault' | 'poison' | 'status' | 'region' | 'deployment'>;

/** A thing that lasts until it ends. */
type Trouble = EventRecord<'fault' | 'poison'>;

/** What one client met in its worst minute and until it was well again, and what the world did in the meantime. */
export interface ClientStory {
  readonly log: EventRecord<'log'>;
  readonly minute: WorstMinute;
  /** The client's last operation before the minute. @default - there was none */
  readonly before?: EventRecord<'operation'>;
  /** Its operations in the minute, in order of their beginnings. */
  readonly operations: readonly EventRecord<'operation'>[];
  /** Operations of its after the minute that failed before one succeeded. */
  readonly failedAfter: number;
  /** The first that succeeded after the minute's last failure. @default - there was none */
  readonly wellAgain?: EventRecord<'operation'>;
  /** Faults and bad writes that had begun before the minute and went on in it. */
  readonly going: readonly Trouble[];
  /** Health checks of endpoints and switches that turned clients away at its beginning. */
  readonly turned: readonly EventRecord<'status'>[];
  /** What the world did from the minute's beginning until the client was well again, or the minute was over. */
  readonly events: readonly WorldEvent[];
  readonly votes: readonly VoteRun[];
  /** All operations of the client while the verdict counts, and those that failed. */
  readonly all: { readonly operations: number; readonly failed: number };
}

/**
 * Gathers the story of a minute from the log it was found in.
 *
 * @throws Error when the log has no such client.
 */
export async function tellClientStory(records: AsyncIterable<EventRecord>, minute: WorstMinute): Promise<ClientStory> {
  const { client, startMs } = minute;
  const endMs = startMs + MINUTE_MS;
  let log: EventRecord<'log'> | undefined;
  let before: EventRecord<'operation'> | undefined;
  let wellAgain: EventRecord<'operation'> | undefined;
  const operations: EventRecord<'operation'>[] = [];
  const troubles = new Map<string, Trouble>();
  const checks = new Map<string, EventRecord<'status'>>();
  let going: readonly Trouble[] | undefined;
  let turned: readonly EventRecord<'status'>[] | undefined;
  const events: WorldEvent[] = [];
  const votes: VoteRun[] = [];
  const all = { operations: 0, failed: 0 };
  let failedAfter = 0;

  const takeOperation = (one: EventRecord<'operation'>): void => {
    if (log && one.startMs >= log.strikeMs && one.startMs < log.endMs) {
      all.operations++;
      if (!one.ok) all.failed++;
    }
    if (one.startMs < startMs) before = one;
    else if (one.startMs < endMs) operations.push(one);
    else if (!wellAgain && !one.ok) failedAfter++;
    const hasFailed = operations.some(({ ok }) => !ok);
    if (one.ok && hasFailed && one.startMs >= startMs) wellAgain ??= one;
    if (!one.ok && one.startMs < endMs && one.startMs >= startMs) wellAgain = undefined;
  };
  const takeWorld = (one: WorldEvent | EventRecord<'vote'>): void => {
    if (one.is !== 'vote') {
      events.push(one);
      return;
    }
    const { check, regions, healthy, t, healthyVotes, checkers } = one;
    const run = votes.findLast((known) => known.check === check);
    if (run?.healthy === healthy) {
      run.lastMs = t;
      run.votes++;
      run.healthyVotes = healthyVotes;
      return;
    }
    votes.push({ check, regions, healthy, firstMs: t, lastMs: t, votes: 1, healthyVotes, checkers });
  };

  for await (const record of records) {
    if (record.is === 'log') log = record;
    if (record.t >= startMs) {
      going ??= [...troubles.values()];
      turned ??= [...checks.values()].filter(({ healthy, kind }) => !healthy && kind !== 'calculated');
    }
    if (record.is === 'fault' || record.is === 'poison') follow(troubles, record);
    if (record.is === 'status') checks.set(record.check, record);
    if (record.is === 'operation' && record.client === client) takeOperation(record);
    const isPartOfIt = record.t >= startMs && (record.t < endMs || (wellAgain === undefined && minute.failed > 0));
    if (isPartOfIt && isOfTheWorld(record)) takeWorld(record);
  }
  if (!log || operations.length === 0) throw new Error(`client ${client} did nothing in that minute`);
  operations.sort((left, right) => left.startMs - right.startMs);
  return {
    log,
    minute,
    ...(before === undefined ? {} : { before }),
    operations,
    failedAfter,
    ...(wellAgain === undefined ? {} : { wellAgain }),
    going: going ?? [],
    turned: turned ?? [],
    events,
    votes,
    all,
  };
}

function isOfTheWorld(record: EventRecord): record is WorldEvent | EventRecord<'vote'> {
  return ['fault', 'poison', 'status', 'region', 'deployment', 'vote'].includes(record.is);
}

/** Keeps what goes on. */
function follow(troubles: Map<string, Trouble>, record: Trouble): void {
  const key = `${record.phase} ${record.is === 'fault' ? record.target : record.table} ${record.region}`;
  if (record.state === 'begins') troubles.set(key, record);
  else troubles.delete(key);
}
