import { tellClientStory } from '../../../lib/drill/explain/client-story';
import { MOST_LINES, renderStory } from '../../../lib/drill/explain/render-story';
import { findWorstMinute, type WorstMinute } from '../../../lib/drill/explain/worst-minute';
import type { EventRecord } from '../../../lib/drill/kernel/event-record';
import { header, inOrder, operation, STRIKE_MS } from '../written-log';

const at = (seconds: number): number => STRIKE_MS + 1000 * seconds;
const regions = ['us-east-2'];

const broken: EventRecord<'fault'> = {
  t: at(0),
  is: 'fault',
  phase: 'p1',
  target: 'dynamodb',
  region: 'us-east-2',
  state: 'begins',
  kind: 'name',
  share: 1,
  pattern: 'steady',
};
const vote = (second: number, healthyVotes: number): EventRecord<'vote'> => ({
  t: at(second),
  is: 'vote',
  check: 'Stack/Check',
  checker: 'eu-west-1',
  healthy: false,
  healthyVotes,
  checkers: 16,
  regions,
});
const status = (second: number, kind: 'endpoint' | 'metric'): EventRecord<'status'> => ({
  t: at(second),
  is: 'status',
  check: `Stack/${kind}`,
  kind,
  healthy: false,
  regions,
  publishedMs: at(second + 6),
});
const leaves: EventRecord<'region'> = {
  t: at(81),
  is: 'region',
  region: 'us-east-2',
  inDns: false,
  publishedMs: at(87.25),
};

async function story(...records: EventRecord[]): Promise<string[]> {
  const all = [header(), broken, ...records];
  const minute = (await findWorstMinute(inOrder(...all))) as WorstMinute;
  return renderStory(await tellClientStory(inOrder(...all), minute)).split('\n');
}

/** Finds one line and gives it without its indentation. */
function line(lines: readonly string[], part: string): string {
  const found = lines.filter((one) => one.includes(part));
  expect(found).toHaveLength(1);
  return found[0]?.trim() ?? '';
}

test('says who it was, when, how much failed and what was broken', async () => {
  const lines = await story(operation(-20), operation(65, { ok: false }), operation(300));

  expect(lines.slice(0, 4)).toEqual([
    'The worst minute that one client had: client 1, an Android device in us-central',
    '  1 min after the strike (06:49 UTC by the log); of the operations it began in that minute 1 of 1 failed, of all 1 of 2.',
    '  Broken at its beginning: phase p1 since 0:00:00.0: dynamodb in us-east-2, 100 % of names lead nowhere.',
    '  Turned away at its beginning: nobody.',
  ]);
});

test('walks through tries: address, whose memory it came from, answer, time, wait, phase', async () => {
  const lines = await story(operation(65.2, { ok: false, kind: 'deliver' }));

  const first = lines.findIndex((one) => one.includes('wants to deliver'));
  expect(lines.slice(first, first + 4)).toEqual([
    "  0:01:05.2  wants to deliver; address: us-east-2, from the device's memory, 42 s old (60 s allowed)",
    '  0:01:05.3    us-east-2 answers 503 (0.10 s) because of phase p1; tries again after 0.05 s',
    '  0:01:05.5    try 2: us-east-2 answers 503 (0.10 s) because of phase p1; tries again after 0.05 s',
    '  0:01:05.6    try 3: us-east-2 answers 503 (0.10 s) because of phase p1; gives up',
  ]);
  expect(line(lines, 'never well again')).toMatch(/^1:00:00\.0 /);
});

test('tells what checkers, health checks, switches and DNS did until the client was well again', async () => {
  const votes = [15, 14, 2].map((healthyVotes, index) => vote(70 + index, healthyVotes));
  const well = operation(200, { region: 'us-west-2' });
  const later = status(250, 'metric');
  const lines = await story(operation(65, { ok: false }), ...votes, status(80, 'endpoint'), leaves, well, later);

  expect(line(lines, 'checkers')).toBe(
    '0:01:10.0  3 checkers find us-east-2 unhealthy within 2 s; 2 of 16 say healthy then',
  );
  expect(line(lines, 'a health check')).toBe(
    '0:01:20.0  a health check of us-east-2 turns clients away; DNS answers follow at 0:01:26.0',
  );
  expect(line(lines, 'DNS leads nobody')).toBe(
    '0:01:21.0  us-east-2: DNS leads nobody there any more, from 0:01:27.3 on',
  );
  expect(line(lines, 'well again')).toMatch(
    /^0:03:20\.1 {2}well again: us-west-2 does list route in 0\.10 s; address from the device's memory, 42 s old /,
  );
  expect(lines.join('\n')).not.toContain('switch');
});

