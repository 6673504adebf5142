import type { HttpAnswer } from '../../../lib/drill/api/http-event';
import { IdentityProvider } from '../../../lib/drill/api/identity-provider';
import { perform } from '../../../lib/drill/clients/client-call';
import { Connections } from '../../../lib/drill/clients/connections';
import { stayConnected } from '../../../lib/drill/clients/exchange';
import { equipClients } from '../../../lib/drill/clients/library-client';
import type { Client } from '../../../lib/drill/clients/population';
import type { TimedTry } from '../../../lib/drill/clients/try';
import type { Ending, Operation } from '../../../lib/drill/clients/workload';
import { DeviceCache, type DeviceKind, type DnsAnswer } from '../../../lib/drill/dns';
import type { DnsRecord } from '../../../lib/drill/dns/record';
import { Resolver } from '../../../lib/drill/dns/resolver';
import { EVERYWHERE, type Fault } from '../../../lib/drill/faults/fault';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { lognormalConstant, uniformConstant } from '../../../lib/drill/model/constants';
import { NetworkPaths } from '../../../lib/drill/network/network-paths';
import { NotModelled } from '../../../lib/drill/not-modelled';
import { S3Service } from '../../../lib/drill/objects/s3-service';
import type { World } from '../../../lib/drill/world/world';
import { geography, latency } from '../dns/records';
import { drillContext, fault } from '../drill-context';
import { MedianStream } from '../median-stream';

const HOST = 'api.example.com';

/** Round trip of the client to the Region next to it, in milliseconds. */
const ACCESS_MS = 20;

/** What the API of a Region does with its next request. */
type Behaviour = number | 'silence' | (Partial<HttpAnswer> & { readonly afterMs?: number });

interface Stage {
  /** What happens to each request in turn, by Region; the last goes on. */
  readonly behaviours: Readonly<Record<string, readonly Behaviour[]>>;
  /** Region that DNS answers with at a time; none has no address. */
  readonly dns?: (nowMs: number) => string | undefined;
  readonly kind?: DeviceKind;
  readonly faults?: readonly Fault[];
  /** Whether the client uses lib/client. */
  readonly library?: boolean;
  /** Draws its distances. @default - they are medians */
  readonly trips?: RandomStream;
}

/** A client in us-central before APIs and name servers that the test plays. */
function stage({
  behaviours,
  dns = () => 'us-east-2',
  kind = 'server',
  faults = [],
  library = false,
  trips = new MedianStream('trips'),
}: Stage) {
  const context = drillContext({ faults });
  const { scheduler } = context;
  const objects = new S3Service([{ name: 'objects', region: 'us-west-2', versioned: true, rules: [] }], context);
  const requests: { region: string; atMs: number; body: string | undefined; host: string }[] = [];
  const left = Object.fromEntries(Object.entries(behaviours).map(([region, list]) => [region, [...list]]));
  const world = {
    context,
    paths: new NetworkPaths(context, context.random.fork('network')),
    identityProvider: new IdentityProvider(context),
    objects,
    servingRegions: ['us-east-2', 'us-west-2'],
    serviceNames: [HOST],
    apiIn: () => ({}),
    endpointOf: (record: DnsRecord) => ({
      region: record.region,
      api: {
        signedByClient: (request: object) => request,
        needsToken: () => true,
        handle: async ({ body, host }: { body?: string; host: string }, wayMs: number): Promise<HttpAnswer> => {
          await scheduler.sleep(wayMs);
          requests.push({ region: record.region, atMs: scheduler.nowMs, body, host });
          const list = left[record.region] ?? [];
          const behaviour = (list.length > 1 ? list.shift() : list[0]) ?? 200;
          if (behaviour === 'silence') return new Promise(() => {});
          const { afterMs = 0, ...answer } = typeof behaviour === 'number' ? { status: behaviour } : behaviour;
          if (afterMs > 0) await scheduler.sleep(afterMs);
          return { status: 200, headers: {}, body: '{}', ...answer };
        },
      },
    }),
  } as unknown as World;
  const nameServer = {
    answer: (name: string, _type: string, _geography: unknown, nowMs: number): DnsAnswer => {
      const [, ownRegion] = /^([a-z]+-[a-z]+-\d)\./.exec(name) ?? [];
      const region = ownRegion ?? dns(nowMs);
      return region === undefined ? { ttlSeconds: 60 } : { record: latency(name, region), ttlSeconds: 60 };
    },
  };
  const home = geography('us-central');
  const device: Client = {
    index: 0,
    geography: home,
    names: new DeviceCache(kind, new Resolver(nameServer, home, undefined, 0)),
    connections: new Connections(kind),
    accessMs: ACCESS_MS,
    trips,
    edge: new RandomStream('edge'),
    patience: new RandomStream('patience'),
  };
  const equipped = equipClients(world, [device], { share: library ? 1 : 0, host: HOST, random: context.random });
  const client = equipped[0] as Client;
  const heard: string[] = [];
  const endings: Ending[] = [];
  const made: (readonly TimedTry[])[] = [];
  const operation = (accept: Operation['accept'] = () => undefined): Operation => ({
    kind: 'deliver',
    idempotencyKey: 'd-1',
    request: { method: 'POST', path: '/deliveries', body: '{"deliveryId":"d-1"}' },
    accept: (answer, nowMs) => {
      heard.push('accept');
      return accept(answer, nowMs);
    },
    abandon: () => heard.push('abandon'),
    conclude: (ending) => endings.push(ending),
  });
  const call = async (accept?: Operation['accept'], upload?: Operation['upload']) => {
    const startMs = scheduler.nowMs;
    const wanted = { ...operation(accept), ...(upload ? { upload } : {}) };
    const work = perform(world, client, wanted, HOST, context.random);
    const { tries, ...result } = await scheduler.runUntilSettled(work, startMs + 1_200_000);
    made.push(tries);
    return { ...result, tookMs: scheduler.nowMs - startMs };
  };
  return { call, requests, heard, endings, scheduler, world, client, made };
}

