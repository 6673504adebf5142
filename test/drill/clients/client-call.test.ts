import type { HttpAnswer } from '../../../lib/drill/api/http-event';
import { perform } from '../../../lib/drill/clients/client-call';
import type { Client } from '../../../lib/drill/clients/population';
import type { TimedTry } from '../../../lib/drill/clients/try';
import type { Ending, Operation } from '../../../lib/drill/clients/workload';
import { DeviceCache, type DeviceKind, type DnsAnswer } from '../../../lib/drill/dns';
import type { DnsRecord } from '../../../lib/drill/dns/record';
import { Resolver } from '../../../lib/drill/dns/resolver';
import type { Fault } from '../../../lib/drill/faults/fault-plan';
import { uniformConstant } from '../../../lib/drill/model/constants';
import { NotModelled } from '../../../lib/drill/not-modelled';
import { S3Service } from '../../../lib/drill/objects/s3-service';
import type { World } from '../../../lib/drill/world/world';
import { geography, latency } from '../dns/records';
import { drillContext, fault } from '../drill-context';

const HOST = 'api.example.com';

/** Round trip of the client to the Region next to it, in milliseconds. */
const ACCESS_MS = 20;

/** What the API of a Region does with its next request. */
type Behaviour = number | 'silence' | Partial<HttpAnswer>;

interface Stage {
  /** What happens to each request in turn, by Region; the last goes on. */
  readonly behaviours: Readonly<Record<string, readonly Behaviour[]>>;
  /** Region that DNS answers with at a time; none has no address. */
  readonly dns?: (nowMs: number) => string | undefined;
  readonly kind?: DeviceKind;
  readonly faults?: readonly Fault[];
}

