import type { HttpAnswer } from '../../../lib/drill/api/http-event';
import { Connections } from '../../../lib/drill/clients/connections';
import type { Client } from '../../../lib/drill/clients/population';
import type { Sampling } from '../../../lib/drill/clients/sampling';
import { type OperationRecord, Traffic } from '../../../lib/drill/clients/traffic';
import type { Workload } from '../../../lib/drill/clients/workload';
import type { Span } from '../../../lib/drill/faults/fault-plan';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { NetworkPaths } from '../../../lib/drill/network/network-paths';
import type { World } from '../../../lib/drill/world/world';
import { geography, latency } from '../dns/records';
import { drillContext } from '../drill-context';

const CLIENTS = 40;

/** Clients of an index below this meet errors. */
const UNLUCKY = 10;

interface Run {
  readonly ratePerSecond: number;
  /** @default - everything is made */
  readonly sampling?: Sampling;
  readonly changes?: readonly Span[];
  readonly stopMs: number;
  readonly seed?: string;
  readonly doubledShare?: number;
}

/** Everything that clients do, before an API that fails a quarter of them for good. */
async function run({ ratePerSecond, sampling, changes = [], stopMs, seed = 'traffic', doubledShare = 0 }: Run) {
  const context = drillContext({ seed });
  const { scheduler } = context;
  const record = latency('api.example.com', 'us-east-2');
  const world = {
    context,
    paths: new NetworkPaths(context, context.random.fork('network')),
    servingRegions: ['us-east-2', 'us-west-2'],
    endpointOf: () => ({
      region: 'us-east-2',
      api: {
        signedByClient: (request: object) => request,
        needsToken: () => false,
        handle: async ({ path }: { path: string }): Promise<HttpAnswer> => ({
          status: Number(path) < UNLUCKY ? 404 : 200,
          headers: {},
          body: '{}',
        }),
      },
    }),
  } as unknown as World;
  const lookUps: number[] = [];
  const clients = Array.from({ length: CLIENTS }, (_, index) => ({
    index,
    geography: geography(index % 3 === 2 ? 'us-west' : 'us-central'),
    names: {
      kind: 'server',
      lookUp: () => {
        lookUps.push(scheduler.nowMs);
        return { answer: { record, ttlSeconds: 60 }, from: 'route53', answeredMs: scheduler.nowMs };
      },
    },
    connections: new Connections('server'),
    accessMs: 10,
    trips: new RandomStream(`trips/${index}`),
  })) as unknown as readonly Client[];
  const workload = {
    next: (client: number) => ({
      kind: 'list-route',
      request: { method: 'GET', path: String(client) },
      accept: () => undefined,
      abandon: () => {},
    }),
  } as unknown as Workload;
  const records: OperationRecord[] = [];
  const onResult = (one: OperationRecord): number => records.push(one);
  new Traffic({
    world,
    clients,
    workload,
    host: 'api.example.com',
    ratePerSecond,
    sampling: sampling ?? { nearChanges: ratePerSecond, elsewhere: ratePerSecond },
    changes,
    doubledShare,
    onResult,
  }).start(stopMs);
  await scheduler.run(stopMs + 60_000);
  return { records, lookUps };
}

const weightOf = (records: readonly OperationRecord[]): number => records.reduce((sum, { weight }) => sum + weight, 0);

test('arrivals are as many as the rate says, and as uneven as a Poisson process', async () => {
  const seconds = 1000;
  const { records } = await run({ ratePerSecond: 20, stopMs: 1000 * seconds });

  // A Poisson count of mean 20,000: five standard deviations.
  expect(Math.abs(records.length - 20 * seconds)).toBeLessThan(5 * Math.sqrt(20 * seconds));
  const perSecond = new Array<number>(seconds).fill(0);
  for (const { startMs } of records) {
    const second = Math.floor(startMs / 1000);
    perSecond[second] = (perSecond[second] ?? 0) + 1;
  }
  const mean = records.length / seconds;
  const variance = perSecond.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (seconds - 1);
  // Variance equals mean; the index of dispersion spreads by the square root of 2/(n - 1).
  expect(Math.abs(variance / mean - 1)).toBeLessThan(5 * Math.sqrt(2 / (seconds - 1)));
  expect(Math.max(...records.map(({ startMs }) => startMs))).toBeLessThan(1000 * seconds);
});

