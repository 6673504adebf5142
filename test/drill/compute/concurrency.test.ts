import { ConcurrencyLimit, ScalingRate, unreservedLimit } from '../../../lib/drill/compute/concurrency';
import { settle } from '../data/fixture';
import { deploy } from './functions';

/** How many of so many attempts at one moment succeed. */
const count = (attempts: number, attempt: () => boolean): number =>
  Array.from({ length: attempts }, attempt).filter(Boolean).length;

describe('a limit', () => {
  test('lets so many in at once, and another when one is done', () => {
    const limit = new ConcurrencyLimit(3);
    expect(count(5, () => limit.enter(0))).toBe(3);

    limit.leave();
    expect(count(5, () => limit.enter(0))).toBe(1);
  });

  test('lets ten requests a second in for each environment, however short they are', () => {
    const limit = new ConcurrencyLimit(3);
    const burst = (ms: number): number =>
      count(100, () => {
        const entered = limit.enter(ms);
        if (entered) limit.leave();
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

  shared.enter(0);
  expect(await sharing.invoke()).toEqual({ kind: 'throttled' });
  expect(await reserving.invoke()).toMatchObject({ kind: 'answer' });

  shared.leave();
  expect(await sharing.invoke()).toMatchObject({ kind: 'answer' });
});
