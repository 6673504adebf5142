import { EVERYWHERE, type Fault } from '../faults/fault';
import type { EventRecord, TryRecord } from '../kernel/event-record';
import { duration } from '../report/render-values';
import { wrapText } from '../report/wrap-text';
import type { ClientStory, VoteRun, WorldEvent } from './client-story';
import { MINUTE_MS } from './worst-minute';

/** Most lines of a story. */
export const MOST_LINES = 25;

/** Most operations of the minute that are told one by one. */
const MOST_OPERATIONS = 3;

/** Devices in words. */
const DEVICES: Readonly<Record<string, string>> = {
  browserChromium: 'a Chromium browser',
  browserSafari: 'a Safari browser',
  browserFirefox: 'a Firefox browser',
  ios: 'an iOS device',
  android: 'an Android device',
  server: 'a server',
};

/** Ways to fail, in words. */
const FAILURES: Readonly<Record<string, string>> = {
  name: 'of names lead nowhere',
  error: 'of requests fail',
  'function-error': 'of invocations fail before the handler runs',
  'late-error': 'of requests fail after they took effect',
  throttle: 'of requests are throttled',
  slow: 'of requests are answered late',
  delay: 'of what is on its way is held back',
  loss: 'of packets are lost',
} satisfies Readonly<Record<Fault['kind'], string>>;

/** Whose memory an address came from, in words. */
const MEMORIES: Readonly<Record<NonNullable<TryRecord['from']>, string>> = {
  connection: 'an open connection to it',
  device: "from the device's memory",
  resolver: "from its resolver's cache",
  route53: 'fresh from Route 53',
};

/** Health checks, in words. */
const NAMES: Readonly<Record<EventRecord<'status'>['kind'], string>> = {
  endpoint: 'a health check',
  metric: 'a switch',
  calculated: 'a calculated health check',
  disabled: 'a disabled health check',
};

/** A line of the timeline. Of lines that do not fit, those of the highest rank go first, and of these the latest. */
interface Line {
  readonly atMs: number;
  readonly text: string;
  readonly rank: number;
}

/** Writes a client's story for people who know neither the drill nor the design: at most {@link MOST_LINES} lines. */
export function renderStory(story: ClientStory): string {
  const { log } = story;
  const head = headLines(story);
  const lines = fitting(timeline(story), MOST_LINES - head.length);
  const times = lines.map(({ atMs }) => sinceStrike(atMs, log));
  const width = Math.max(...times.map((time) => time.length));
  return [...head, ...lines.map(({ text }, index) => `  ${(times[index] ?? '').padStart(width)}  ${text}`)].join('\n');
}

function headLines({ log, minute, operations, going, turned, all }: ClientStory): readonly string[] {
  const { client, startMs, failed } = minute;
  const [first] = operations;
  const who = `client ${client}, ${DEVICES[first?.device ?? ''] ?? first?.device} in ${first?.geography}`;
  const from = duration((startMs - log.strikeMs) / 1000);
  const clock = new Date(Date.parse(log.startsAt) + startMs).toISOString().slice(11, 16);
  const when = `${from} after the strike (${clock} UTC by the log)`;
  const behind = going.map((one) => `phase ${one.phase} since ${sinceStrike(one.t, log)}: ${effectOf(one)}`);
  const away = turned.map(
    ({ regions, kind, t, publishedMs }) =>
      `from ${regions.join(' and ')} by ${NAMES[kind]} since ${sinceStrike(t, log)} (answers: ${sinceStrike(publishedMs, log)})`,
  );
  return [
    failed > 0 ? `The worst minute that one client had: ${who}` : `Nobody's request failed. The longest wait: ${who}`,
    `  ${when}; of the operations it began in that minute ${failed} of ${operations.length} failed, of all ${all.failed} of ${all.operations}.`,
    ...wrapText(`Broken at its beginning: ${behind.join('; ') || 'nothing'}.`, '  '),
    ...wrapText(`Turned away at its beginning: ${away.join('; ') || 'nobody'}.`, '  '),
    '  Times are hours, minutes and seconds since the strike.',
    '',
  ];
}

