import { type Assembly, readAssembly } from '../../../lib/assembly';
import type { ProbeResult } from '../../../lib/drill/dns';
import type { Fault } from '../../../lib/drill/faults/fault-plan';
import { CheckerRest } from '../../../lib/drill/world/checker-rest';
import { World } from '../../../lib/drill/world/world';
import { qualified } from '../../helpers/configs';
import { endpoint } from '../dns/fleet';
import { drillContext, fault } from '../drill-context';
import { synthesizeInto } from '../synthesized';

jest.setTimeout(120_000);

const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;
const MINUTE_MS = 60_000;

/** A fault in us-east-2 from one minute to another. */
const acting = (rest: Partial<Fault>, fromMinute: number, toMinute: number): Fault =>
  fault({ region: EAST, startMs: fromMinute * MINUTE_MS, endMs: toMinute * MINUTE_MS, ...rest });

const PASSED: ProbeResult = { connectMs: 1, statusMs: 20, statusCode: 200 };
const FAILED: ProbeResult = { connectMs: 1, statusMs: 20, statusCode: 503 };

describe('requests of one checker a second', () => {
  /** How many requests were made in each minute, and what they stood for. */
  async function ask(
    minutes: number,
    { every = 10, faults = [], failingAt = () => false, refusedAt = () => false }: Asking,
  ) {
    const context = drillContext({ faults });
    const { scheduler } = context;
    const rest = new CheckerRest(endpoint(), every, context);
    const made = Array.from({ length: minutes }, () => 0);
    const stoodFor = new Set<number>();
    const answers: unknown[] = [];
    let repeated = 0;
    for (let second = 0; second < 60 * minutes; second++) {
      scheduler.at(1000 * second, () => {
        const minute = Math.floor(second / 60);
        const answer = rest.answer('us-west-1', EAST, {
          ask: async (standsFor) => {
            made[minute] = (made[minute] ?? 0) + 1;
            stoodFor.add(standsFor);
            const isDecided = refusedAt(second);
            return { result: isDecided || failingAt(second) ? FAILED : PASSED, isDecided };
          },
          repeat: async () => {
            repeated++;
            return refusedAt(second) ? FAILED : undefined;
          },
        });
        scheduler.spawn(Promise.resolve(answer).then((result) => answers.push(result)));
      });
    }
    await scheduler.run(minutes * MINUTE_MS);
    return { made, stoodFor: [...stoodFor], repeated, answers };
  }

  interface Asking {
    readonly every?: number;
    readonly faults?: readonly Fault[];
    readonly failingAt?: (second: number) => boolean;
    /** When a fault decides the answer. */
    readonly refusedAt?: (second: number) => boolean;
  }

  test('are all made unless rest is asked for', async () => {
    const { made, stoodFor } = await ask(3, { every: 1 });

    expect(made).toEqual([60, 60, 60]);
    expect(stoodFor).toEqual([1]);
  });

  test('at rest, one in ten is made, and stands for ten', async () => {
    const { made, stoodFor, repeated, answers } = await ask(3, {});

    expect(made).toEqual([6, 6, 6]);
    expect(repeated).toBe(180 - 18);
    expect(stoodFor).toEqual([1, 10]);
    expect(answers).toEqual(Array(180).fill(PASSED));
  });

  test('the first that fails has all of them made for five minutes, and so has the first that passes again', async () => {
    const failingAt = (second: number): boolean => second >= 120 && second < 1320;
    const { made, answers } = await ask(30, { failingAt });

    expect(made.slice(0, 2)).toEqual([6, 6]);
    expect(made.slice(3, 7)).toEqual(Array(4).fill(60));
    expect(made.slice(8, 22)).toEqual(Array(14).fill(6));
    expect(made.slice(23, 27)).toEqual(Array(4).fill(60));
    expect(made.slice(28)).toEqual([6, 6]);
    expect(answers.slice(130, 1320)).toEqual(Array(1190).fill(FAILED));
    expect(answers.slice(1330)).toEqual(Array(470).fill(PASSED));
  });

  test('answers that differ now and then are never taken for one another', async () => {
    const { made } = await ask(20, { failingAt: (second) => second % 100 === 0 });

    expect(made.slice(2)).toEqual(Array(18).fill(60));
  });

  test('a fault has all of them made while it acts and for five minutes after, before any has failed', async () => {
    const faults = [acting({ target: 'dynamodb', share: 0.1 }, 5, 10)];
    const { made } = await ask(20, { faults });

    expect(made).toEqual([...Array(5).fill(6), ...Array(10).fill(60), ...Array(5).fill(6)]);
  });

  test('while a fault refuses some before the code, one in ten of the others is made, and each is refused or answered on its own', async () => {
    const faults = [acting({ share: 0.3 }, 5, 20)];
    const refusedAt = (second: number): boolean => second >= 300 && second < 1200 && second % 3 === 0;
    const { made, answers } = await ask(30, { faults, refusedAt });

    expect(made.slice(0, 10)).toEqual([...Array(5).fill(6), ...Array(5).fill(60)]);
    // One that is to be made and is refused does not count, and the next one is made.
    for (const minute of made.slice(10, 20)) expect(minute).toBeCloseTo(60 / 9, -1);
    expect(made.slice(20)).toEqual([...Array(5).fill(60), ...Array(5).fill(6)]);
    expect(answers).toEqual(Array.from({ length: 1800 }, (_, second) => (refusedAt(second) ? FAILED : PASSED)));
  });

  test('a handler that fails while a fault refuses others is found out, and all are made', async () => {
    const faults = [acting({ share: 0.3 }, 5, 20)];
    const { made, answers } = await ask(18, { faults, failingAt: (second) => second >= 720 });

    expect(made[11]).toBeLessThan(10);
    expect(made.slice(13, 16)).toEqual([60, 60, 60]);
    expect(answers.slice(740)).toEqual(Array(1080 - 740).fill(FAILED));
  });
});

