import { Resolver } from '../../lib/drill/dns/resolver';
import type { Fault } from '../../lib/drill/faults/fault-plan';
import { RandomStream } from '../../lib/drill/kernel/random';
import { listConstant, lognormalConstant, numberConstant, uniformConstant } from '../../lib/drill/model/constants';
import { roundTripMs } from '../../lib/drill/model/round-trips';
import { World } from '../../lib/drill/world/world';
import { geography } from './dns/records';
import { drillContext, fault } from './drill-context';
import { HOST, writeService } from './written/written-service';

const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;

/** Seconds of health before the endpoint is lost at the earliest: the longest interval several times, so that checkers are in their stride. */
const CALM_SECONDS = 90;

/** Worlds of each kind, and resolvers that clients of each ask. */
const SEEDS = 24;
const RESOLVERS = 12;

const PROPAGATION = uniformConstant('r53.status.propagation');
const TTL_SECONDS = numberConstant('r53.alias.ttl.apigw');
const CHECKERS = numberConstant('r53.checker.count');

/** Votes that are enough to call an endpoint unhealthy: 2 of 16 are less than 18 %, 3 are not. */
const DECIDING = 14;

/** Round trips from a checker's first packet until its request reaches the gateway: TCP, TLS and half of one. */
const HANDSHAKE_AND_WAY = 2.5;

/** Time limit for a status line, from the connection, in seconds. */
const STATUS_LIMIT_SECONDS = numberConstant('r53.timeout.status.http');

/** How an endpoint is lost, and how long a checker's request takes then: three round trips and the gateway, or until it gives up. */
interface Loss {
  handler(strikeMs: number): string;
  faults(strikeMs: number): readonly Fault[];
  requestSeconds(tripSeconds: number): number;
}

const HEALTHY = `{ statusCode: 200, body: '{"status":"healthy"}' }`;
const GATEWAY_SECONDS = lognormalConstant('apigw.overhead').p50 / 1000;
const answersSeconds = (tripSeconds: number): number => 3 * tripSeconds + GATEWAY_SECONDS;
const ERRORS: Loss = {
  handler: () => `exports.handler = async () => (${HEALTHY});`,
  faults: (startMs) => [fault({ target: 'lambda', region: EAST, startMs, endMs: 1e9 })],
  requestSeconds: answersSeconds,
};
const SILENCE: Loss = {
  handler: (strikeMs) => `exports.handler = () => process.env.AWS_REGION === '${EAST}' && Date.now() >= ${strikeMs}
    ? new Promise(() => {}) : Promise.resolve(${HEALTHY});`,
  faults: () => [],
  requestSeconds: (tripSeconds) => tripSeconds + STATUS_LIMIT_SECONDS,
};

/** Seconds from the strike: until the status changes, until name servers follow, and until each resolver answers anew. */
interface Failover {
  readonly decided: number;
  readonly published: number;
  readonly answered: readonly number[];
}

/** Loses the endpoint of one of two Regions for good, and waits until a client that knows nothing is sent to the other. */
async function failover(
  seed: number,
  loss: Loss,
  intervalSeconds: number,
  failureThreshold: number,
): Promise<Failover> {
  const strikeMs = 1000 * (CALM_SECONDS + new RandomStream(`${seed}/strike`).uniform(0, intervalSeconds));
  const sinceStrike = (ms: number): number => (ms - strikeMs) / 1000;
  const handler = loss.handler(strikeMs);
  const assembly = writeService({ handler, intervalSeconds, failureThreshold, checked: [EAST] });
  const context = drillContext({ seed: `${seed}`, faults: loss.faults(strikeMs) });
  const { scheduler } = context;
  const world = await World.build(assembly, context);
  let decidedMs = Number.NaN;
  let publishedMs = Number.NaN;
  world.route53.onStatusChange((change) => {
    ({ decidedMs, publishedMs } = change);
  });
  const phases = new RandomStream(`${seed}/resolvers`);
  const answered: number[] = [];
  for (let index = 0; index < RESOLVERS; index++) {
    const resolver = new Resolver(world.route53, geography('us-east'), undefined, phases.next());
    // Somebody asks whenever the answer has run out, and a new client asks just then.
    const ask = (): void => {
      const { record } = resolver.resolve(HOST, 'A', scheduler.nowMs);
      if (record?.region === WEST) answered.push(sinceStrike(scheduler.nowMs));
      else scheduler.after(1000 * TTL_SECONDS, ask);
    };
    scheduler.after(1000 * TTL_SECONDS * phases.next(), ask);
  }
  world.start();
  const latestSeconds = (intervalSeconds + 4) * failureThreshold + PROPAGATION.max + TTL_SECONDS;
  await scheduler.run(strikeMs + 1000 * latestSeconds);
  world.stop();
  return { decided: sinceStrike(decidedMs), published: sinceStrike(publishedMs), answered };
}

/** When each checker has failed often enough, in seconds from the strike: equally likely anywhere between two moments. */
function lastFailures({ requestSeconds }: Loss, intervalSeconds: number, failureThreshold: number) {
  return listConstant('r53.checker.regions').map((region) => {
    const tripSeconds = roundTripMs(region, EAST) / 1000;
    const request = requestSeconds(tripSeconds);
    // A request counts as failed when it reaches the function after the strike, though it set out before.
    const from = (failureThreshold - 1) * (intervalSeconds + request) + request - HANDSHAKE_AND_WAY * tripSeconds;
    return { from, to: from + intervalSeconds + answersSeconds(tripSeconds) };
  });
}