test('a call takes four round trips: to the resolver, TCP, TLS 1.3, request and answer', async () => {
  const { call, requests, heard } = stage({ behaviours: {} });

  const { tookMs, ...result } = await call();

  expect(result).toEqual({ ok: true, attempts: 1, region: 'us-east-2' });
  expect(tookMs).toBeCloseTo(4 * ACCESS_MS, 6);
  expect(requests).toMatchObject([{ atMs: 3.5 * ACCESS_MS, host: HOST }]);
  expect(heard).toEqual(['accept']);
});

describe('faults on the way', () => {
  const on = (one: Partial<Fault>) => ({ behaviours: {}, faults: [fault({ target: 'network', ...one })] });

  test('that let packets vanish end every try in a time-out, and the API never hears of it', async () => {
    const { call, requests } = stage(on({ peers: ['clients'], phaseId: 'cut' }));

    expect(await call()).toMatchObject({
      ok: false,
      attempts: 3,
      failure: 'time-out',
      phaseId: 'cut',
      region: 'us-east-2',
    });
    expect(requests).toEqual([]);
  });

  test('that are slow add to each of the three round trips to the Region', async () => {
    const { call } = stage(on({ kind: 'slow', delayMs: 100 }));

    expect((await call()).tookMs).toBeCloseTo(ACCESS_MS + 3 * (ACCESS_MS + 100), 6);
  });

  test.each(['checkers', 'regions', 'us-west'])('between the Region and %s are not felt', async (peer) => {
    const { call } = stage(on({ peers: [peer] }));

    expect((await call()).tookMs).toBeCloseTo(4 * ACCESS_MS, 6);
  });
});

describe('a content delivery network in front of the shared name', () => {
  const edge = (rest: Partial<Fault> = {}) =>
    fault({ target: 'cdn', region: EVERYWHERE, phaseId: 'edge', endMs: 1e9, ...rest });

  test('that fails answers 503 next to the client, and no Region hears of the request', async () => {
    const { call, requests, made, heard } = stage({ behaviours: {}, faults: [edge()] });

    const { tookMs: _, ...result } = await call();

    // No Region: it was none that failed.
    expect(result).toEqual({ ok: false, attempts: 3, failure: '503', phaseId: 'edge' });
    expect(requests).toEqual([]);
    expect(heard).toEqual(['abandon']);
    const [first] = timesOf(made[0]).lasted;
    expect(first).toBeCloseTo(4 * ACCESS_MS, 6);
  });

  test('is past by the name of a Region, by which lib/client asks when the shared name fails', async () => {
    const { call, requests, made } = stage({ behaviours: {}, faults: [edge()], library: true });

    expect(await call()).toMatchObject({ ok: true, attempts: 2, region: expect.stringMatching(/^us-(east|west)-2$/) });
    expect(requests).toMatchObject([{ host: expect.stringMatching(/^us-(east|west)-2\.api\.example\.com$/) }]);
    expect(made[0]?.map(({ region, failure, phaseId }) => [region, failure, phaseId])).toEqual([
      [undefined, '503', 'edge'],
      [requests[0]?.region, undefined, undefined],
    ]);
  });

  test('that is slow delays what it lets through, and clients who wait too little blame it', async () => {
    const patient = stage({ behaviours: {}, faults: [edge({ kind: 'slow', delayMs: 700 })] });
    const hasty = stage({ behaviours: {}, faults: [edge({ kind: 'slow', delayMs: 15_000 })], kind: 'android' });

    const { tookMs, ...result } = await patient.call();

    expect(result).toEqual({ ok: true, attempts: 1, region: 'us-east-2' });
    expect(tookMs).toBeCloseTo(4 * ACCESS_MS + 700, 6);
    expect(await hasty.call()).toMatchObject({ ok: false, failure: 'time-out', phaseId: 'edge' });
  });

  test('fails a share of requests, each by a draw of its own', async () => {
    const { call, requests } = stage({ behaviours: {}, faults: [edge({ share: 0.3 })] });
    let tries = 0;
    for (let i = 0; i < 400; i++) tries += (await call()).attempts;

    // Five standard deviations.
    const struck = 1 - requests.length / tries;
    expect(Math.abs(struck - 0.3)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / tries));
  });

  test('is not there before the fault and after it', async () => {
    const { call, scheduler } = stage({ behaviours: {}, faults: [edge({ startMs: 10_000, endMs: 20_000 })] });

    expect(await call()).toMatchObject({ ok: true, attempts: 1 });
    await scheduler.run(20_000);
    expect(await call()).toMatchObject({ ok: true, attempts: 1 });
  });
});