test('says what had turned clients away before the minute began, and since when answers follow', async () => {
  const calculated = { ...status(30, 'endpoint'), check: 'Stack/Gate', kind: 'calculated' } as const;
  const back = { ...status(40, 'endpoint'), check: 'Stack/Other' };
  const lines = await story(
    ...[status(30, 'metric'), calculated, back, { ...back, t: at(50), healthy: true }],
    operation(65, { ok: false }),
  );

  expect(line(lines, 'Turned away')).toBe(
    'Turned away at its beginning: from us-east-2 by a switch since 0:00:30.0 (answers: 0:00:36.0).',
  );
});

test('counts what failed between the minute and its end, and mentions a switch as such', async () => {
  const failing = [65, 165, 265].map((second) => operation(second, { ok: false }));
  const lines = await story(...failing, status(300, 'metric'), operation(365, { region: 'us-west-2' }));

  expect(line(lines, 'well again')).toContain('well again, after 2 more that failed: ');
  expect(line(lines, 'a switch of us-east-2 turns clients away')).toMatch(/^0:05:00\.0 /);
});

test('says so when nothing that decides on DNS changed', async () => {
  const lines = await story(operation(65, { ok: false }), operation(100));

  expect(line(lines, 'changes its mind')).toContain('(no checker, health check or switch changes its mind until');
});

test('a client without an address is told so', async () => {
  const tries = [
    { startMs: at(65), endMs: at(65), failure: 'no address', from: 'route53', ageMs: 0, ttlSeconds: 60 },
  ] as const;
  const { region: _, ...lost } = operation(65, { ok: false, failure: 'no address', tries });
  const lines = await story(lost);

  expect(line(lines, 'wants to')).toContain('address: none, fresh from Route 53');
  expect(line(lines, 'leads nowhere;')).toContain('the name leads nowhere; gives up');
});

test('of calm times tells the longest wait', async () => {
  const all = [
    header(),
    operation(65),
    operation(100, { client: 4, tries: [{ region: 'us-west-2', startMs: at(100), endMs: at(109) }] }),
  ];
  const minute = (await findWorstMinute(inOrder(...all))) as WorstMinute;
  const lines = renderStory(await tellClientStory(inOrder(...all), minute)).split('\n');

  expect(lines[0]).toBe("Nobody's request failed. The longest wait: client 4, an Android device in us-central");
  expect(line(lines, 'us-west-2 answers (9.00 s)')).toMatch(/^0:01:49\.0 /);
});

test(`never takes more than ${MOST_LINES} lines, and keeps the client's own`, async () => {
  const busy = [61, 70, 80, 90, 100].map((second) => operation(second, { ok: false }));
  const restless = Array.from({ length: 40 }, (_, index) =>
    status(110 + index, index % 2 === 0 ? 'endpoint' : 'metric'),
  );
  const lines = await story(...busy, ...restless, leaves, operation(400));

  expect(lines).toHaveLength(MOST_LINES);
  expect(line(lines, 'more changes of health and DNS')).toMatch(/\(\d+ more changes/);
  expect(lines.filter((one) => one.includes('gives up'))).toHaveLength(3);
  expect(line(lines, 'operations in this minute')).toContain('2 more');
  expect(lines.at(-1)).toContain('well again');
  expect(lines.filter(({ length }) => length > 120)).toEqual([]);
});

test('a bad write is told with its items, whether it stood before or is made and undone meanwhile', async () => {
  const poison = (second: number, state: 'begins' | 'ends', phase: string): EventRecord<'poison'> => ({
    t: at(second),
    is: 'poison',
    phase,
    region: 'us-east-2',
    table: 'parcels',
    state,
    items: 40,
  });
  const lines = await story(
    ...[poison(5, 'begins', 'e1'), poison(10, 'begins', 'e2'), poison(20, 'ends', 'e2')],
    operation(65, { ok: false }),
    poison(70, 'ends', 'e1'),
  );

  const told = lines.map((one) => one.trim()).join(' ');
  expect(told).toContain('phase e1 since 0:00:05.0: 40 items of parcels are overwritten from us-east-2.');
  expect(told).not.toContain('phase e2');
  expect(line(lines, 'phase e1 ends')).toBe(
    '0:01:10.0  phase e1 ends: 40 items of parcels are overwritten from us-east-2',
  );
});

test('a client who is turned away before a Region hears of it is told so', async () => {
  const tries = [{ startMs: at(65), endMs: at(65.06), failure: '503', phase: 'e1' }] as const;
  const { region: _, ...refused } = operation(65, { ok: false, failure: '503', tries });
  const lines = await story(refused);

  expect(line(lines, 'gives up')).toBe('0:01:05.1    503 before a Region hears of it because of phase e1; gives up');
});
