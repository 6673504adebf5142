import { hasQuorum, type Vote } from '../../../lib/drill/dns/endpoint-check';
import type { EndpointHealthCheck } from '../../../lib/drill/dns/health-check';
import type { Probe, ProbeResult } from '../../../lib/drill/dns/probe';
import { RandomStream } from '../../../lib/drill/kernel/random';
import type { Scheduler } from '../../../lib/drill/kernel/scheduler';
import { modelConstant, numberConstant, quantilesConstant } from '../../../lib/drill/model/constants';
import { endpoint, median, votesOf } from './fleet';

// Thousands of simulated outages; slow on a busy machine.
jest.setTimeout(60_000);

const OK: ProbeResult = { connectMs: 0, statusMs: 0, statusCode: 200 };
const ERROR: ProbeResult = { connectMs: 0, statusMs: 0, statusCode: 503 };
const BLACK_HOLE: ProbeResult = {};
const CHECKERS = 16;

test.each([
  [2, 16, false],
  [3, 16, true],
  [1, 6, false],
  [2, 6, true],
  [9, 50, false],
])('%d healthy votes of %d: healthy is %p', (votes, checkers, healthy) => {
  expect(hasQuorum(votes, checkers)).toBe(healthy);
});

test('an endpoint that always answers makes no checker change its mind', async () => {
  expect(await votesOf({ check: endpoint(), probe: () => () => OK, seed: 'calm', seconds: 3600 })).toEqual([]);
});

test('the interval runs from a response to the next request, so that a black hole stretches each cycle to 14 s', async () => {
  const starts: number[] = [];
  const probe = (scheduler: { nowMs: number }): Probe => {
    let calls = 0;
    // Of sixteen checkers the first to ask is followed alone.
    let followed: number | undefined;
    return () => {
      followed ??= calls;
      if (calls++ % CHECKERS === followed) starts.push(scheduler.nowMs);
      return BLACK_HOLE;
    };
  };

  await votesOf({ check: endpoint(), probe, seed: 'cycle', seconds: 60 });

  const gaps = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
  expect(gaps.length).toBeGreaterThanOrEqual(3);
  for (const gap of gaps) expect(gap).toBeCloseTo(14_000, 6);
});

test('two consecutive failures turn no vote, three do, and three successes turn it back', async () => {
  const outcomes = [ERROR, ERROR, OK, ERROR, ERROR, ERROR, OK, OK, ERROR, OK, OK, OK];
  const asked = new Map<string, number>();
  const probe = (): Probe => (region) => {
    const index = asked.get(region) ?? 0;
    asked.set(region, index + 1);
    // Two checkers a Region take turns, so that each sees every outcome once, in order.
    return outcomes[Math.floor(index / 2)] ?? OK;
  };

  const votes = await votesOf({ check: endpoint(), probe, seed: 'streaks', seconds: 200 });

  expect(votes).toHaveLength(2 * CHECKERS);
  for (const vote of votes) {
    const round = Math.floor(vote.timeMs / 10_000);
    expect(round).toBe(vote.healthy ? 11 : 5);
  }
});

describe('a probe that answers later', () => {
  const slow =
    (afterMs: number, result: ProbeResult, connectMs?: number) =>
    (scheduler: Scheduler): Probe => {
      return async (_region, connected) => {
        if (connectMs !== undefined) connected(connectMs);
        await scheduler.sleep(afterMs);
        return result;
      };
    };
  const check = endpoint({ failureThreshold: 1 });
  const firstVote = async (probe: Parameters<typeof votesOf>[0]['probe']): Promise<Vote | undefined> =>
    (await votesOf({ check, probe, seed: 'late', seconds: 30 }))[0];
  const firstRequestMs = (): number => {
    const random = new RandomStream('late');
    return Math.min(...Array.from({ length: CHECKERS }, () => random.uniform(0, 10_000)));
  };

  test('passes when it answers in time', async () => {
    expect(await firstVote(slow(1500, { connectMs: 100, statusMs: 1400, statusCode: 200 }, 100))).toBeUndefined();
  });

  test('is not waited for beyond four seconds without a connection', async () => {
    const vote = await firstVote(slow(20_000, OK));

    expect(vote?.timeMs).toBeCloseTo(firstRequestMs() + 4000, 6);
  });

  test('is not waited for beyond two seconds after the connection', async () => {
    const vote = await firstVote(slow(20_000, OK, 100));

    expect(vote?.timeMs).toBeCloseTo(firstRequestMs() + 2100, 6);
  });

  test('may report the connection while it is waited for', async () => {
    const vote = await firstVote((scheduler) => async (_region, connected) => {
      await scheduler.sleep(300);
      connected(300);
      await scheduler.sleep(20_000);
      return OK;
    });

    expect(vote?.timeMs).toBeCloseTo(firstRequestMs() + 2300, 6);
  });

  test('counts an answer when it ends, not when it is known', async () => {
    const vote = await firstVote(() => () => ({ connectMs: 100, statusMs: 900, statusCode: 500 }));

    expect(vote?.timeMs).toBeCloseTo(firstRequestMs() + 1000, 6);
  });

  test('stops the run when it fails itself', async () => {
    const probe = () => () => Promise.reject(new Error('transport broke'));

    await expect(votesOf({ check, probe, seed: 'broken', seconds: 30 })).rejects.toThrow('transport broke');
  });
});