test('an answer with the wrong content is blamed on what has spoilt the data behind it, with lib/client as without', async () => {
  for (const library of [false, true]) {
    const { call } = stage({ behaviours: { 'us-east-2': [{ status: 200, phaseId: 'poison' }] }, library });

    expect(await call(() => 'another parcel')).toMatchObject({ failure: 'another parcel', phaseId: 'poison' });
  }
});

test('a client whose token is over needs a new one, and fails while the issuer does', async () => {
  const faults = [
    fault({ target: 'identity-provider', region: EVERYWHERE, endMs: 1e9, startMs: 0, phaseId: 'issuer' }),
  ];
  const { call, scheduler, requests } = stage({ behaviours: {}, faults });

  // The first token is from before the drill, so that it is over within its life of an hour.
  await scheduler.run(3_600_000);

  expect(await call()).toMatchObject({ ok: false, attempts: 3, failure: 'no token', phaseId: 'issuer' });
  expect(requests).toEqual([]);
});

test('a token that was had before the issuer failed holds for an hour', async () => {
  const faults = [fault({ target: 'identity-provider', region: EVERYWHERE, startMs: 3_601_000, endMs: 1e9 })];
  const { call, scheduler } = stage({ behaviours: {}, faults });
  await scheduler.run(3_600_000);
  expect(await call()).toMatchObject({ ok: true });
  await scheduler.run(7_199_000);
  expect(await call()).toMatchObject({ ok: true });
  await scheduler.run(7_200_000);

  expect(await call()).toMatchObject({ ok: false, failure: 'no token' });
});

test('a call to a far Region crosses the backbone as well, but to the resolver next to the client', async () => {
  const { call } = stage({ behaviours: {}, dns: () => 'us-west-2' });

  // 51.2 ms from us-east-2 to us-west-2: lib/drill/model/region-round-trips.json.
  expect((await call()).tookMs).toBeCloseTo(ACCESS_MS + 3 * (ACCESS_MS + 51.2), 6);
});

test.each([429, 500, 502, 503, 504])('%i is tried again, at most twice, with the same request', async (status) => {
  const mended = stage({ behaviours: { 'us-east-2': [status, status, 201] } });
  const broken = stage({ behaviours: { 'us-east-2': [status] } });

  expect(await mended.call()).toMatchObject({ ok: true, attempts: 3, region: 'us-east-2' });
  expect(new Set(mended.requests.map(({ body }) => body))).toEqual(new Set(['{"deliveryId":"d-1"}']));
  expect(mended.heard).toEqual(['accept']);
  expect(await broken.call()).toMatchObject({ ok: false, attempts: 3, failure: String(status) });
  expect(broken.requests).toHaveLength(3);
  expect(broken.heard).toEqual(['abandon']);
});

test.each([302, 400, 403, 404, 409])('%i is an answer: not tried again, and not what was asked for', async (status) => {
  const { call, requests, heard } = stage({ behaviours: { 'us-east-2': [status] } });

  expect(await call()).toMatchObject({ ok: false, attempts: 1, failure: String(status), region: 'us-east-2' });
  expect(requests).toHaveLength(1);
  expect(heard).toEqual(['abandon']);
});

test('an answer with the wrong content fails', async () => {
  const { call, heard } = stage({ behaviours: {} });

  expect(await call(() => 'another parcel')).toMatchObject({ ok: false, attempts: 1, failure: 'another parcel' });
  expect(heard).toEqual(['accept', 'abandon']);
});

test('waits between tries are drawn up to 50 ms and then up to 100 ms', async () => {
  const waits: [number, number][] = [];
  const { call, requests } = stage({ behaviours: { 'us-east-2': [503] } });
  for (let i = 0; i < 200; i++) {
    await call();
    const [first, second, third] = requests.splice(0).map(({ atMs }) => atMs);
    waits.push([(second ?? 0) - (first ?? 0) - ACCESS_MS, (third ?? 0) - (second ?? 0) - ACCESS_MS]);
  }

  for (const [index, most] of [50, 100].entries()) {
    const drawn = waits.map((pair) => pair[index as 0 | 1]);
    const mean = drawn.reduce((sum, wait) => sum + wait, 0) / drawn.length;
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(-1e-6);
    expect(Math.max(...drawn)).toBeLessThan(most + 1e-6);
    // Full jitter is uniform: five standard deviations of the mean of 200.
    expect(Math.abs(mean - most / 2)).toBeLessThan((5 * most) / Math.sqrt(12 * drawn.length));
  }
});

