import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { type Assembly, readAssembly } from '../../../lib/assembly';
import type { Fault } from '../../../lib/drill/faults/fault-plan';
import { World } from '../../../lib/drill/world/world';
import { qualified } from '../../helpers/configs';
import { geography } from '../dns/records';
import { drillContext, fault } from '../drill-context';
import { LogRecords } from '../log-records';
import { synthesizeInto } from '../synthesized';

jest.setTimeout(120_000);

const HOST = 'api.example.com';
const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;
const MINUTE_MS = 60_000;

/** When faults begin: the judges have seen a healthy ward by then. */
const STRIKE_MS = 6 * MINUTE_MS;

/**
 * Minutes from the strike to a verdict that takes a Region out: the rest of the first minute and two whole ones of dwelling,
 * each of them up to a minute late, two minutes until the metric can be read, and one until Route 53 looks at it.
 */
const EVACUATED_WITHIN_MINUTES = 3 + 1 + 2 + 1;

/** Endpoint checks pass by what is tested here; the fewer, the quicker. */
const RARELY_CHECKED = { intervalSeconds: 30, failureThreshold: 3 } as const;

let blueprint: Assembly;
let unjudged: Assembly;
let byHand: Assembly;

beforeAll(() => {
  blueprint = readAssembly(synthesizeInto(qualified({ healthCheck: RARELY_CHECKED })));
  unjudged = readAssembly(
    synthesizeInto(qualified({ healthCheck: RARELY_CHECKED }), ({ foundations }) => {
      for (const schedule of foundations.flatMap((stack) => stack.node.findAll())) {
        if (schedule instanceof CfnSchedule) schedule.state = 'DISABLED';
      }
    }),
  );
  byHand = readAssembly(
    synthesizeInto(qualified({ healthCheck: RARELY_CHECKED }), ({ foundations }) => {
      for (const parameter of foundations.flatMap((stack) => stack.node.findAll())) {
        if (parameter instanceof CfnParameter && parameter.name?.endsWith(`/${EAST}/hand`))
          parameter.value = 'evacuated';
      }
    }),
  );
});

/** Lets a world run for some minutes, and tells what the judges, schedules and DNS did. */
async function live(assembly: Assembly, minutes: number, faults: readonly Fault[] = [], seed = 'test') {
  const log = new LogRecords();
  const context = drillContext({
    faults,
    seed,
    epochMs: Date.UTC(2025, 9, 20, 6, 48),
    onLog: log.onLog,
  });
  const { scheduler } = context;
  const moves: string[] = [];
  const world = await World.build(assembly, context, {
    onOutput: (_label, text) => {
      const { message, ward, from, to } = text.startsWith('{"level"') ? JSON.parse(text) : {};
      if (message === 'ward moved') moves.push(`${ward}: ${from} → ${to}`);
    },
  });
  const inDns: { region: string; served: boolean; minute: number }[] = [];
  world.route53.onServedRegionChange(({ region, served, decidedMs }) =>
    inDns.push({ region, served, minute: decidedMs / MINUTE_MS }),
  );
  world.start();
  const seen: (string | undefined)[] = [];
  for (let minute = 1; minute <= minutes; minute++) {
    await scheduler.run(minute * MINUTE_MS);
    seen.push(world.route53.answer(HOST, 'A', geography('us-central'), scheduler.nowMs).record?.region);
  }
  world.stop();
  context.log.sha256();
  return { moves, inDns, seen, scheduled: log.of('schedule') };
}

/** Four in ten requests of a Region's gateway fail: too few for Route 53's own checkers. */
const gray = (region: string, endMs = 1e9): Fault =>
  fault({ target: 'api-gateway', region, share: 0.4, startMs: STRIKE_MS, endMs });

test('a calm world is judged every minute in each Region, and nobody is taken out', async () => {
  const { moves, inDns, scheduled } = await live(blueprint, 10);

  expect([moves, inDns]).toEqual([[], []]);
  for (const region of [EAST, WEST]) {
    const outcomes = scheduled
      .filter(({ schedule }) => schedule.includes(`foundation-${region}`))
      .map(({ outcome }) => outcome);
    expect(outcomes.length).toBeGreaterThanOrEqual(9);
    expect(new Set(outcomes)).toEqual(new Set(['answer']));
  }
});

test('a gray failure, which the checkers pass by, is evacuated by the judge of the peer Region', async () => {
  const { moves, inDns, seen } = await live(blueprint, 20, [gray(EAST)]);

  expect(moves).toEqual([`${EAST}: in-service → evacuated`]);
  expect(inDns).toMatchObject([{ region: EAST, served: false }]);
  expect(inDns[0]?.minute).toBeGreaterThan(STRIKE_MS / MINUTE_MS + 1);
  expect(inDns[0]?.minute).toBeLessThan(STRIKE_MS / MINUTE_MS + EVACUATED_WITHIN_MINUTES);
  expect([seen[4], seen.at(-1)]).toEqual([EAST, WEST]);
});

test('the Region comes back by itself, its first share first, once it has been clean for long enough', async () => {
  const { moves, inDns, seen } = await live(blueprint, 45, [gray(EAST, STRIKE_MS + 6 * MINUTE_MS)]);

  expect(moves).toEqual([
    `${EAST}: in-service → evacuated`,
    `${EAST}: evacuated → returning`,
    `${EAST}: returning → in-service`,
  ]);
  expect(inDns.map(({ region, served }) => [region, served])).toEqual([
    [EAST, false],
    [EAST, true],
  ]);
  expect(inDns[1]?.minute).toBeGreaterThan(STRIKE_MS / MINUTE_MS + 6 + 10);
  expect(seen.at(-1)).toBe(EAST);
});

test('without judges the same failure lasts as long as it lasts', async () => {
  const { inDns, scheduled } = await live(unjudged, 20, [gray(EAST)]);

  expect([inDns, scheduled]).toEqual([[], []]);
});

test('a judge whose own Region is gray takes nobody out, while its peer takes it out', async () => {
  const { moves, inDns } = await live(blueprint, 20, [gray(WEST)]);

  expect(moves).toEqual([`${WEST}: in-service → evacuated`]);
  expect(inDns).toMatchObject([{ region: WEST, served: false }]);
});

test.each(['a', 'b', 'c', 'd'])('two gray Regions are both left in service, with seed %s', async (seed) => {
  const { moves, inDns } = await live(blueprint, 20, [gray(EAST), gray(WEST)], seed);

  expect([moves, inDns]).toEqual([[], []]);
});

test('a judge whose schedule does not fire takes nobody out', async () => {
  const silence = fault({ target: 'scheduler', region: WEST, startMs: 0, endMs: 1e9 });
  const { moves, inDns, scheduled } = await live(blueprint, 20, [gray(EAST), silence]);

  expect([moves, inDns]).toEqual([[], []]);
  const western = scheduled.filter(({ schedule }) => schedule.includes(`foundation-${WEST}`));
  expect(western.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(['dropped']));
  expect(western.some(({ outcome }) => outcome === 'answer')).toBe(false);
});

test("a person's hand takes a healthy Region out at once", async () => {
  const { moves, inDns, seen } = await live(byHand, 8);

  expect(moves).toEqual([`${EAST}: in-service → evacuated`]);
  expect(inDns).toMatchObject([{ region: EAST, served: false }]);
  expect(seen.at(-1)).toBe(WEST);
});