/** Probability that at least `count` of sixteen uniform phases lie below a share of the interval. */
function orderStatistic(count: number, share: number): number {
  let total = 0;
  for (let k = count; k <= CHECKERS; k++) {
    let ways = 1;
    for (let i = 0; i < k; i++) ways = (ways * (CHECKERS - i)) / (i + 1);
    total += ways * share ** k * (1 - share) ** (CHECKERS - k);
  }
  return total;
}

/** The share of the interval below which the `count`-th phase lies with this probability. */
function orderQuantile(count: number, probability: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (orderStatistic(count, middle) < probability) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Seconds from a strike to the vote that tips the quorum: the last of `threshold` requests of the deciding checker.
 * It is the 14th of 16 that leaves two healthy, and the 3rd of 16 that makes three healthy again.
 */
function closedForm(check: EndpointHealthCheck, deciding: number, probability: number, requestSeconds: number): number {
  const { intervalSeconds, failureThreshold } = check;
  const phase = orderQuantile(deciding, probability) * intervalSeconds;
  return phase + (failureThreshold - 1) * (intervalSeconds + requestSeconds) + requestSeconds;
}

function blackHoleQuantiles(kind: string): Readonly<Record<string, number>> {
  const { distribution } = modelConstant(`r53.detect.${kind}`);
  return (distribution?.ifConnectTimesOut ?? {}) as Readonly<Record<string, number>>;
}

const RUNS = 400;

/** Seconds to the tipping vote, one for each run. A recovery follows an outage of ten cycles. */
async function tippingTimes(check: EndpointHealthCheck, during: ProbeResult, recovery: boolean): Promise<number[]> {
  const times: number[] = [];
  const strikeSeconds = 2 * check.intervalSeconds;
  const endSeconds = recovery ? strikeSeconds + 10 * check.intervalSeconds : Number.POSITIVE_INFINITY;
  const fromSeconds = recovery ? endSeconds : strikeSeconds;
  for (let run = 0; run < RUNS; run++) {
    const votes = await votesOf({
      check,
      probe: (scheduler) => () => {
        const seconds = scheduler.nowMs / 1000;
        return seconds >= strikeSeconds && seconds < endSeconds ? during : OK;
      },
      seed: `${run}/tipping`,
      seconds: fromSeconds + 5 * check.intervalSeconds,
    });
    const tipping = votes.find(({ quorum, timeMs }) => quorum === recovery && timeMs >= 1000 * fromSeconds);
    times.push((tipping?.timeMs ?? Number.NaN) / 1000 - fromSeconds);
  }
  return times;
}

describe.each([
  ['fast3', 10],
  ['standard3', 30],
])('an endpoint check of the kind %s', (kind, intervalSeconds) => {
  const check = endpoint({ intervalSeconds });
  // The deciding phase has a standard deviation of sqrt(14 * 3 / (17^2 * 18)) = 0.09 intervals; the median of 400 runs
  // strays by 1.25 * 0.09 / 20 = 0.0056 intervals, and four times that is allowed.
  const sampling = 4 * 0.0056 * intervalSeconds;
  // The constants come from a simulation of their own, which had its sampling error and let three requests take time.
  // Requests here take none; 0.15 s each is allowed for them.
  const requests = 3 * 0.15;

  test('detects errors after the time of the closed form and of the model constant', async () => {
    const expected = closedForm(check, 14, 0.5, 0);
    const { p50 = 0, p99 = 0 } = quantilesConstant(`r53.detect.${kind}`);

    const times = await tippingTimes(check, ERROR, false);

    expect(Math.abs(median(times) - expected)).toBeLessThan(sampling);
    expect(Math.abs(median(times) - p50)).toBeLessThan(sampling + requests);
    expect(Math.abs(closedForm(check, 14, 0.99, 0) - p99)).toBeLessThan(sampling + requests);
    expect(Math.max(...times)).toBeLessThanOrEqual(3 * intervalSeconds);
  });

  test('detects a black hole twelve seconds later', async () => {
    const expected = closedForm(check, 14, 0.5, 4);
    const { p50 = 0, p99 = 0 } = blackHoleQuantiles(kind);

    const times = await tippingTimes(check, BLACK_HOLE, false);

    expect(expected).toBeCloseTo(closedForm(check, 14, 0.5, 0) + 12, 9);
    expect(Math.abs(median(times) - expected)).toBeLessThan(sampling);
    expect(Math.abs(median(times) - p50)).toBeLessThan(sampling + requests);
    expect(Math.abs(closedForm(check, 14, 0.99, 4) - p99)).toBeLessThan(sampling + requests);
  });

  test('sees the recovery earlier than the fault, at the third of sixteen checkers', async () => {
    const expected = closedForm(check, 3, 0.5, 0);
    const { p50 = 0, p99 = 0 } = quantilesConstant(`r53.recover.${kind}`);

    const times = await tippingTimes(check, ERROR, true);

    expect(Math.abs(median(times) - expected)).toBeLessThan(sampling);
    expect(Math.abs(median(times) - p50)).toBeLessThan(sampling + requests);
    expect(Math.abs(closedForm(check, 3, 0.99, 0) - p99)).toBeLessThan(sampling + requests);
  });
});

describe('an endpoint that fails in part', () => {
  const check = endpoint({ intervalSeconds: 30 });
  const failing = (share: number, seed: string) => (): Probe => {
    const chance = new RandomStream(`${seed}/errors`);
    return () => (chance.chance(share) ? ERROR : OK);
  };
  const PARTIAL_RUNS = 200;
  const shareOfTrips = async (errors: number): Promise<number> => {
    let trips = 0;
    for (let run = 0; run < PARTIAL_RUNS; run++) {
      const seed = `${run}/partial`;
      const votes = await votesOf({ check, probe: failing(errors, seed), seed, seconds: 600 });
      if (votes.some(({ quorum }) => !quorum)) trips++;
    }
    return trips / PARTIAL_RUNS;
  };

  // Constant r53.partial.errorRateToTrip: 1 %, 35 % and 96 % of runs at error rates of 50, 60 and 70 %. A share of 200
  // runs strays by at most 0.035; three times that, and 0.02 for the constant's own rounding and sampling.
  test.each([
    [0.5, 0.01],
    [0.6, 0.35],
    [0.7, 0.96],
    [1, 1],
  ])('in a share of %d trips within ten minutes in a share of %d of runs', async (errors, expected) => {
    const share = await shareOfTrips(errors);

    const deviation = Math.sqrt((expected * (1 - expected)) / PARTIAL_RUNS);
    expect(Math.abs(share - expected)).toBeLessThanOrEqual(3 * deviation + 0.02);
  });

  test('in a share of 65 % trips within ten minutes in some runs and not in others', async () => {
    const share = await shareOfTrips(numberConstant('r53.partial.errorRateToTrip'));

    expect(share).toBeGreaterThan(0.35);
    expect(share).toBeLessThan(0.96);
  });

  test('in a share of 65 % keeps 82 % of the votes unhealthy, the point at which the quorum is lost', async () => {
    // Requests until three in a row have probability p each: (1 - p^3) / ((1 - p) p^3).
    const requestsToThree = (p: number): number => (1 - p ** 3) / ((1 - p) * p ** 3);
    const unhealthyShare = requestsToThree(0.35) / (requestsToThree(0.35) + requestsToThree(0.65));
    const seconds = 400_000;

    const votes = await votesOf({ check, probe: failing(0.65, 'long'), seed: 'long', seconds });

    let unhealthyMs = 0;
    votes.forEach((vote, index) => {
      const untilMs = votes[index + 1]?.timeMs ?? 1000 * seconds;
      unhealthyMs += (untilMs - vote.timeMs) * (CHECKERS - vote.healthyVotes);
    });
    expect(unhealthyShare).toBeCloseTo(0.82, 3);
    // Some 5,000 spells of health and of sickness give the share to 0.003; three times that is allowed.
    expect(Math.abs(unhealthyMs / (1000 * seconds * CHECKERS) - unhealthyShare)).toBeLessThan(0.01);
  });
});

test('the same seed gives the same votes, another seed others', async () => {
  const run = (seed: string) => votesOf({ check: endpoint(), probe: () => () => ERROR, seed, seconds: 60 });

  expect(await run('1')).toEqual(await run('1'));
  expect((await run('1')).map(({ timeMs }) => timeMs)).not.toEqual((await run('2')).map(({ timeMs }) => timeMs));
});