/** How long each try took, and the waits between them, in milliseconds. */
const timesOf = (tries: readonly TimedTry[] = []) => ({
  lasted: tries.map(({ startMs, endMs }) => endMs - startMs),
  waits: tries.slice(1).map(({ startMs }, index) => startMs - (tries[index]?.endMs ?? 0)),
});

/** Round trips until the connection stands when nothing is remembered: the look-up, TCP and TLS. */
const CONNECTED_MS = 3 * ACCESS_MS;

describe.each<[DeviceKind, number, number]>([
  // OkHttp gives the connection ten seconds, and then the answer.
  ['android', 10_000, CONNECTED_MS + 10_000],
  // URLSession has one limit until the first byte of the answer.
  ['ios', 60_000, 60_000],
  // Node's fetch gives the connection ten seconds, and then the answer five minutes.
  ['server', 10_000, CONNECTED_MS + 300_000],
])("the kind %s's library", (kind, unconnectedMs, silentMs) => {
  test(`ends a try of a silent service after ${silentMs / 1000} s, and its program repeats it after a short wait`, async () => {
    const { call, heard, made, requests } = stage({ behaviours: { 'us-east-2': ['silence'] }, kind });

    const { tookMs: _, ...result } = await call();

    expect(result).toEqual({ ok: false, attempts: 3, region: 'us-east-2', failure: 'time-out' });
    expect(heard).toEqual(['abandon']);
    expect(requests.map(({ body }) => body)).toEqual(Array(3).fill('{"deliveryId":"d-1"}'));
    const { lasted, waits } = timesOf(made[0]);
    expect(lasted[0]).toBeCloseTo(silentMs, 6);
    for (const wait of waits) expect(wait).toBeGreaterThan(0);
    expect(waits[0]).toBeLessThan(50);
    expect(waits[1]).toBeLessThan(100);
  });

  test(`ends a try that finds no connection after ${unconnectedMs / 1000} s`, async () => {
    const cut = fault({ target: 'network', peers: ['clients'], endMs: 1e9 });
    const { call, made, requests } = stage({ behaviours: {}, faults: [cut], kind });

    expect(await call()).toMatchObject({ ok: false, attempts: 3, failure: 'time-out' });
    for (const lasted of timesOf(made[0]).lasted) expect(lasted).toBeCloseTo(unconnectedMs, 6);
    expect(requests).toEqual([]);
  });
});

test.each<[DeviceKind, number, boolean]>([
  ['android', 9_900, true],
  ['android', 10_100, false],
  ['ios', 29_000, true],
  ['ios', 60_000, false],
  ['server', 29_000, true],
])('a client of the kind %s whose answer comes after %i ms has it: %s', async (kind, afterMs, ok) => {
  const { call } = stage({ behaviours: { 'us-east-2': [{ status: 200, afterMs }] }, kind });

  expect(await call()).toMatchObject(ok ? { ok, attempts: 1 } : { ok, attempts: 3, failure: 'time-out' });
});

test('a request whose connection comes too late never leaves, and one that may wait for it does', async () => {
  // TCP and TLS take twelve seconds.
  const slow = fault({ target: 'network', kind: 'slow', delayMs: 6_000, endMs: 1e9 });
  const [android, ios] = (['android', 'ios'] as const).map((kind) => stage({ behaviours: {}, faults: [slow], kind }));

  expect(await android?.call()).toMatchObject({ ok: false, failure: 'time-out' });
  expect(android?.requests).toEqual([]);
  expect(timesOf(android?.made[0]).lasted).toEqual([10_000, 10_000, 10_000]);
  expect(await ios?.call()).toMatchObject({ ok: true, attempts: 1 });
  expect(ios?.requests).toHaveLength(1);
});

describe.each<DeviceKind>(['browserChromium', 'browserSafari', 'browserFirefox'])('the person at a %s', (kind) => {
  const drawn = () => {
    const patience = new RandomStream('patience');
    return Array.from({ length: 3 }, () => 1000 * patience.lognormal(lognormalConstant('client.patience')));
  };

  test.each<[string, Partial<Stage>]>([
    ['a silent service', { behaviours: { 'us-east-2': ['silence'] } }],
    ['a connection', { faults: [fault({ target: 'network', peers: ['clients'], endMs: 1e9 })] }],
  ])('waits for %s as long as patience lasts, and then tries again at once', async (_, what) => {
    const { call, made } = stage({ behaviours: {}, kind, ...what });

    expect(await call()).toMatchObject({ ok: false, attempts: 3, failure: 'time-out' });

    const { lasted, waits } = timesOf(made[0]);
    for (const [index, patienceMs] of drawn().entries()) expect(lasted[index]).toBeCloseTo(patienceMs, 6);
    expect(waits).toEqual([0, 0]);
    expect(new Set(lasted).size).toBe(3);
  });

  test('has a page that repeats what failed after a short wait, as every program does', async () => {
    const { call, made } = stage({ behaviours: { 'us-east-2': [503] }, kind });
    await call();

    for (const wait of timesOf(made[0]).waits) expect(wait).toBeGreaterThan(0);
  });
});

