import type { Fault } from '../../../lib/drill/faults/fault';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { roundTripMs } from '../../../lib/drill/model/round-trips';
import { HttpsClient, type WebServer } from '../../../lib/drill/network/https-client';
import { drillContext, fault, settle, timed } from '../data/fixture';
import { MedianStream } from '../median-stream';

const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;
const HERE_MS = roundTripMs(EAST, EAST);
const FAR_MS = roundTripMs(EAST, WEST);

/** A client in us-east-2; the test says where names lead. */
function clientIn(
  names: Record<string, string | undefined>,
  serviceMs = 0,
  faults: readonly Fault[] = [],
  random: RandomStream = new MedianStream('https'),
) {
  const context = drillContext({ faults });
  const { scheduler } = context;
  const reached: { region: string; atMs: number }[] = [];
  let lookups = 0;
  const serverIn = (region: string): WebServer => ({
    region,
    handle: async (_request, wayMs) => {
      await scheduler.sleep(wayMs);
      reached.push({ region, atMs: scheduler.nowMs });
      await scheduler.sleep(serviceMs);
      return { status: 200, headers: {}, body: region };
    },
  });
  const internet = {
    serverOf: (name: string) => {
      lookups++;
      const region = names[name];
      return region === undefined ? undefined : serverIn(region);
    },
  };
  const client = new HttpsClient(EAST, internet, context, random);
  const send = (host: string) => client.send({ host, method: 'GET', path: '/', headers: {} });
  return { context, client, send, reached, lookups: () => lookups };
}

test('a first request takes TCP, TLS and the way there and back over the distance', async () => {
  for (const [region, tripMs] of [
    [EAST, HERE_MS],
    [WEST, FAR_MS],
  ] as const) {
    const { context, send, reached } = clientIn({ 'api.example.com': region }, 7);

    const { value, elapsedMs } = await timed(context, send('api.example.com'));

    expect(value?.body).toBe(region);
    expect(reached[0]?.atMs).toBeCloseTo(2.5 * tripMs, 6);
    expect(elapsedMs).toBeCloseTo(3 * tripMs + 7, 6);
  }
});

test('each connection has a round trip of its own, around the median of the distance, which it keeps', async () => {
  const { context, send } = clientIn({ 'api.example.com': WEST }, 0, [], new RandomStream('https'));
  const trips: number[] = [];
  for (let i = 0; i < 50; i++) {
    const made = (await timed(context, send('api.example.com'))).elapsedMs / 3;
    const kept = (await timed(context, send('api.example.com'))).elapsedMs;
    expect(kept).toBeCloseTo(made, 6);
    trips.push(made);
    await context.scheduler.run(context.scheduler.nowMs + 4001);
  }

  const below = trips.filter((tripMs) => tripMs < FAR_MS).length;
  expect(new Set(trips).size).toBe(50);
  expect(below).toBeGreaterThan(10);
  expect(below).toBeLessThan(40);
});

test('a connection is used again within four seconds, and made anew after that', async () => {
  const { context, send, lookups } = clientIn({ 'api.example.com': WEST });
  const elapsed: number[] = [];
  for (const pauseMs of [0, 3999, 4000]) {
    await context.scheduler.run(context.scheduler.nowMs + pauseMs);
    elapsed.push((await timed(context, send('api.example.com'))).elapsedMs / FAR_MS);
  }

  expect(elapsed.map(Math.round)).toEqual([3, 1, 3]);
  expect(lookups()).toBe(2);
});

test('a connection stays with its server wherever the name leads by then; a new one follows the name', async () => {
  const names: Record<string, string> = { 'api.example.com': WEST };
  const { context, send } = clientIn(names);
  const seen: unknown[] = [];
  const ask = async () => seen.push((await settle(context, send('api.example.com'))).body);
  await ask();
  names['api.example.com'] = EAST;
  await ask();
  await context.scheduler.run(context.scheduler.nowMs + 5000);
  await ask();

  expect(seen).toEqual([WEST, WEST, EAST]);
});

test('requests that run at once have a connection each, and hosts do not share any', async () => {
  const { context, send, lookups } = clientIn({ 'a.example.com': WEST, 'b.example.com': WEST });

  await settle(context, Promise.all([send('a.example.com'), send('a.example.com'), send('b.example.com')]));
  expect(lookups()).toBe(3);
  await settle(context, Promise.all([send('a.example.com'), send('a.example.com'), send('b.example.com')]));
  expect(lookups()).toBe(3);
});

test('a name without an address fails at once, with the error of a look-up', async () => {
  const { context, send } = clientIn({});

  const { error, elapsedMs } = await timed(context, send('gone.example.com'));

  expect(error).toMatchObject({ message: 'getaddrinfo ENOTFOUND gone.example.com', code: 'ENOTFOUND' });
  expect(elapsedMs).toBe(0);
});

test('no answer reaches an environment that is gone, though the request arrives', async () => {
  const { context, client, send, reached } = clientIn({ 'api.example.com': WEST });
  let answered = false;
  send('api.example.com').then(() => {
    answered = true;
  });
  await context.scheduler.run(1);
  client.close();
  await context.scheduler.run(60_000);

  expect([reached.length, answered]).toEqual([1, false]);
});

test("a Region's resolver that does not answer fails new connections after ten seconds, and leaves live ones be", async () => {
  const silent = fault({ target: 'resolver', region: EAST, startMs: 1000, endMs: 1e6 });
  const { context, send } = clientIn({ 'api.example.com': WEST }, 0, [silent]);
  await timed(context, send('api.example.com'));
  await context.scheduler.run(1000);

  expect((await timed(context, send('api.example.com'))).value?.body).toBe(WEST);
  expect(await timed(context, send('other.example.com'))).toMatchObject({
    error: { code: 'EAI_AGAIN', syscall: 'getaddrinfo', hostname: 'other.example.com' },
    elapsedMs: 10_000,
  });
});

test('a request over a way that is cut is never answered', async () => {
  const cut = fault({ target: 'network', region: WEST, startMs: 0, endMs: 1e6 });
  const { context, send, reached } = clientIn({ 'api.example.com': WEST, 'here.example.com': EAST }, 0, [cut]);
  let settled = false;
  send('api.example.com').finally(() => {
    settled = true;
  });

  expect((await timed(context, send('here.example.com'))).value?.body).toBe(EAST);
  await context.scheduler.run(600_000);
  expect([settled, reached.map(({ region }) => region)]).toEqual([false, [EAST]]);
});
