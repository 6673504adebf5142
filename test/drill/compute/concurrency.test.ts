import { ConcurrencyLimit, ScalingRate, unreservedLimit } from '../../../lib/drill/compute/concurrency';
import { lossShare } from '../../../lib/drill/compute/sampled-load';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { settle } from '../data/fixture';
import { deploy } from './functions';

/** A draw for limits at which chance decides nothing. */
const CERTAINLY = (): number => Number.NaN;

/** How many of so many attempts at one moment succeed. */
const count = (attempts: number, attempt: () => boolean): number =>
  Array.from({ length: attempts }, attempt).filter(Boolean).length;

describe('a limit', () => {
  test('lets so many in at once, and another when one is done', () => {
    const limit = new ConcurrencyLimit(3);
    expect(count(5, () => limit.enter(0, CERTAINLY))).toBe(3);

    limit.leave(0);
    expect(count(5, () => limit.enter(0, CERTAINLY))).toBe(1);
  });

  test('lets ten requests a second in for each environment, however short they are', () => {
    const limit = new ConcurrencyLimit(3);
    const burst = (ms: number): number =>
      count(100, () => {
        const entered = limit.enter(ms, CERTAINLY);
        if (entered) limit.leave(ms);
        return entered;
      });

    expect(burst(0)).toBe(30);
    expect(burst(100)).toBe(3);
    expect(burst(60_000)).toBe(30);
  });

  test('is what an account has left after reservations, and never less than what cannot be reserved', () => {
    expect([0, 200, 900, 5000].map((reserved) => unreservedLimit(reserved).environments)).toEqual([
      1000, 800, 100, 100,
    ]);
  });
});

describe('a limit of 20 environments', () => {
  /**
   * Share of invocations that are refused in two hours, after ten minutes of the same; they come at random, take between nothing and two
   * seconds, and stand for so many each.
   */
  function refused(invocationsPerSecond: number, weight: number): number {
    const random = new RandomStream(`arrivals ${weight}`);
    const limit = new ConcurrencyLimit(20);
    const ends: number[] = [];
    let [asked, lost] = [0, 0];
    for (let nowMs = 0; nowMs < 7_800_000; nowMs += (1000 * weight * random.exponential(1)) / invocationsPerSecond) {
      for (const endMs of ends.filter((endMs) => endMs <= nowMs).sort((left, right) => left - right)) {
        limit.leave(endMs, weight);
        ends.splice(ends.indexOf(endMs), 1);
      }
      const isIn = limit.enter(nowMs, () => random.next(), weight);
      if (isIn) ends.push(nowMs + random.uniform(0, 2000));
      if (nowMs < 600_000) continue;
      asked++;
      if (!isIn) lost++;
    }
    return lost / asked;
  }

  test.each([
    [10, 0.002],
    [20, 0.159],
    [30, 0.38],
    [80, 0.753],
  ])(
    'refuses of %p invocations a second %p, whether all of them are made or some that stand for ten or a hundred',
    (rate, share) => {
      expect(lossShare(rate, 20)).toBeCloseTo(share, 2);
      expect(refused(rate, 1)).toBeCloseTo(share, 1.5);
      for (const weight of [10, 100]) expect(Math.abs(refused(rate, weight) - share)).toBeLessThan(0.05);
    },
  );

  test('leaves those that stand for one what the others leave them', () => {
    const limit = new ConcurrencyLimit(20);
    let nowMs = 0;
    for (; nowMs < 600_000; nowMs += 1000) {
      if (limit.enter(nowMs, CERTAINLY, 15)) limit.leave(nowMs + 900, 15);
    }
    // Thirteen or fourteen are busy in the mean.
    const share = lossShare(13.5, 20);
    const draws: number[] = [];
    const draw = (): number => draws.push(1) && 1;

    expect(limit.enter(nowMs, draw)).toBe(true);
    expect(draws).toHaveLength(1);
    expect(limit.enter(nowMs, () => share / 2)).toBe(false);
    expect(count(30, () => limit.enter(nowMs, () => 1))).toBe(19);
  });

  test('lets ten requests a second in for each environment of those that stand for several, too', () => {
    const limit = new ConcurrencyLimit(20);
    let letIn = 0;
    for (let nowMs = 0; nowMs < 600_000; nowMs += 100) {
      if (!limit.enter(nowMs, CERTAINLY, 40)) continue;
      limit.leave(nowMs, 40);
      letIn += 40;
    }

    expect(letIn / 600).toBeCloseTo(200, -1);
  });
});