function effectOf(trouble: EventRecord<'fault' | 'poison'>): string {
  if (trouble.is === 'poison') {
    return `${trouble.items} items of ${trouble.table} are overwritten from ${trouble.region}`;
  }
  const { target, region, kind, share, pattern } = trouble;
  const course = pattern === 'steady' ? '' : `, ${pattern}`;
  const where = region === EVERYWHERE ? region : `in ${region}`;
  return `${target} ${where}, ${Math.round(100 * share)} % ${FAILURES[kind] ?? `(${kind})`}${course}`;
}

function timeline(story: ClientStory): readonly Line[] {
  const { log, before, operations, wellAgain, events, votes, minute } = story;
  const told = [...operations].sort((left, right) => Number(left.ok) - Number(right.ok)).slice(0, MOST_OPERATIONS);
  const others = operations.length - told.length;
  return [
    ...(before ? [{ atMs: before.startMs, text: `before that: ${outcomeOf(before)}`, rank: 1 }] : []),
    ...told.filter((one) => one !== wellAgain).flatMap(operationLines),
    ...(others > 0
      ? [{ atMs: minute.startMs + MINUTE_MS, text: `${others} more operations in this minute`, rank: 0 }]
      : []),
    ...events.map((event) => eventLine(event, log)),
    ...votes.map(voteLine),
    ...(events.length + votes.length === 0 ? [quietLine(story)] : []),
    ...endLines(story),
  ].sort((left, right) => left.atMs - right.atMs);
}

function operationLines({ startMs, kind, tries, ok, failure }: EventRecord<'operation'>): readonly Line[] {
  const last = tries.length - 1;
  return [
    { atMs: startMs, text: `wants to ${kind.replaceAll('-', ' ')}${addressOf(tries[0])}`, rank: 0 },
    ...tries.map((one, index) => {
      const before = tries[index - 1];
      // What follows an answer is the next request of the same operation, as an upload to a bucket is.
      const again = !before ? '' : before.failure === undefined ? 'then: ' : `try ${index + 1}: `;
      const wait = ((tries[index + 1]?.startMs ?? 0) - one.endMs) / 1000;
      const next = one.failure === undefined ? '; goes on' : `; tries again after ${wait.toFixed(2)} s`;
      const then = index < last ? next : ok ? '' : '; gives up';
      const wrong = index === last && !ok && one.failure === undefined ? failure : one.failure;
      const moved = index > 0 && one.region !== tries[index - 1]?.region ? addressOf(one) : '';
      return { atMs: one.endMs, text: `  ${again}${answerOf(one, wrong)}${moved}${then}`, rank: 0 };
    }),
  ];
}

function addressOf(one: TryRecord | undefined): string {
  if (one?.from === undefined) return '';
  return `; address: ${one.region ?? 'none'}, ${originOf(one.from, one)}`;
}

function originOf(from: NonNullable<TryRecord['from']>, { ageMs = 0, ttlSeconds = 0 }: TryRecord): string {
  const age = from === 'route53' ? '' : `, ${duration(ageMs / 1000)} old (${ttlSeconds} s allowed)`;
  return `${MEMORIES[from]}${age}`;
}

function answerOf({ region, startMs, endMs, phase }: TryRecord, failure: string | undefined): string {
  const what = failure === undefined ? 'answers' : `answers ${failure}`;
  const silent = failure?.includes('time-out') ? 'does not answer in time' : what;
  const cause = phase === undefined ? '' : ` because of phase ${phase}`;
  if (region === undefined) {
    return failure === undefined || failure === 'no address'
      ? 'the name leads nowhere'
      : `${failure} before a Region hears of it${cause}`;
  }
  return `${region} ${silent} (${((endMs - startMs) / 1000).toFixed(2)} s)${cause}`;
}