/** Probability that at least 14 of 16 checkers have failed often enough by a time, each on its own. */
function decidedBy(seconds: number, checkers: ReturnType<typeof lastFailures>): number {
  let ways = [1];
  for (const { from, to } of checkers.flatMap((checker) =>
    Array.from({ length: CHECKERS / checkers.length }, () => checker),
  )) {
    const failed = Math.min(1, Math.max(0, (seconds - from) / (to - from)));
    ways = [...ways, 0].map((way, count) => way * (1 - failed) + (ways[count - 1] ?? 0) * failed);
  }
  return ways.slice(DECIDING).reduce((sum, way) => sum + way, 0);
}

/** Mean and standard deviation of the time until the status changes, in seconds. */
function moments(checkers: ReturnType<typeof lastFailures>): { mean: number; deviation: number } {
  const step = 0.01;
  let [first, second] = [0, 0];
  for (let seconds = step / 2; seconds < Math.max(...checkers.map(({ to }) => to)); seconds += step) {
    const later = 1 - decidedBy(seconds, checkers);
    first += later * step;
    second += 2 * seconds * later * step;
  }
  return { mean: first, deviation: Math.sqrt(second - first ** 2) };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Greatest distance between the distribution of a sample and that of equal chances from 0 to 1. */
function distanceToUniform(sample: readonly number[]): number {
  const sorted = [...sample].sort((left, right) => left - right);
  return Math.max(
    ...sorted.flatMap((value, index) => [
      Math.abs(value - index / sorted.length),
      Math.abs(value - (index + 1) / sorted.length),
    ]),
  );
}

/*
 * The closed form. A checker's next request reaches the function at a moment that is equally likely anywhere in its cycle, and its last of
 * `threshold` failures ends (threshold - 1) cycles and a request later. The endpoint is unhealthy when 14 of 16 say so, for 2 of 16 are
 * less than 18 %: were all checkers equally far, the fourteenth of sixteen moments would lie at 14/17 of the cycle in the mean. Name
 * servers follow after 2 to 10 s, and a resolver's answer has 0 to 60 s to live.
 */
describe.each([
  ['answers with errors', ERRORS, 10, 3],
  ['answers with errors', ERRORS, 30, 3],
  ['answers with errors', ERRORS, 10, 1],
  ['falls silent', SILENCE, 10, 3],
  ['falls silent', SILENCE, 30, 2],
] as const)('an endpoint that %s', (_, loss, intervalSeconds, failureThreshold) => {
  const name = `checked every ${intervalSeconds} s, ${failureThreshold} times running`;
  const checkers = lastFailures(loss, intervalSeconds, failureThreshold);
  // The gateway's overhead has no end; its 99th percentile is far below what is allowed for each request here.
  const slack = 0.1 * failureThreshold;
  let runs: readonly Failover[];

  beforeAll(async () => {
    const outcomes: Failover[] = [];
    for (let seed = 0; seed < SEEDS; seed++)
      outcomes.push(await failover(seed, loss, intervalSeconds, failureThreshold));
    runs = outcomes;
  });

  test(`${name}, is out within the bounds of the closed form for every client`, () => {
    const earliest = Math.min(...checkers.map(({ from }) => from)) + PROPAGATION.min;
    const latest = Math.max(...checkers.map(({ to }) => to)) + PROPAGATION.max + TTL_SECONDS;

    for (const { answered } of runs) {
      expect(answered).toHaveLength(RESOLVERS);
      expect(Math.min(...answered)).toBeGreaterThanOrEqual(earliest - slack);
      expect(Math.max(...answered)).toBeLessThanOrEqual(latest + slack);
    }
  });

  test(`${name}, is found out at the fourteenth of sixteen checkers, as order statistics have it`, () => {
    const expected = moments(checkers);
    const decided = runs.map((run) => run.decided);

    expect(Math.abs(mean(decided) - expected.mean)).toBeLessThan((4 * expected.deviation) / Math.sqrt(SEEDS));
    // Where its probability says it should be, a time is as likely here as there.
    const probabilities = decided.map((seconds) => decidedBy(seconds, checkers));
    expect(distanceToUniform(probabilities)).toBeLessThan(1.95 / Math.sqrt(SEEDS));
  });

  test(`${name}, is followed by name servers and resolvers after delays of equal chances`, () => {
    const { min, max } = PROPAGATION;
    const delays = runs.map(({ decided, published }) => (published - decided - min) / (max - min));
    const lives = runs.flatMap(({ published, answered }) =>
      answered.map((seconds) => (seconds - published) / TTL_SECONDS),
    );

    // Kolmogorov and Smirnov: a distance of 1.95 / √n is exceeded once in a thousand samples.
    expect(distanceToUniform(delays)).toBeLessThan(1.95 / Math.sqrt(delays.length));
    expect(distanceToUniform(lives)).toBeLessThan(1.95 / Math.sqrt(lives.length));
  });
});