describe('the health checks of the blueprint', () => {
  let assembly: Assembly;

  beforeAll(() => {
    assembly = readAssembly(synthesizeInto(qualified()));
  });

  /** Plays fifty minutes and tells when health checks changed their minds, and how often /health was asked. */
  async function play(faults: readonly Fault[], atRest: number) {
    const context = drillContext({ faults });
    const world = await World.build(assembly, context, { atRest });
    const turns: { readonly what: string; readonly atSeconds: number }[] = [];
    world.route53.onStatusChange(({ check, healthy, decidedMs }) => {
      if (check.kind === 'endpoint') turns.push({ what: `${check.id} ${healthy}`, atSeconds: decidedMs / 1000 });
    });
    let counted = 0;
    const metric = { region: EAST, namespace: 'AWS/ApiGateway', name: 'Count' };
    const dimensions = { ApiId: world.apiIn(EAST, 'api.example.com')?.definition.id ?? '' };
    context.metrics.listen({ ...metric, dimensions }, (value, weight) => {
      counted += value * weight;
    });
    world.start();
    await context.scheduler.run(50 * MINUTE_MS);
    const coldStarts = world.servingRegions.map((region) => world.coldStarts(region));
    return { turns, events: context.scheduler.eventCount, coldStarts, counted };
  }

  const during = (rest: Partial<Fault>): Fault =>
    fault({ region: EAST, startMs: 15 * MINUTE_MS, endMs: 30 * MINUTE_MS, ...rest });

  test.each<[string, readonly Fault[], number]>([
    ['nothing happens', [], 0],
    ['a table cannot be found', [during({ target: 'dynamodb', kind: 'name' })], 2],
    ['nearly all invocations fail', [during({ target: 'lambda', share: 0.95 })], 2],
    ['a fifth of them fail', [during({ target: 'lambda', share: 0.2 })], 0],
    ['a Region cannot be reached', [during({ target: 'network' })], 2],
    [
      'one Region after the other is lost',
      [
        during({ target: 'api-gateway' }),
        during({ target: 'api-gateway', region: WEST, startMs: 30 * MINUTE_MS, endMs: 45 * MINUTE_MS }),
      ],
      4,
    ],
  ])('turn as they do without rest when %s', async (_, faults, turns) => {
    const all = await play(faults, 1);
    const rested = await play(faults, 10);

    expect(all.turns).toHaveLength(turns);
    expect(rested.turns.map(({ what }) => what)).toEqual(all.turns.map(({ what }) => what));
    for (const [index, { atSeconds }] of rested.turns.entries()) {
      // One interval: when within it each checker asks is a matter of chance either way.
      expect(Math.abs(atSeconds - (all.turns[index]?.atSeconds ?? 0))).toBeLessThan(10);
    }
    expect(rested.events).toBeLessThan(0.9 * all.events);
    expect(rested.counted / all.counted).toBeCloseTo(1, 1);
    for (const [index, coldStarts] of rested.coldStarts.entries()) {
      expect(coldStarts / (all.coldStarts[index] ?? 0)).toBeCloseTo(1, 0);
    }
  });
});