test.each(['us-east-2', 'us-west-2'])(
  'each connection to %s has a round trip of its own, which it keeps',
  async (region) => {
    const trips = new RandomStream('trips');
    const { call, scheduler } = stage({ behaviours: {}, dns: () => region, kind: 'ios', trips });
    const took: number[] = [];
    for (const atMs of [0, 10_000, 20_000, 55_000, 58_000]) {
      await scheduler.run(atMs);
      took.push((await call()).tookMs);
    }
    const [first = 0, second = 0, third = 0, anew = 0, again = 0] = took;

    // The connection of the beginning is kept until it was idle for 30 s; the address is remembered for 60 s.
    expect(third).toBeCloseTo(second, 6);
    expect(first).toBeGreaterThan(3 * second);
    expect(anew).toBeCloseTo(3 * again, 6);
    expect(Math.abs(again - second)).toBeGreaterThan(0.01);
  },
);

test('a name without an address is known to have none after the way to the resolver', async () => {
  const { call, made } = stage({ behaviours: {}, dns: () => undefined });
  await call();

  expect(timesOf(made[0]).lasted).toEqual([ACCESS_MS, expect.closeTo(ACCESS_MS, 6), expect.closeTo(ACCESS_MS, 6)]);
});

test('a silent service that answers the next try costs one time-out', async () => {
  const { call } = stage({ behaviours: { 'us-east-2': ['silence', 200] } });

  expect(await call()).toMatchObject({ ok: true, attempts: 2 });
});

test('the phase behind the last failure is passed on', async () => {
  const { call } = stage({
    behaviours: {
      'us-east-2': [
        { status: 500, phaseId: 'p1' },
        { status: 503, phaseId: 'p2' },
      ],
    },
  });

  expect(await call()).toMatchObject({ ok: false, failure: '503', phaseId: 'p2' });
});

test('a wrong answer is put down to replication while the Region is cut off from it', async () => {
  const held = fault({
    target: 'dynamodb-replication',
    region: 'us-east-2',
    kind: 'delay',
    phaseId: 'p3',
    endMs: 1000,
  });
  const { call, scheduler } = stage({ behaviours: { 'us-east-2': [404] }, faults: [held] });

  expect(await call()).toMatchObject({ ok: false, failure: '404', phaseId: 'p3' });
  await scheduler.run(1000);
  expect(await call()).not.toHaveProperty('phaseId');
});

test('a name without an address is tried three times and has no Region to blame', async () => {
  const { call, requests } = stage({ behaviours: {}, dns: () => undefined });

  const { tookMs: _, ...result } = await call();

  expect(result).toEqual({ ok: false, attempts: 3, failure: 'no address' });
  expect(requests).toEqual([]);
});

describe('once DNS has changed', () => {
  const dns = (nowMs: number): string => (nowMs < 1000 ? 'us-east-2' : 'us-west-2');
  const client = (kind: DeviceKind) => stage({ behaviours: { 'us-east-2': [200, 503] }, dns, kind });
  const regionAt = async ({ call, scheduler }: ReturnType<typeof client>, atMs: number) => {
    await scheduler.run(atMs);
    const { region, ok } = await call();
    return [region, ok];
  };

  test('an old address is used until the client and its resolver let go of it', async () => {
    const server = client('server');

    // The resolver keeps the answer for 60 s. A server's connections end after four idle seconds.
    expect(await regionAt(server, 0)).toEqual(['us-east-2', true]);
    expect(await regionAt(server, 55_000)).toEqual(['us-east-2', false]);
    expect(await regionAt(server, 60_001)).toEqual(['us-west-2', true]);
  });

  test('a client goes on to the old Region for as long as it uses its connection, whatever it is answered', async () => {
    const chromium = client('browserChromium');

    // Chromium would keep an idle connection for 300 s; the gateway ends it after 90 s.
    for (const atMs of [0, 80_000, 160_000, 249_000]) expect((await regionAt(chromium, atMs))[0]).toBe('us-east-2');
    expect(await regionAt(chromium, 340_000)).toEqual(['us-west-2', true]);
  });

  test('a client leaves the old Region with the connection that gave no answer', async () => {
    const { call, scheduler } = stage({ behaviours: { 'us-east-2': [200, 'silence'] }, dns, kind: 'browserChromium' });
    await call();
    await scheduler.run(80_000);

    expect(await call()).toMatchObject({ ok: true, attempts: 2, region: 'us-west-2' });
  });

  test('a late answer does not bring back the connection that was given up', async () => {
    const late = { status: 200, afterMs: 15_000 };
    const { call, scheduler } = stage({ behaviours: { 'us-east-2': [200, late] }, dns, kind: 'android' });
    await call();
    await scheduler.run(80_000);
    await call();
    await scheduler.run(100_000);

    expect(await call()).toMatchObject({ region: 'us-west-2' });
  });
});