function outcomeOf({ kind, region, startMs, t, ok, failure }: EventRecord<'operation'>): string {
  const seconds = ((t - startMs) / 1000).toFixed(2);
  const what = kind.replaceAll('-', ' ');
  return ok ? `${region} does ${what} in ${seconds} s` : `${what} fails with ${failure} after ${seconds} s`;
}

function eventLine(event: WorldEvent, log: EventRecord<'log'>): Line {
  const { t: atMs } = event;
  const follows = (publishedMs: number): string => `; DNS answers follow at ${sinceStrike(publishedMs, log)}`;
  switch (event.is) {
    case 'fault':
    case 'poison':
      return { atMs, text: `phase ${event.phase} ${event.state}: ${effectOf(event)}`, rank: 1 };
    case 'deployment':
      return { atMs, text: `the functions of ${event.region} are deployed anew`, rank: 3 };
    case 'region': {
      const verb = event.inDns ? 'DNS leads to it again' : 'DNS leads nobody there any more';
      return { atMs, text: `${event.region}: ${verb}, from ${sinceStrike(event.publishedMs, log)} on`, rank: 1 };
    }
    case 'status': {
      const says = event.healthy ? 'lets clients in' : 'turns clients away';
      const text = `${NAMES[event.kind]} of ${event.regions.join(' and ')} ${says}${follows(event.publishedMs)}`;
      return { atMs, text, rank: event.kind === 'calculated' ? 3 : 2 };
    }
  }
}

function voteLine({ regions, healthy, firstMs, lastMs, votes, healthyVotes, checkers }: VoteRun): Line {
  const within = lastMs > firstMs ? ` within ${duration((lastMs - firstMs) / 1000)}` : '';
  const says = healthy ? 'healthy' : 'unhealthy';
  const who = votes === 1 ? '1 checker finds' : `${votes} checkers find`;
  const text = `${who} ${regions.join(' and ')} ${says}${within}; ${healthyVotes} of ${checkers} say healthy then`;
  return { atMs: firstMs, text, rank: 2 };
}

function quietLine({ minute, wellAgain }: ClientStory): Line {
  const until = wellAgain ? 'until the client is well again' : 'in this minute';
  const text = `(no checker, health check or switch changes its mind ${until})`;
  return { atMs: minute.startMs + MINUTE_MS, text, rank: 2 };
}

function endLines({ minute, failedAfter, wellAgain, log }: ClientStory): readonly Line[] {
  if (minute.failed === 0) return [];
  const between = failedAfter === 0 ? '' : `, after ${failedAfter} more that failed`;
  if (!wellAgain) return [{ atMs: log.endMs, text: `it is never well again${between}`, rank: 0 }];
  const last = wellAgain.tries.at(-1);
  const address = last?.from === undefined ? '' : `; address ${originOf(last.from, last)}`;
  const text = `well again${between}: ${outcomeOf(wellAgain)}${address}`;
  return [{ atMs: wellAgain.t, text, rank: 0 }];
}

/** Leaves lines out until the others fit, and says how many. */
function fitting(lines: readonly Line[], room: number): readonly Line[] {
  if (lines.length <= room) return lines;
  const kept = [...lines];
  while (kept.length > room - 1) {
    const worst = Math.max(...kept.map(({ rank }) => rank));
    kept.splice(
      kept.findLastIndex(({ rank }) => rank === worst),
      1,
    );
  }
  const last = kept.at(-1);
  const left = `(${lines.length - kept.length} more changes of health and DNS are in the log that --log writes)`;
  return last ? [...kept.slice(0, -1), { ...last, text: left }, last] : kept;
}

function sinceStrike(atMs: number, { strikeMs }: EventRecord<'log'>): string {
  const tenths = Math.round((atMs - strikeMs) / 100);
  const size = Math.abs(tenths);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${Math.floor(size / 36_000)}:${two(Math.floor(size / 600) % 60)}:${two(Math.floor(size / 10) % 60)}.${size % 10}`;
  return tenths < 0 ? `-${clock}` : clock;
}
