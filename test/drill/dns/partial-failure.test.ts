import { hasQuorum, type Vote } from '../../../lib/drill/dns/endpoint-check';
import type { EndpointHealthCheck } from '../../../lib/drill/dns/health-check';
import type { Probe, ProbeResult } from '../../../lib/drill/dns/probe';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { listConstant } from '../../../lib/drill/model/constants';
import { textOf } from '../../helpers/source-files';
import { CheckerChain } from './checker-chain';
import { endpoint, votesOf } from './fleet';

// Thousands of simulated outages; slow on a busy machine.
jest.setTimeout(60_000);

const OK: ProbeResult = { connectMs: 0, statusMs: 0, statusCode: 200 };
const ERROR: ProbeResult = { connectMs: 0, statusMs: 0, statusCode: 503 };

const INTERVAL_SECONDS = 30;

/** Ten minutes: what the model constant `r53.partial.errorRateToTrip` speaks of. */
const ROUNDS = 20;

const RUNS = 300;

/** A check of so many checkers, two in each Region. */
function checkBy(checkers: number, failureThreshold: number): EndpointHealthCheck {
  const checkerRegions = listConstant('r53.checker.regions').slice(0, checkers / 2);
  return endpoint({ intervalSeconds: INTERVAL_SECONDS, failureThreshold, checkerRegions });
}

/** Requests that take no time, a share of which fails, each on its own. */
function failing(errors: number, seed: string): () => Probe {
  return () => {
    const chance = new RandomStream(`${seed}/errors`);
    return () => (chance.chance(errors) ? ERROR : OK);
  };
}

function simulate(check: EndpointHealthCheck, errors: number, run: number, rounds: number): Promise<readonly Vote[]> {
  const seed = `${run}/${errors}/${check.failureThreshold}/partial`;
  return votesOf({ check, probe: failing(errors, seed), seed, seconds: rounds * INTERVAL_SECONDS });
}

/** Whether the check is unhealthy after each of the first 1, 2, … rounds, when every checker has sent as many requests. */
function unhealthyByRound(votes: readonly Vote[], rounds: number): readonly boolean[] {
  return Array.from({ length: rounds }, (_, round) => {
    const last = votes.filter(({ timeMs }) => timeMs < 1000 * (round + 1) * INTERVAL_SECONDS).at(-1);
    return last !== undefined && !last.quorum;
  });
}

