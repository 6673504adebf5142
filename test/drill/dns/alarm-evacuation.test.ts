import { Route53, type ServedRegionChange } from '../../../lib/drill/dns/route53';
import { readZone } from '../../../lib/drill/dns/zone';
import { Monitoring } from '../../../lib/drill/monitoring';
import { drillContext, fault } from '../drill-context';
import { evacuatedDocument } from '../monitoring/alarms';
import { geography } from './records';
import { ringOf } from './written-assembly';

const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;
const assembly = ringOf(EAST, WEST);
const zone = readZone(assembly);

/** Longest from printing a value to the decision on it, in seconds: minute over or readable at 120 s, evaluated within 60 s. */
const DECISION = 120 + 60;
/** Longest from a decision to the answers of name servers, in seconds. */
const PUBLICATION = 10;

interface Plan {
  readonly seed?: string;
  /** Share to the seconds between which its gauge is 1; it is printed from 10 s on, every minute. */
  readonly evacuated: Readonly<Record<'first' | 'rest', readonly [from: number, to: number]>>;
  /** Second after which the holder prints nothing. */
  readonly silentFrom?: number;
  readonly faults?: Parameters<typeof fault>[0][];
}

/** Two Regions whose endpoints are well; the holder of us-east-2 prints its gauges. */
function start({ seed = '1', evacuated, silentFrom = Number.POSITIVE_INFINITY, faults = [] }: Plan) {
  const context = drillContext({ seed, faults: faults.map((one) => fault(one)) });
  const { scheduler } = context;
  const monitoring = new Monitoring(assembly, context);
  const route53 = new Route53({
    zone,
    random: context.random.fork('route53'),
    probe: () => () => ({ connectMs: 50, statusMs: 50, statusCode: 200, bodyMs: 0, body: '"status":"healthy"' }),
    targetHealthy: () => true,
    alarmStream: (alarm) => monitoring.stream(alarm),
  });
  const regions: ServedRegionChange[] = [];
  const statuses: string[] = [];
  route53.onServedRegionChange((change) => regions.push(change));
  route53.onStatusChange(({ check, healthy }) => statuses.push(`${check.id} ${healthy}`));
  route53.start(scheduler);
  for (const share of ['first', 'rest'] as const) {
    const [from, to] = evacuated[share];
    for (let seconds = 10; seconds < Math.min(7200, silentFrom); seconds += 60) {
      const value = seconds >= from && seconds < to ? 1 : 0;
      scheduler.at(1000 * seconds, () => monitoring.record(WEST, evacuatedDocument(scheduler.nowMs, value, share)));
    }
  }
  /** Share of us-east-2 among a thousand answers in its own neighbourhood, at this moment. */
  const shareOfEast = (): number =>
    Array.from({ length: 1000 }, () =>
      route53.answer('api.example.com', 'A', geography('us-central'), scheduler.nowMs),
    ).filter(({ record }) => record?.region === EAST).length / 1000;
  return { scheduler, route53, regions, statuses, shareOfEast };
}

test('an evacuated Region leaves DNS, returns with a tenth of its clients, and then with all', async () => {
  const { scheduler, regions, statuses, shareOfEast } = start({ evacuated: { first: [600, 1800], rest: [600, 2400] } });
  const shareAt = async (seconds: number): Promise<number> => {
    await scheduler.run(1000 * seconds);
    return shareOfEast();
  };
  const settled = DECISION + PUBLICATION;

  expect(await shareAt(599)).toBe(1);
  expect(await shareAt(600 + settled + 10)).toBe(0);
  expect(await shareAt(1799)).toBe(0);
  // A thousand draws at 0.1 stray by 0.0095; four times that is allowed.
  const returning = await shareAt(1800 + settled + 10);
  expect(Math.abs(returning - 0.1)).toBeLessThan(0.038);
  expect(await shareAt(2400 + settled + 10)).toBe(1);

  expect(regions.map(({ region, served }) => [region, served])).toEqual([
    [EAST, false],
    [EAST, true],
  ]);
  expect(statuses.toSorted()).toEqual(
    ['firstGate', 'firstSwitch', 'restGate', 'restSwitch'].flatMap((check) => [
      `${EAST}/${check} false`,
      `${EAST}/${check} true`,
    ]),
  );
});