/** A client in us-central before APIs and name servers that the test plays. */
function stage({ behaviours, dns = () => 'us-east-2', kind = 'server', faults = [] }: Stage) {
  const context = drillContext({ faults });
  const { scheduler } = context;
  const objects = new S3Service([{ name: 'objects', region: 'us-west-2', versioned: true, rules: [] }], context);
  const requests: { region: string; atMs: number; body: string | undefined; host: string }[] = [];
  const left = Object.fromEntries(Object.entries(behaviours).map(([region, list]) => [region, [...list]]));
  const world = {
    context,
    objects,
    endpointOf: (record: DnsRecord) => ({
      region: record.region,
      api: {
        signedByClient: (request: object) => request,
        handle: async ({ body, host }: { body?: string; host: string }, wayMs: number): Promise<HttpAnswer> => {
          await scheduler.sleep(wayMs);
          requests.push({ region: record.region, atMs: scheduler.nowMs, body, host });
          const list = left[record.region] ?? [];
          const behaviour = (list.length > 1 ? list.shift() : list[0]) ?? 200;
          if (behaviour === 'silence') return new Promise(() => {});
          const answer = typeof behaviour === 'number' ? { status: behaviour } : behaviour;
          return { status: 200, headers: {}, body: '{}', ...answer };
        },
      },
    }),
  } as unknown as World;
  const nameServer = {
    answer: (name: string, _type: string, _geography: unknown, nowMs: number): DnsAnswer => {
      const region = dns(nowMs);
      return region === undefined ? { ttlSeconds: 60 } : { record: latency(name, region), ttlSeconds: 60 };
    },
  };
  const home = geography('us-central');
  const client: Client = {
    index: 0,
    geography: home,
    names: new DeviceCache(kind, new Resolver(nameServer, home, undefined, 0)),
    accessMs: ACCESS_MS,
  };
  const heard: string[] = [];
  const endings: Ending[] = [];
  const made: (readonly TimedTry[])[] = [];
  const operation = (accept: Operation['accept'] = () => undefined): Operation => ({
    kind: 'deliver',
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
    const { tries, ...result } = await scheduler.runUntilSettled(work, startMs + 120_000);
    made.push(tries);
    return { ...result, tookMs: scheduler.nowMs - startMs };
  };
  return { call, requests, heard, endings, scheduler, made };
}

test('a call takes three round trips: TCP, TLS 1.3, request and answer', async () => {
  const { call, requests, heard } = stage({ behaviours: {} });

  const { tookMs, ...result } = await call();

  expect(result).toEqual({ ok: true, attempts: 1, region: 'us-east-2' });
  expect(tookMs).toBeCloseTo(3 * ACCESS_MS, 6);
  expect(requests).toMatchObject([{ atMs: 2.5 * ACCESS_MS, host: HOST }]);
  expect(heard).toEqual(['accept']);
});

test('a call to a far Region crosses the backbone as well', async () => {
  const { call } = stage({ behaviours: {}, dns: () => 'us-west-2' });

  // 51.2 ms from us-east-2 to us-west-2: lib/drill/model/region-round-trips.json.
  expect((await call()).tookMs).toBeCloseTo(3 * (ACCESS_MS + 51.2), 6);
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
    waits.push([(second ?? 0) - (first ?? 0) - 3 * ACCESS_MS, (third ?? 0) - (second ?? 0) - 3 * ACCESS_MS]);
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

test('a silent service costs ten seconds a try', async () => {
  const { call, heard } = stage({ behaviours: { 'us-east-2': ['silence'] } });

  const { tookMs, ...result } = await call();

  expect(result).toEqual({ ok: false, attempts: 3, region: 'us-east-2', failure: 'time-out' });
  expect(tookMs).toBeGreaterThanOrEqual(30_000);
  expect(tookMs).toBeLessThan(30_150);
  expect(heard).toEqual(['abandon']);
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

test('an old address is used until the client and its resolver let go of it', async () => {
  const dns = (nowMs: number): string => (nowMs < 1000 ? 'us-east-2' : 'us-west-2');
  const chromium = stage({ behaviours: { 'us-east-2': [200, 503] }, dns, kind: 'browserChromium' });
  const server = stage({ behaviours: { 'us-east-2': [200, 503] }, dns, kind: 'server' });
  const regionAt = async ({ call, scheduler }: typeof server, atMs: number) => {
    await scheduler.run(atMs);
    const { region, ok } = await call();
    return [region, ok];
  };

  // Both asked at 0 s: Chromium keeps the address for 60 s, the resolver of both keeps the answer for 60 s.
  for (const client of [chromium, server]) expect(await regionAt(client, 0)).toEqual(['us-east-2', true]);
  for (const client of [chromium, server]) expect(await regionAt(client, 58_000)).toEqual(['us-east-2', false]);
  for (const client of [chromium, server]) expect(await regionAt(client, 60_001)).toEqual(['us-west-2', true]);
});

test('a client whose cache runs out between tries follows DNS with the next try', async () => {
  const dns = (nowMs: number): string => (nowMs < 50_000 ? 'us-east-2' : 'us-west-2');
  const { call, scheduler } = stage({ behaviours: { 'us-east-2': [200, 'silence'] }, dns });
  await call();
  await scheduler.run(55_000);

  // The first try starts at 55 s, still within the resolver's 60 s, and times out at 65 s.
  expect(await call()).toMatchObject({ ok: true, attempts: 2, region: 'us-west-2' });
});

test('every try says when it was, what it met, and whose memory its address came from', async () => {
  const dns = (nowMs: number): string => (nowMs < 30_000 ? 'us-east-2' : 'us-west-2');
  const { call, scheduler, made } = stage({ behaviours: { 'us-east-2': [200, 503] }, dns, kind: 'browserChromium' });
  await call();
  await scheduler.run(61_000);
  await call();
  await scheduler.run(121_100);
  await call();

  // Chromium asks its resolver anew after 60 s; the resolver, asked at 0 s, does so too at 61 s.
  const [first, second, third] = made;
  expect(first).toMatchObject([{ startMs: 0, region: 'us-east-2', address: { from: 'route53', answeredMs: 0 } }]);
  expect(second).toMatchObject([
    { startMs: 61_000, region: 'us-west-2', address: { from: 'route53', ttlSeconds: 60 } },
  ]);
  expect(third).toMatchObject([{ address: { from: 'route53', answeredMs: 121_100 } }]);
  const again = stage({ behaviours: { 'us-east-2': [503, 200] }, kind: 'browserChromium' });
  await again.call();
  expect(again.made[0]).toMatchObject([
    { failure: '503', startMs: 0, endMs: 3 * ACCESS_MS, address: { from: 'route53' } },
    { region: 'us-east-2', address: { from: 'device', answeredMs: 0 } },
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

  test('fails when the bucket refuses it', async () => {
    const { call } = stage({ behaviours: {} });

    expect(await call(undefined, uploadTo(BUCKET, {}).upload)).toMatchObject({ ok: false, failure: 'upload 403' });
  });

  test('stops a drill when it leads to no bucket of the assembly', async () => {
    const { call } = stage({ behaviours: {} });

    await expect(call(undefined, uploadTo('https://objects.example.com/a.jpg').upload)).rejects.toThrow(NotModelled);
  });
});