/** Times the check turned unhealthy. */
function turnsOf(votes: readonly Vote[]): number {
  return votes.filter(({ quorum }, index) => !quorum && (votes[index - 1]?.quorum ?? true)).length;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Four standard errors of a mean, as the sample has them; one event more or less where the sample has hardly any. */
function margin(values: readonly number[]): number {
  const average = mean(values);
  const variance = mean(values.map((value) => (value - average) ** 2));
  return 4 * Math.sqrt(Math.max(variance, 1 / values.length) / values.length);
}

async function runsOf(check: EndpointHealthCheck, errors: number): Promise<readonly (readonly Vote[])[]> {
  const runs: (readonly Vote[])[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await simulate(check, errors, run, ROUNDS));
  return runs;
}

describe('an endpoint that fails in part, as theory has it and as it is simulated', () => {
  test.each([
    [0.3, 3],
    [0.4, 3],
    [0.5, 3],
    [0.6, 3],
    [0.7, 3],
    [0.8, 3],
    [0.9, 3],
    [0.5, 1],
    [0.6, 2],
    [0.75, 5],
  ])(
    'in a share of %d at a threshold of %d: unhealthy after ten minutes, and turned so as often within them',
    async (errors, threshold) => {
      const chain = new CheckerChain(errors, threshold);
      const runs = await runsOf(checkBy(16, threshold), errors);
      const unhealthy = runs.map((votes) => Number(unhealthyByRound(votes, ROUNDS).at(-1)));
      const turns = runs.map(turnsOf);

      expect(Math.abs(mean(unhealthy) - chain.unhealthyAfter(ROUNDS))).toBeLessThan(margin(unhealthy));
      expect(Math.abs(mean(turns) - chain.turnsWithin(ROUNDS))).toBeLessThan(margin(turns));
      // It is caught at least when it ends up unhealthy, and at most as often as it turns.
      const caught = mean(turns.map((count) => Number(count > 0)));
      expect(caught).toBeGreaterThanOrEqual(mean(unhealthy));
      expect(caught).toBeLessThanOrEqual(mean(turns));
    },
  );

  test.each([
    [0.5, 1, 16],
    [0.55, 2, 16],
    [0.5, 3, 6],
    [0.6, 3, 6],
    [0.7, 3, 6],
  ])(
    'in a share of %d at a threshold of %d with %d checkers: found out in the same round',
    async (errors, threshold, checkers) => {
      const caught = new CheckerChain(errors, threshold, checkers).caughtWithin(ROUNDS);
      const check = checkBy(checkers, threshold);
      expect(check.checkerRegions).toHaveLength(checkers / 2);

      const firsts = (await runsOf(check, errors)).map((votes) => unhealthyByRound(votes, ROUNDS).indexOf(true));

      const simulated = caught.map((_, round) => mean(firsts.map((first) => Number(first >= 0 && first <= round))));
      // Kolmogorov and Smirnov: a distance of 1.95 / √n is exceeded once in a thousand samples.
      const distance = Math.max(...caught.map((probability, round) => Math.abs(probability - (simulated[round] ?? 0))));
      expect(distance).toBeLessThan(1.95 / Math.sqrt(RUNS));
      // Rounds until then, those that never found out counted as all of them: the sum of what is not yet caught.
      const waited = firsts.map((first) => (first < 0 ? ROUNDS : first + 1));
      const expected = caught.slice(0, -1).reduce((sum, probability) => sum + 1 - probability, 1);
      expect(Math.abs(mean(waited) - expected)).toBeLessThan(margin(waited));
    },
  );

  test.each([
    [0.6, 3],
    [0.65, 3],
    [0.55, 1],
  ])(
    'in a share of %d at a threshold of %d for a day: unhealthy for the same share of the time, turning as often',
    async (errors, threshold) => {
      const chain = new CheckerChain(errors, threshold);
      const [days, rounds] = [12, (24 * 3600) / INTERVAL_SECONDS];
      const check = checkBy(16, threshold);
      const shares: number[] = [];
      const turns: number[] = [];
      for (let run = 0; run < days; run++) {
        const votes = await simulate(check, errors, run, rounds);
        // The first hour, in which all begin healthy, is left out.
        const fromMs = 3_600_000;
        const untilMs = 1000 * rounds * INTERVAL_SECONDS;
        const later = votes.filter(({ timeMs }) => timeMs >= fromMs);
        const unhealthyMs = later.reduce(
          (sum, { quorum, timeMs }, index) => sum + (quorum ? 0 : (later[index + 1]?.timeMs ?? untilMs) - timeMs),
          0,
        );
        shares.push(unhealthyMs / (untilMs - fromMs));
        turns.push(turnsOf(later) / ((untilMs - fromMs) / (1000 * INTERVAL_SECONDS)));
      }

      expect(Math.abs(mean(shares) - chain.unhealthyShare)).toBeLessThan(dayMargin(shares));
      expect(Math.abs(mean(turns) - chain.turnsPerInterval)).toBeLessThan(dayMargin(turns));
    },
  );
});

/** Four standard errors, days being independent of each other. */
function dayMargin(values: readonly number[]): number {
  const average = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (values.length - 1);
  return 4 * Math.sqrt(variance / values.length);
}

test('the derivation and the model draw the line between votes at the same number', () => {
  const certain = new CheckerChain(0.5, 1);

  // 14 of 16 must say unhealthy: with equal chances that is (120 + 16 + 1) / 2^16.
  expect(certain.unhealthyShare).toBeCloseTo(137 / 65536, 12);
  expect([hasQuorum(2, 16), hasQuorum(3, 16), hasQuorum(1, 6), hasQuorum(2, 6)]).toEqual([false, true, false, true]);
});

test('docs/model.md shows what the derivation gives', () => {
  const rows = textOf('docs/model.md')
    .split('\n')
    .filter((line) => /^\| \d+ %/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => Number(cell.replace('%', ''))),
    );

  expect(rows.map(([errors]) => errors)).toEqual([40, 50, 60, 65, 70, 80, 90]);
  for (const [errors = 0, share, after, turns] of rows) {
    const chain = new CheckerChain(errors / 100, 3);
    // One digit, as far as a per cent below a hundred needs it.
    const rounded = (value: number): number =>
      Number(value >= 1 ? value.toFixed(value < 10 ? 1 : 0) : value.toPrecision(1));
    expect([share, after, turns]).toEqual([
      rounded(100 * chain.unhealthyShare),
      rounded(100 * chain.unhealthyAfter(ROUNDS)),
      rounded(chain.turnsWithin(ROUNDS)),
    ]);
  }
});