test('it is out of DNS once both shares are, and back with the first', async () => {
  for (let seed = 0; seed < 20; seed++) {
    const { scheduler, regions } = start({
      seed: String(seed),
      evacuated: { first: [610, 1810], rest: [1210, 2410] },
    });
    await scheduler.run(3_600_000);

    const [out, back] = regions;
    expect(regions).toHaveLength(2);
    expect(out?.decidedMs).toBeGreaterThanOrEqual(1_260_000);
    expect(out?.decidedMs).toBeLessThanOrEqual(1000 * (1210 + DECISION));
    expect(back?.decidedMs).toBeGreaterThanOrEqual(1_860_000);
    expect(back?.decidedMs).toBeLessThanOrEqual(1000 * (1810 + DECISION));
    for (const { decidedMs, publishedMs } of regions) {
      expect(publishedMs - decidedMs).toBeGreaterThanOrEqual(2000);
      expect(publishedMs - decidedMs).toBeLessThanOrEqual(1000 * PUBLICATION);
    }
  }
});

test('answers follow at the very moment of publication', async () => {
  const { scheduler, route53, regions } = start({ evacuated: { first: [610, 7200], rest: [610, 7200] } });
  await scheduler.run(600_000);
  while (regions.length === 0) await scheduler.run(scheduler.nowMs + 500);
  const publishedMs = regions[0]?.publishedMs ?? Number.NaN;
  const at = (nowMs: number) => route53.answer('api.example.com', 'A', geography('us-central'), nowMs).record?.region;
  // By then the other share may be on its way still: what is published last decides.
  const before = Array.from({ length: 100 }, () => at(publishedMs - 0.001));

  expect(before).toContain(EAST);
  expect(Array.from({ length: 100 }, () => at(Math.max(publishedMs, scheduler.nowMs + 10_000)))).not.toContain(EAST);
});

test('a holder that falls silent lets its ward go: missing data counts as healthy', async () => {
  const { scheduler, regions } = start({ evacuated: { first: [600, 7200], rest: [600, 7200] }, silentFrom: 1800 });
  await scheduler.run(3_600_000);

  expect(regions.map(({ served }) => served)).toEqual([false, true]);
  // The last value is of 1,750 s; five minutes without one must have ended.
  expect(regions[1]?.decidedMs).toBeGreaterThanOrEqual(1_800_000 + 300_000);
  expect(regions[1]?.decidedMs).toBeLessThanOrEqual(1_800_000 + 300_000 + 60_000);
});

test('a holder whose CloudWatch is an hour late evacuates nobody', async () => {
  const late = { target: 'cloudwatch', region: WEST, kind: 'delay', delayMs: 3_600_000, endMs: 7_200_000 } as const;
  const { scheduler, regions } = start({ evacuated: { first: [600, 7200], rest: [600, 7200] }, faults: [late] });
  await scheduler.run(7_100_000);

  expect(regions).toEqual([]);
});

test('a ward whose own CloudWatch is late is evacuated all the same', async () => {
  const late = { target: 'cloudwatch', region: EAST, kind: 'delay', delayMs: 3_600_000, endMs: 7_200_000 } as const;
  const { scheduler, regions } = start({ evacuated: { first: [600, 7200], rest: [600, 7200] }, faults: [late] });
  await scheduler.run(3_600_000);

  expect(regions.map(({ region, served }) => [region, served])).toEqual([[EAST, false]]);
});

test('stops with the other checks', async () => {
  const { scheduler, route53, regions } = start({ evacuated: { first: [600, 7200], rest: [600, 7200] } });
  await scheduler.run(500_000);
  route53.stop();
  await scheduler.run(3_600_000);

  expect(regions).toEqual([]);
});