test.each<[DeviceKind, number]>([
  ['browserChromium', 90],
  ['browserFirefox', 90],
  ['android', 90],
  ['browserSafari', 30],
  ['ios', 30],
  ['server', 4],
])('a call of the kind %s takes one round trip within %d s of the last, and four after', async (kind, idleSeconds) => {
  const { call, scheduler, client } = stage({ behaviours: {}, kind });
  await call();

  await scheduler.run(scheduler.nowMs + 1000 * idleSeconds - 1);
  expect((await call()).tookMs).toBeCloseTo(ACCESS_MS, 6);
  await scheduler.run(scheduler.nowMs + 1000 * idleSeconds);
  client.names.clear();
  expect((await call()).tookMs).toBeCloseTo(4 * ACCESS_MS, 6);
});

test('a device that remembers the address needs no way to its resolver', async () => {
  const { call, scheduler } = stage({ behaviours: {}, kind: 'ios' });
  await call();

  // The connection is idle for 30 s at the most, the address remembered for 60 s.
  await scheduler.run(40_000);
  expect((await call()).tookMs).toBeCloseTo(3 * ACCESS_MS, 6);
});

test('what is not made keeps the connection in use all the same, or makes a new one to where the name leads by then', async () => {
  const dns = (nowMs: number): string => (nowMs < 1000 ? 'us-east-2' : 'us-west-2');
  const { call, scheduler, world, client } = stage({ behaviours: {}, dns, kind: 'browserChromium' });
  await call();

  for (const atMs of [80_000, 160_000]) {
    await scheduler.run(atMs);
    stayConnected(world, client, HOST);
  }
  expect(await call()).toMatchObject({ region: 'us-east-2', tookMs: ACCESS_MS });
  await scheduler.run(260_000);
  stayConnected(world, client, HOST);
  const { tookMs, region } = await call();
  expect(region).toBe('us-west-2');
  // 51.2 ms from us-east-2 to us-west-2.
  expect(tookMs).toBeCloseTo(ACCESS_MS + 51.2, 6);
});

test('a client whose cache runs out between tries follows DNS with the next try', async () => {
  const dns = (nowMs: number): string => (nowMs < 50_000 ? 'us-east-2' : 'us-west-2');
  const { call, scheduler } = stage({ behaviours: { 'us-east-2': [200, 'silence'] }, dns, kind: 'android' });
  await call();
  await scheduler.run(55_000);

  // The first try starts at 55 s, still within the resolver's 60 s, and times out at 65 s.
  expect(await call()).toMatchObject({ ok: true, attempts: 2, region: 'us-west-2' });
});

test('every try says when it was, what it met, and whose memory its address came from', async () => {
  const dns = (nowMs: number): string => (nowMs < 30_000 ? 'us-east-2' : 'us-west-2');
  const { call, scheduler, made } = stage({ behaviours: {}, dns, kind: 'browserChromium' });
  await call();
  await scheduler.run(61_000);
  await call();
  await scheduler.run(1_000_000);
  await call();

  // The name leads elsewhere since 30 s, but the connection is still there at 61 s.
  const [first, second, third] = made;
  expect(first).toMatchObject([{ startMs: 0, region: 'us-east-2', address: { from: 'route53', answeredMs: 0 } }]);
  expect(second).toMatchObject([
    { startMs: 61_000, region: 'us-east-2', address: { from: 'connection', answeredMs: 0, ttlSeconds: 60 } },
  ]);
  expect(third).toMatchObject([{ region: 'us-west-2', address: { from: 'route53', answeredMs: 1_000_000 } }]);
  const again = stage({ behaviours: { 'us-east-2': ['silence', 503, 200] }, kind: 'android' });
  await again.call();
  expect(again.made[0]).toMatchObject([
    { failure: 'time-out', startMs: 0, endMs: CONNECTED_MS + 10_000, address: { from: 'route53' } },
    { failure: '503', address: { from: 'resolver', answeredMs: 0 } },
    { region: 'us-east-2', address: { from: 'connection', answeredMs: 0 } },
  ]);
});

