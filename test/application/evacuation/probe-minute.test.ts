import { ProbeClient } from '../../../lib/application/evacuation/probe-client';
import {
  PROBING_LIMIT_MS,
  type Probed,
  type ProbedMinute,
  probeMinute,
  type Stake,
} from '../../../lib/application/evacuation/probe-minute';
import { TEST_CREDENTIALS } from '../dispatch-fixture';
import { ApplicationNames, type Condition, type NamedRegion, passUntil } from './application-names';

const JUDGE = 'us-west-2';
const WARD = 'us-east-2';
const OTHER = 'us-east-1';

const PROBED: Probed = {
  region: JUDGE,
  ward: WARD,
  recordName: 'api.example.com',
  readsOwnWrites: true,
  settings: {
    failingShare: 0.05,
    slowMilliseconds: 2_000,
    dwellMinutes: 2,
    recoveryMinutes: 10,
    returnMinutes: 10,
    maximumLagSeconds: 60,
  },
};

let names: ApplicationNames;
let judge: NamedRegion;
let ward: NamedRegion;
beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2026-11-22T09:30:00Z'), doNotFake: ['nextTick', 'setImmediate'] });
  names = new ApplicationNames('api.example.com', [JUDGE, WARD, OTHER]);
  [judge, ward] = [names.region(JUDGE), names.region(WARD)];
});
afterEach(() => {
  jest.useRealTimers();
});

function run(
  probed: Partial<Probed> = {},
  stake: Stake = 'trusted',
): Promise<{ result: ProbedMinute; tookMs: number }> {
  const client = new ProbeClient({ fetch: names.fetch, credentials: () => TEST_CREDENTIALS });
  return passUntil(probeMinute(client, { ...PROBED, ...probed }, stake));
}

function countsOf({ tally }: ProbedMinute['judge' | 'ward' | 'shared']): number[] {
  return [tally.requests, tally.failures, tally.slow];
}

describe('a calm minute', () => {
  test('takes four rounds at the ward, one at the judge’s own Region and one at the shared name', async () => {
    const { result, tookMs } = await run();

    expect(countsOf(result.ward)).toEqual([8, 0, 0]);
    expect(countsOf(result.judge)).toEqual([2, 0, 0]);
    expect(countsOf(result.shared)).toEqual([2, 0, 0]);
    expect([result.ward.fails, result.judge.fails]).toEqual([false, false]);
    expect(result.shared.servedBy).toBe(JUDGE);
    expect(result.ward.tally.latenciesMs).toEqual(Array.from({ length: 8 }, () => 50));
    expect(tookMs).toBeLessThan(1_000);
  });

  test('uses identifiers that no other judge uses', async () => {
    await run();
    await run({ region: OTHER, ward: JUDGE });

    const written = [...names.regions.values()].flatMap(({ seen }) => seen).filter(({ method }) => method === 'PUT');
    expect([...new Set(written.map(({ probeId }) => probeId))].sort()).toEqual([
      'us-east-1-global',
      'us-east-1-us-east-1',
      'us-east-1-us-west-2',
      'us-west-2-global',
      'us-west-2-us-east-2',
      'us-west-2-us-west-2',
    ]);
  });
});

describe('the ward', () => {
  test.each(['failing', 'refusing', 'nonsense'] as const)(
    'fails when it is %s, after two rounds',
    async (condition) => {
      ward.condition = condition;

      const { result } = await run();

      expect(result.ward.fails).toBe(true);
      expect(countsOf(result.ward)).toEqual([4, 4, 0]);
      expect(result.judge.fails).toBe(false);
    },
  );

  test('fails when it hangs, within a third of a minute', async () => {
    ward.condition = 'hanging';

    const { result, tookMs } = await run();

    expect(result.ward.fails).toBe(true);
    expect(countsOf(result.ward)).toEqual([4, 4, 0]);
    expect(result.ward.tally.latenciesMs).toEqual([]);
    expect(tookMs).toBeLessThan(15_000);
  });

  test.each([
    [2_000, 0, false],
    [2_010, 4, true],
  ])('that answers in %i ms has %i slow answers', async (latencyMs, slow, fails) => {
    ward.latencyMs = latencyMs;

    const { result } = await run();

    expect(result.ward.tally.slow).toBe(slow);
    expect(result.ward.fails).toBe(fails);
  });

  test('is asked 40 times when one answer is bad, and does not fail by two of these', async () => {
    ward.next.push('failing', 'well', 'failing');

    const { result } = await run();

    expect(countsOf(result.ward)).toEqual([40, 2, 0]);
    expect(result.ward.fails).toBe(false);
  });

  test('fails by three bad answers in 40', async () => {
    ward.next.push('failing', ...Array.from({ length: 20 }, (): Condition => 'well'), 'failing', 'failing');

    const { result } = await run();

    expect(result.ward.tally.failures).toBe(3);
    expect(result.ward.fails).toBe(true);
  });

  test('is asked 40 times after a minute in which it failed, even if all is well at first', async () => {
    const { result, tookMs } = await run({}, 'suspect');

    expect(countsOf(result.ward)).toEqual([40, 0, 0]);
    expect(tookMs).toBeLessThan(1_000);
  });

  test('fails by one bad answer when nothing but its return hangs on it, without further rounds', async () => {
    ward.next.push('failing');

    const { result } = await run({}, 'settled');

    expect(countsOf(result.ward)).toEqual([2, 1, 0]);
    expect(result.ward.fails).toBe(true);
  });

  test('fails when its own name leads to another Region', async () => {
    const astray = names.fetch;
    const client = new ProbeClient({
      fetch: ((url: string, init: RequestInit) =>
        astray(url.replace('us-east-2.', 'us-west-2.'), {
          ...init,
          headers: JSON.parse(JSON.stringify(init.headers).replaceAll('us-east-2', 'us-west-2')),
        })) as typeof fetch,
      credentials: () => TEST_CREDENTIALS,
    });

    const { result } = await passUntil(probeMinute(client, PROBED, 'trusted'));

    expect(result.ward.fails).toBe(true);
    expect(result.judge.fails).toBe(false);
  });

  test('may give an older mark or none when it was deployed to be eventually consistent', async () => {
    const { fetch } = names;
    const stale = ((url: string, init: RequestInit) => {
      if (init.method === 'GET' && url.endsWith('/probes/us-west-2-us-east-2'))
        ward.marks.set('us-west-2-us-east-2', 'older');
      return fetch(url, init);
    }) as typeof globalThis.fetch;
    const client = new ProbeClient({ fetch: stale, credentials: () => TEST_CREDENTIALS });

    const { result: eventual } = await passUntil(probeMinute(client, { ...PROBED, readsOwnWrites: false }, 'trusted'));
    const { result: strong } = await passUntil(probeMinute(client, PROBED, 'trusted'));

    expect(countsOf(eventual.ward)).toEqual([8, 0, 0]);
    expect(strong.ward.fails).toBe(true);
  });
});