test('every client comes, equally often', async () => {
  const { records } = await run({ ratePerSecond: 20, stopMs: 1_000_000 });

  const expected = records.length / CLIENTS;
  for (let index = 0; index < CLIENTS; index++) {
    const came = records.filter(({ client }) => client.index === index).length;
    expect(Math.abs(came - expected)).toBeLessThan(5 * Math.sqrt(expected));
  }
});

test('thinned traffic stands for all of it, in number and in shares', async () => {
  const sampling = { nearChanges: 20, elsewhere: 2 };
  const { records } = await run({ ratePerSecond: 20, sampling, stopMs: 1_000_000 });

  expect(new Set(records.map(({ weight }) => weight))).toEqual(new Set([10]));
  // 2,000 operations that count tenfold: the sum spreads by 10 × √2000.
  expect(Math.abs(weightOf(records) - 20_000)).toBeLessThan(5 * 10 * Math.sqrt(2000));
  const failed = weightOf(records.filter(({ ok }) => !ok)) / weightOf(records);
  const truth = UNLUCKY / CLIENTS;
  expect(Math.abs(failed - truth)).toBeLessThan(5 * Math.sqrt((truth * (1 - truth)) / records.length));
});

test('around changes more is made than elsewhere, and each counts for what is left out there', async () => {
  const changes = [
    { startMs: 100_000, endMs: 300_000 },
    { startMs: 600_000, endMs: 700_000 },
  ];
  const sampling = { nearChanges: 10, elsewhere: 1 };
  const { records } = await run({ ratePerSecond: 20, sampling, changes, stopMs: 1_000_000 });

  const near = (atMs: number): boolean => changes.some(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);
  for (const { startMs, weight } of records) expect(weight).toBe(near(startMs) ? 2 : 20);
  for (const { startMs, endMs } of changes) {
    const made = records.filter((one) => startMs <= one.startMs && one.startMs < endMs).length;
    const expected = (10 * (endMs - startMs)) / 1000;
    expect(Math.abs(made - expected)).toBeLessThan(5 * Math.sqrt(expected));
  }
  const elsewhere = records.filter(({ startMs }) => !near(startMs)).length;
  expect(Math.abs(elsewhere - 700)).toBeLessThan(5 * Math.sqrt(700));
});

test('names are looked up and connections used as often as in all of the traffic, however little of it is made', async () => {
  const all = await run({ ratePerSecond: 20, stopMs: 1_000_000 });
  const thinned = await run({ ratePerSecond: 20, sampling: { nearChanges: 20, elsewhere: 0.2 }, stopMs: 1_000_000 });

  // Each client comes twice a second on average: in one gap of e² the connection has been idle for four seconds.
  const expected = 20_000 * Math.exp(-2);
  for (const { lookUps } of [all, thinned]) {
    expect(Math.abs(lookUps.length - expected)).toBeLessThan(5 * Math.sqrt(expected));
  }
  expect(thinned.records.length).toBeLessThan(300);
});

test('what is doubled is also made by a client whom DNS sends to another Region', async () => {
  const { records } = await run({ ratePerSecond: 20, stopMs: 100_000, doubledShare: 1 });
  const homesAt = new Map<number, string[]>();
  for (const { startMs, client } of records) {
    homesAt.set(startMs, [...(homesAt.get(startMs) ?? []), client.geography.id]);
  }

  expect(homesAt.size).toBeGreaterThan(1000);
  for (const homes of homesAt.values()) expect(homes.sort()).toEqual(['us-central', 'us-west']);
});

test('the same seed brings the same traffic, another one does not', async () => {
  const one = await run({ ratePerSecond: 5, stopMs: 60_000, seed: 'a' });
  const again = await run({ ratePerSecond: 5, stopMs: 60_000, seed: 'a' });
  const other = await run({ ratePerSecond: 5, stopMs: 60_000, seed: 'b' });

  const timesOf = ({ records }: typeof one) =>
    records.map(({ client, startMs, endMs }) => [client.index, startMs, endMs]);
  expect(timesOf(again)).toEqual(timesOf(one));
  expect(timesOf(other)).not.toEqual(timesOf(one));
});