describe('what a history is told', () => {
  const endingOf = async (...behaviours: Behaviour[]) => {
    const { call, endings } = stage({ behaviours: { 'us-east-2': behaviours } });
    await call();
    expect(endings).toHaveLength(1);
    return endings[0];
  };

  test('is when all tries began and ended, and the last answer below 500', async () => {
    const { call, endings, scheduler } = stage({ behaviours: { 'us-east-2': [503, 201] } });
    await scheduler.run(5_000);
    await call();

    expect(endings).toMatchObject([{ invokeMs: 5_000, region: 'us-east-2', answer: { status: 201 } }]);
    expect(endings[0]?.completeMs).toBe(scheduler.nowMs);
  });

  test.each<[string, Behaviour[], boolean]>([
    ['an answer at once', [200], false],
    ['a refusal at once', [404], false],
    ['throttling and an answer', [429, 200], false],
    ['nothing but throttling', [429], false],
    ['errors', [500], true],
    ['an error and an answer', [500, 200], true],
    ['an error and a refusal', [502, 409], true],
    ['an error and throttling', [503, 429], true],
    ['a time-out and an answer', ['silence', 200], true],
    ['nothing but time-outs', ['silence'], true],
  ])(
    'is, after %s, whether a try may have had an effect that its client did not hear of',
    async (_what, behaviours, isOpen) => {
      expect(await endingOf(...behaviours)).toMatchObject({ isOpen });
    },
  );

  test('is that nothing can have happened where the name had no address', async () => {
    const { call, endings } = stage({ behaviours: {}, dns: () => undefined });
    await call();

    expect(endings).toMatchObject([{ isOpen: false }]);
    expect(endings[0]).not.toHaveProperty('answer');
    expect(endings[0]).not.toHaveProperty('region');
  });

  test('holds no answer of a server that failed', async () => {
    expect(await endingOf(500)).not.toHaveProperty('answer');
    expect(await endingOf(429)).not.toHaveProperty('answer');
  });
});

describe('an upload that follows', () => {
  const BUCKET = 'https://objects.s3.us-west-2.amazonaws.com/a.jpg';

  /** An upload to the bucket in us-west-2, whose acknowledgement the test hears of. */
  function uploadTo(url: string, headers: Record<string, string> = { authorization: 'signed' }) {
    const acknowledged: number[] = [];
    const upload = {
      request: () => ({ url, headers, body: 'photo' }),
      acknowledge: (nowMs: number) => void acknowledged.push(nowMs),
    };
    return { upload, acknowledged };
  }

  test("goes over the distance to the bucket's Region, and is a part of the operation", async () => {
    const { call, heard, scheduler } = stage({ behaviours: {} });
    const { upload, acknowledged } = uploadTo(BUCKET);

    const { tookMs, ...result } = await call(undefined, upload);

    const { min, max } = uniformConstant('s3.latency');
    const waysMs = 3 * ACCESS_MS + 3 * (ACCESS_MS + 51.2);
    expect(result).toEqual({ ok: true, attempts: 1, region: 'us-west-2' });
    expect(tookMs).toBeGreaterThan(waysMs + min);
    expect(tookMs).toBeLessThan(waysMs + max);
    expect(acknowledged).toEqual([scheduler.nowMs]);
    expect(heard).toEqual(['accept']);
  });

  test('does not follow an answer that was refused', async () => {
    const { call } = stage({ behaviours: {} });
    const { upload, acknowledged } = uploadTo(BUCKET);

    expect(await call(() => 'another photo', upload)).toMatchObject({ ok: false, failure: 'another photo' });
    expect(acknowledged).toEqual([]);
  });

  test('is tried again, twice at most, and fails the operation with the phase behind it', async () => {
    const faults = [fault({ target: 's3', region: 'us-west-2', phaseId: 'p2' })];
    const { call, heard, requests } = stage({ behaviours: {}, faults });
    const { upload, acknowledged } = uploadTo(BUCKET);

    expect(await call(undefined, upload)).toMatchObject({
      ok: false,
      attempts: 3,
      region: 'us-west-2',
      failure: 'upload 503',
      phaseId: 'p2',
    });
    expect(requests).toHaveLength(1);
    expect(acknowledged).toEqual([]);
    expect(heard).toEqual(['accept', 'abandon']);
  });

  test('needs an address for the bucket', async () => {
    const faults = [fault({ target: 's3', region: EVERYWHERE, kind: 'name', peers: ['clients'], phaseId: 'names' })];
    const { call } = stage({ behaviours: {}, faults });

    expect(await call(undefined, uploadTo(BUCKET).upload)).toMatchObject({
      ok: false,
      failure: 'upload no address',
      phaseId: 'names',
    });
  });

  test.each<[DeviceKind, number]>([
    ['android', 10_000],
    ['ios', 60_000],
  ])('that finds no connection is given up by the kind %s after %i ms, and tried again', async (kind, limitMs) => {
    const faults = [fault({ target: 'network', region: 'us-west-2', phaseId: 'cut' })];
    const { call, made } = stage({ behaviours: {}, faults, kind });

    expect(await call(undefined, uploadTo(BUCKET).upload)).toMatchObject({
      ok: false,
      attempts: 3,
      failure: 'upload time-out',
      phaseId: 'cut',
    });
    const [, ...uploads] = timesOf(made[0]).lasted;
    expect(uploads).toEqual(Array(3).fill(expect.closeTo(limitMs, 6)));
  });

  test('fails when the bucket refuses it', async () => {
    const { call } = stage({ behaviours: {} });

    expect(await call(undefined, uploadTo(BUCKET, {}).upload)).toMatchObject({ ok: false, failure: 'upload 403' });
  });

  test('stops a drill when it leads to no bucket of the assembly', async () => {
    const { call } = stage({ behaviours: {} });

    await expect(call(undefined, uploadTo('https://objects.example.com/a.jpg').upload)).rejects.toThrow(NotModelled);
  });
});