test("Erlang's loss formula gives the values of its tables", () => {
  // Offered load and servers at which one in a hundred is lost, as traffic tables have them.
  expect(lossShare(0.0101, 1)).toBeCloseTo(0.01, 4);
  expect(lossShare(4.461, 10)).toBeCloseTo(0.01, 4);
  expect(lossShare(84.06, 100)).toBeCloseTo(0.01, 4);
  expect(lossShare(3, 0)).toBe(1);
  expect(lossShare(0, 1)).toBe(0);
  expect(lossShare(20, 200)).toBe(0);
});

test('a function starts a thousand environments at once and a hundred a second after that', () => {
  const rate = new ScalingRate();

  expect(count(5000, () => rate.start(0))).toBe(1000);
  expect(count(5000, () => rate.start(1000))).toBe(100);
  expect(count(5000, () => rate.start(60_000))).toBe(1000);
});

describe('environments that are kept initialized', () => {
  const LIVE = { qualifier: 'live' };
  const SLEEPING = 'exports.handler = ({ sleepMs }) => new Promise((resolve) => setTimeout(resolve, sleepMs, "done"));';

  test('serve their alias without a cold start, and nothing else', async () => {
    const { context, lambda } = await deploy(SLEEPING, { provisionedConcurrency: { live: 2 } });
    const took = async (qualifier?: string): Promise<number> => {
      const startMs = context.scheduler.nowMs;
      await settle(context, lambda.invoke({ sleepMs: 10 }, { qualifier }));
      return Math.round(context.scheduler.nowMs - startMs);
    };

    expect(await took('live')).toBe(10);
    expect(await took('other')).toBeGreaterThan(100);
    expect(await took()).toBe(10);
  });

  test('are joined by others when there are too few, and do not end without work', async () => {
    const { context, lambda } = await deploy(SLEEPING, { provisionedConcurrency: { live: 2 } });
    const together = async (calls: number): Promise<number> => {
      const { coldStarts } = lambda;
      await settle(context, Promise.all(Array.from({ length: calls }, () => lambda.invoke({ sleepMs: 2000 }, LIVE))));
      return lambda.coldStarts - coldStarts;
    };

    expect(await together(3)).toBe(3);
    await context.scheduler.run(context.scheduler.nowMs + 24 * 3_600_000);
    expect(await together(2)).toBe(0);
  });

  test('are initialized anew when one is lost, and when the function is deployed', async () => {
    const { context, lambda } = await deploy(SLEEPING, { provisionedConcurrency: { live: 1 }, timeoutMs: 1000 });
    const took = async (sleepMs: number) => {
      const startMs = context.scheduler.nowMs;
      const { kind } = await settle(context, lambda.invoke({ sleepMs }, LIVE));
      return [kind, Math.round(context.scheduler.nowMs - startMs)];
    };

    expect(await took(2000)).toEqual(['timeout', 1000]);
    expect(await took(10)).toEqual(['answer', 10]);
    lambda.redeploy();
    expect(await took(10)).toEqual(['answer', 10]);
  });
});

test('a function that reserves nothing shares a limit with others, and one that does has its own', async () => {
  const shared = new ConcurrencyLimit(1);
  const sharing = await deploy('exports.handler = async () => 1;', { unreserved: shared });
  const reserving = await deploy('exports.handler = async () => 1;', { unreserved: shared, reservedConcurrency: 1 });

  shared.enter(0, CERTAINLY);
  expect(await sharing.invoke()).toEqual({ kind: 'throttled' });
  expect(await reserving.invoke()).toMatchObject({ kind: 'answer' });

  shared.leave(0);
  expect(await sharing.invoke()).toMatchObject({ kind: 'answer' });
});