describe('the judge’s own Region', () => {
  test('is asked again when an answer is bad, so that a single one does not make the judge sick', async () => {
    judge.next.push('failing');
    names.leadsTo = OTHER;

    const { result } = await run();

    expect(countsOf(result.judge)).toEqual([40, 1, 0]);
    expect(result.judge.fails).toBe(false);
  });

  test('fails when it is down', async () => {
    judge.condition = 'refusing';

    expect((await run()).result.judge.fails).toBe(true);
  });
});

describe('the shared name', () => {
  test.each([JUDGE, WARD, OTHER])('is served by the Region it leads to: %s', async (region) => {
    names.leadsTo = region;

    const { result } = await run();

    expect(result.shared.servedBy).toBe(region);
    expect(countsOf(result.shared)).toEqual([2, 0, 0]);
  });

  test('is served by nobody when it has no address, which counts as one failure', async () => {
    names.leadsTo = undefined;

    const { result } = await run();

    expect(result.shared.servedBy).toBeUndefined();
    expect(countsOf(result.shared)).toEqual([1, 1, 0]);
  });

  test('is served by nobody when the Region it leads to answers and does not serve', async () => {
    names.leadsTo = OTHER;
    names.region(OTHER).condition = 'failing';

    const { result } = await run();

    expect(result.shared.servedBy).toBeUndefined();
    expect(countsOf(result.shared)).toEqual([2, 2, 0]);
  });

  test('is asked anew when it leads elsewhere between question and signature', async () => {
    names.leadsTo = OTHER;
    names.leadsNext.push(WARD);

    const { result } = await run();

    expect(result.shared.servedBy).toBe(OTHER);
    expect(countsOf(result.shared)).toEqual([2, 0, 0]);
  });

  test('fails when it leads elsewhere twice in a row', async () => {
    names.leadsTo = OTHER;
    names.leadsNext.push(WARD, OTHER, WARD, OTHER, OTHER);

    const { result } = await run();

    expect(countsOf(result.shared)).toEqual([2, 1, 0]);
  });
});

describe('replication', () => {
  test('keeps up when this minute’s marks are there', async () => {
    const { result } = await run();

    expect(result.lagsSeconds).toHaveLength(2);
    for (const lag of result.lagsSeconds) expect(lag).toBeLessThan(1);
  });

  test('is waited for, for a few seconds', async () => {
    names.lagMs = 3_000;

    const { result } = await run({ readsOwnWrites: false });

    for (const lag of result.lagsSeconds) {
      expect(lag).toBeGreaterThanOrEqual(2.5);
      expect(lag).toBeLessThan(5);
    }
  });

  test('is as far behind as the newest mark is old that has crossed', async () => {
    await run();
    ward.isReplicating = false;
    await jest.advanceTimersByTimeAsync(600_000);

    const { result } = await run();

    for (const lag of result.lagsSeconds) {
      expect(lag).toBeGreaterThanOrEqual(600);
      expect(lag).toBeLessThan(620);
    }
  });

  test('is not known when nothing has ever crossed', async () => {
    ward.isReplicating = false;

    const { result } = await run();

    expect(result.lagsSeconds).toEqual([undefined, undefined]);
    expect([result.ward.fails, result.judge.fails]).toEqual([false, false]);
  });

  test.each(['judge', 'ward'] as const)('is not known when the %s fails', async (which) => {
    (which === 'judge' ? judge : ward).condition = 'refusing';

    expect((await run()).result.lagsSeconds).toEqual([undefined, undefined]);
  });
});

test.each<[string, (region: NamedRegion) => void]>([
  ['everything hangs', (region) => Object.assign(region, { condition: 'hanging' })],
  ['everything is as slow as can be', (region) => Object.assign(region, { latencyMs: 2_999 })],
  ['everything is as slow as is allowed', (region) => Object.assign(region, { latencyMs: 2_000 })],
  [
    'the last calm round finds a failure and all else is slow',
    (region) => {
      region.latencyMs = 1_990;
      region.next.push(...Array.from({ length: 7 }, (): Condition => 'well'), 'failing');
    },
  ],
  [
    'data never crosses and all is slow',
    (region) => {
      region.latencyMs = 2_000;
      region.isReplicating = false;
    },
  ],
])('ends within 40 s when %s', async (_, worsen) => {
  for (const region of names.regions.values()) worsen(region);

  const { tookMs } = await run();

  expect(PROBING_LIMIT_MS).toBeLessThan(40_000);
  expect(tookMs).toBeLessThanOrEqual(40_000);
});