describe('a client with lib/client', () => {
  test('asks the shared name over the same connections and distances as any other', async () => {
    const { call, requests } = stage({ behaviours: {}, library: true, kind: 'android' });

    expect(await call()).toEqual({
      ok: true,
      attempts: 1,
      region: 'us-east-2',
      tookMs: expect.closeTo(4 * ACCESS_MS, 6),
    });
    expect((await call()).tookMs).toBeCloseTo(ACCESS_MS, 6);
    expect(requests).toMatchObject([{ host: HOST, body: '{"deliveryId":"d-1"}' }, { host: HOST }]);
  });

  test('repeats in the other Region by its own name what fails, with the same request', async () => {
    const headers = { 'x-region': 'us-east-2' };
    const { call, requests, heard } = stage({
      behaviours: { 'us-east-2': [{ status: 200, headers }, 503] },
      library: true,
    });
    await call();
    const { tookMs, ...result } = await call();

    expect(result).toEqual({ ok: true, attempts: 2, region: 'us-west-2' });
    expect(requests.slice(1).map(({ host }) => host)).toEqual([HOST, `us-west-2.${HOST}`]);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    expect(heard).toEqual(['accept', 'accept']);
    // One round trip to the Region that fails, a wait of up to 100 ms, a look-up, and three to the other, 51.2 ms further.
    expect(tookMs).toBeGreaterThan(2 * ACCESS_MS + 3 * (ACCESS_MS + 51.2));
    expect(tookMs).toBeLessThan(2 * ACCESS_MS + 100 + 3 * (ACCESS_MS + 51.2));
  });

  test('waits two seconds for an answer that does not come, and gives the connection up', async () => {
    const { call, client, scheduler } = stage({
      behaviours: { 'us-east-2': ['silence'] },
      library: true,
      kind: 'android',
      faults: [fault({ target: 'network', phaseId: 'p9' })],
    });

    const { tookMs, ...result } = await call();

    // The Region's own name is tried, too: no answer has told yet where the shared name leads.
    expect(result).toMatchObject({ ok: true, attempts: 3, region: 'us-west-2' });
    expect(tookMs).toBeGreaterThan(4000);
    expect(tookMs).toBeLessThan(4600);
    expect(client.connections.to(HOST, scheduler.nowMs)).toBeUndefined();
    expect(client.connections.to(`us-west-2.${HOST}`, scheduler.nowMs)).toMatchObject({ region: 'us-west-2' });
  });

  test('fails when no Region answers, with what its last try met', async () => {
    const behaviours = { 'us-east-2': [503], 'us-west-2': [{ status: 500, phaseId: 'p2' }] };
    const { call, heard } = stage({ behaviours, library: true });

    expect(await call()).toMatchObject({
      ok: false,
      attempts: 4,
      failure: expect.stringMatching(/^50[03]$/),
    });
    expect(heard).toEqual(['abandon']);
  });

  test('fails with a time-out, and the phase behind it, when nobody answers at all', async () => {
    const silent = ['us-east-2', 'us-west-2'].map((region) => fault({ target: 'network', region, phaseId: 'p9' }));
    const { call } = stage({
      behaviours: { 'us-east-2': ['silence'], 'us-west-2': ['silence'] },
      library: true,
      faults: silent,
    });

    expect(await call()).toMatchObject({ ok: false, attempts: 4, failure: 'time-out', phaseId: 'p9', tookMs: 10_000 });
  });

  test('goes round a shared name that has no address', async () => {
    const { call } = stage({ behaviours: {}, dns: () => undefined, library: true });

    expect(await call()).toMatchObject({ ok: true, attempts: 2, region: 'us-east-2' });
  });

  test('gives a refusal to the application', async () => {
    const { call } = stage({ behaviours: { 'us-east-2': [409] }, library: true });

    expect(await call()).toMatchObject({ ok: false, attempts: 1, failure: '409' });
  });

  test('is what a share of the clients are, and needs a name of its own for each Region', () => {
    const { world, client } = stage({ behaviours: {} });
    const clients = Array.from({ length: 1000 }, () => client);
    const equip = (share: number, apiIn: unknown = () => ({})) =>
      equipClients({ ...world, apiIn } as unknown as World, clients, {
        share,
        host: HOST,
        random: drillContext().random,
      }).filter(({ library }) => library).length;

    expect([equip(0), equip(1)]).toEqual([0, 1000]);
    expect(Math.abs(equip(0.3) - 300)).toBeLessThan(5 * Math.sqrt(1000 * 0.3 * 0.7));
    expect(() => equip(0.3, () => undefined)).toThrow(
      new NotModelled(`clients with lib/client: no API serves us-east-2.${HOST}`),
    );
    expect(equip(0, () => undefined)).toBe(0);
  });
});
