import { createClient, NoAnswer } from '../../lib/client';
import { Scheduler } from '../../lib/drill/kernel/scheduler';
import { ANSWER_MS, NAME, play } from './played-service';

const EAST = `us-east-2.${NAME}`;
const WEST = `us-west-2.${NAME}`;

/** Sends a delivery, which is not repeated without a key. */
const POST = { method: 'POST', body: '{"deliveryId":"d-1"}' };

describe('where a call goes', () => {
  test('to the shared name, once, while it answers', async () => {
    const { call, asked } = play();

    expect(await call()).toEqual({ outcome: 200, tookMs: ANSWER_MS });
    expect(asked()).toEqual(['shared']);
  });

  test.each([500, 502, 503, 504, 'refused', 'silence'] as const)(
    'to a Region by its own name when the shared name gives %s',
    async (failure) => {
      const { call, asked } = play({ [NAME]: failure });

      expect((await call()).outcome).toBe(200);
      expect(asked()).toEqual(['shared', 'us-east-2']);
    },
  );

  test('on to the next Region when that one fails, too', async () => {
    const { call, asked } = play({ [NAME]: 503, [EAST]: 'refused' });

    expect((await call()).outcome).toBe(200);
    expect(asked()).toEqual(['shared', 'us-east-2', 'us-west-2']);
  });

  test('past the Region that the shared name led to, as far as its answers told', async () => {
    const headers = { 'x-region': 'us-east-2' };
    const { call, asked } = play({ [NAME]: [{ status: 200, headers }, 503] });
    await call();

    expect((await call()).outcome).toBe(200);
    expect(asked()).toEqual(['shared', 'shared', 'us-west-2']);
  });

  test('past it also when the failing answer itself tells, under the header that the API uses', async () => {
    const headers = { 'served-by': 'us-east-2' };
    const { call, asked } = play({ [NAME]: { status: 503, headers } }, { regionHeader: 'Served-By' });

    await call();
    expect(asked()).toEqual(['shared', 'us-west-2']);
  });

  test('to the names that the owner gives Regions', async () => {
    const { call, arrivals } = play({ [NAME]: 503 }, { regionalHost: (region) => `api-${region}.example.org` });

    await call();
    expect(arrivals.map(({ host }) => host)).toEqual([NAME, 'api-us-east-2.example.org']);
  });

  test('to Regions alone when the shared name is not to be used', async () => {
    const { call, asked } = play({ [EAST]: 503 }, { viaSharedName: false });

    expect((await call()).outcome).toBe(200);
    expect(asked()).toEqual(['us-east-2', 'us-west-2']);
  });

  test('once more to the first when all have failed, at most four times in all', async () => {
    const all = play({ [NAME]: [500, 200], [EAST]: 500, [WEST]: 500 });
    const none = play({ [NAME]: 500, [EAST]: 502, [WEST]: 503 });

    expect((await all.call()).outcome).toBe(200);
    expect(all.asked()).toEqual(['shared', 'us-east-2', 'us-west-2', 'shared']);
    expect((await none.call()).outcome).toBe(500);
    expect(none.asked()).toHaveLength(4);
  });

  test.each([
    ['https://api.example.com/a?b=c#d', '/a?b=c'],
    ['HTTPS://API.example.com:443/a', '/a'],
    ['https://api.example.com', '/'],
    ['https://api.example.com?b=c', '/?b=c'],
    ['/a?b=c#d', '/a?b=c'],
  ])('%s keeps its path and query at a Region', async (address, path) => {
    const { call, arrivals } = play({ [NAME]: 503 });

    await call(address);
    expect(arrivals.map(({ url }) => url)).toEqual([`https://${NAME}${path}`, `https://${EAST}${path}`]);
  });

  test.each([
    `https://${EAST}/a`,
    'https://other.example.com/a',
    'http://api.example.com/a',
    'https://api.example.com:8443/a',
    'https://api.example.com.evil.org/a',
    'https://api.example.com@evil.org/a',
  ])('%s is fetched as it is, and nothing is repeated or prepared', async (address) => {
    const prepare = jest.fn();
    const { call, arrivals } = play({ [EAST]: 503, 'other.example.com': 503 }, { prepare });
    const init = { headers: { a: 'b' } };

    await call(address, init);
    expect(arrivals).toHaveLength(1);
    expect(arrivals[0]).toMatchObject({ url: address, init });
    expect(prepare).not.toHaveBeenCalled();
  });
});

describe('what is repeated', () => {
  test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'put'])('%s', async (method) => {
    const { call, arrivals } = play({ [NAME]: 503 });

    expect((await call('/parcels/1', { method })).outcome).toBe(200);
    expect(arrivals.map((arrival) => arrival.method)).toEqual([method.toUpperCase(), method.toUpperCase()]);
  });

  test.each(['POST', 'PATCH'])('%s with an idempotency key, which goes along unchanged', async (method) => {
    const { call, arrivals } = play({ [NAME]: 503 });

    expect((await call('/deliveries', { ...POST, method, idempotencyKey: 'd-1' })).outcome).toBe(200);
    expect(arrivals.map(({ headers }) => headers)).toEqual([
      { 'idempotency-key': 'd-1' },
      { 'idempotency-key': 'd-1' },
    ]);
    expect(arrivals.map(({ body }) => body)).toEqual([POST.body, POST.body]);
  });

  test('POST whose caller set the header itself, in whatever case', async () => {
    const { call, asked } = play({ [NAME]: 503 });

    await call('/deliveries', { ...POST, headers: { 'Idempotency-Key': 'd-1' } });
    expect(asked()).toHaveLength(2);
  });

  test('POST whose key is in the body alone, where the API takes no header', async () => {
    const { call, arrivals } = play({ [NAME]: 503 }, { idempotencyHeader: false });

    await call('/deliveries', { ...POST, idempotencyKey: 'd-1' });
    expect(arrivals.map(({ headers }) => headers)).toEqual([{}, {}]);
  });

  test.each(['POST', 'PATCH'])('not %s without one: who knows what the first did', async (method) => {
    const { call, asked } = play({ [NAME]: 'silence' });

    const { outcome, tookMs } = await call('/deliveries', { ...POST, method });

    expect(outcome).toBeInstanceOf(NoAnswer);
    // It has the time of the whole call for its one attempt.
    expect(tookMs).toBe(10_000);
    expect(asked()).toEqual(['shared']);
  });

  test.each([400, 401, 403, 404, 409, 410, 413, 415, 422, 501, 505])(
    'not what was answered with %i',
    async (status) => {
      const { call, asked } = play({ [NAME]: status });

      expect((await call()).outcome).toBe(status);
      expect(asked()).toEqual(['shared']);
    },
  );

  test('not a body that is gone once it was sent', async () => {
    const stream = new ReadableStream({ pull: (controller) => controller.close() });
    const { call, asked } = play({ [NAME]: 503 });

    expect((await call('/parcels/1', { method: 'PUT', body: stream, duplex: 'half' } as RequestInit)).outcome).toBe(
      503,
    );
    expect(asked()).toEqual(['shared']);
  });

  test('an answer that breaks off half-way, as if there were none', async () => {
    const broken = () =>
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new TextEncoder().encode('{"half":')),
          pull: (controller) => controller.error(new TypeError('terminated')),
        }),
      );
    const bodies = [broken(), new Response('whole')];
    const client = createClient({
      name: NAME,
      regions: ['us-east-2'],
      backOffMs: 0,
      fetch: async () => bodies.shift() as Response,
    });

    expect(await (await client('/a')).text()).toBe('whole');
  });
});

describe('waits', () => {
  test('between attempts are drawn up to 100 ms and doubled, a second at the most', async () => {
    const draws = [1, 1, 1, 1, 1];
    const props = { random: () => draws.shift() ?? 0, maxAttempts: 6, maxBackOffMs: 700 };
    const { call, arrivals } = play({ [NAME]: 500, [EAST]: 500, [WEST]: 500 }, props);
    await call();

    const times = arrivals.map(({ atMs }) => atMs);
    const waits = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0) - ANSWER_MS);
    expect(waits).toEqual([100, 200, 400, 700, 700]);
  });

  test.each([
    [429, { 'retry-after': '3' }, 3000],
    [408, { 'retry-after': '0' }, 0],
    [429, {}, 0],
    [429, { 'retry-after': 'soon' }, 0],
    // By the answer's own clock; the device's is not asked.
    [429, { date: 'Wed, 01 Jan 2020 00:00:00 GMT', 'retry-after': 'Wed, 01 Jan 2020 00:00:02 GMT' }, 2000],
    [429, { 'retry-after': 'Wed, 01 Jan 2020 00:00:02 GMT' }, 0],
    [429, { date: 'Wed, 01 Jan 2020 00:00:02 GMT', 'retry-after': 'Wed, 01 Jan 2020 00:00:00 GMT' }, 0],
  ])(
    'for %i with %j are %i ms and the drawn ones, and the same host is asked again',
    async (status, headers, waitMs) => {
      const { call, asked } = play({ [NAME]: [{ status, headers }, 200] });

      const { outcome, tookMs } = await call();

      expect(outcome).toBe(200);
      expect(tookMs).toBeCloseTo(2 * ANSWER_MS + waitMs + 50, 6);
      expect(asked()).toEqual(['shared', 'shared']);
    },
  );

  test('that would outlast the call are not begun: the caller gets the 429', async () => {
    const { call } = play({ [NAME]: { status: 429, headers: { 'retry-after': '10' } } });

    expect(await call()).toEqual({ outcome: 429, tookMs: ANSWER_MS });
  });

  test('that a failed host asks for are spent elsewhere, by later calls as well', async () => {
    const { call, asked, wait } = play(
      { [NAME]: { status: 503, headers: { 'retry-after': '90' } } },
      { stickyMs: 0, breaker: { consecutiveFailures: 100 } },
    );

    expect((await call()).tookMs).toBeCloseTo(2 * ANSWER_MS + 50, 6);
    await call();
    await wait(89_000);
    await call();
    expect(asked()).toEqual(['shared', 'us-east-2', 'us-east-2', 'us-east-2']);
    await wait(2000);
    await call();
    expect(asked()).toEqual(['shared', 'us-east-2']);
  });

  test('that the only host asks for are waited for', async () => {
    const busy = { status: 503, headers: { 'retry-after': '2' } };
    const { call, asked } = play({ [EAST]: [busy, 200] }, { regions: ['us-east-2'], viaSharedName: false });

    const { outcome, tookMs } = await call();

    expect(outcome).toBe(200);
    expect(tookMs).toBeCloseTo(2 * ANSWER_MS + 2000 + 50, 6);
    expect(asked()).toEqual(['us-east-2', 'us-east-2']);
  });
});

describe('time', () => {
  test('of an attempt is two seconds, after which the request is taken back and another host asked', async () => {
    const { call, arrivals } = play({ [NAME]: 'silence' });

    const { outcome, tookMs } = await call();

    expect(outcome).toBe(200);
    expect(tookMs).toBe(2000 + 50 + ANSWER_MS);
    expect(arrivals.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  });

  test('of the last attempt is all that is left: a slow answer is better than none', async () => {
    const slow = { status: 200, afterMs: 3500 };
    const { call, asked } = play({ [NAME]: slow, [EAST]: slow, [WEST]: slow });

    const { outcome, tookMs } = await call();

    expect(outcome).toBe(200);
    expect(tookMs).toBe(3 * 2000 + 50 + 100 + 200 + 3500);
    expect(asked()).toHaveLength(4);
  });

  test('of a call ends by its deadline, wherever it stands', async () => {
    const silent = { [NAME]: 'silence', [EAST]: 'silence', [WEST]: 'silence' } as const;
    const { call, attempts } = play(silent);

    const { outcome, tookMs } = await call();

    expect(tookMs).toBe(10_000);
    expect(outcome).toBeInstanceOf(NoAnswer);
    expect(outcome).toBeInstanceOf(TypeError);
    expect((outcome as NoAnswer).attempts).toEqual(attempts);
    expect((outcome as NoAnswer).message).toContain(`${EAST}: time-out after 2000 ms`);
    expect(((outcome as NoAnswer).cause as Error).name).toBe('TimeoutError');
    expect(await play(silent).call('/a', { deadlineMs: 3000 })).toMatchObject({ tookMs: 3000 });
  });

  test('of both kinds can be set for one call', async () => {
    const { call } = play({ [NAME]: 'silence' });

    expect((await call('/a', { attemptTimeoutMs: 500, deadlineMs: 5000 })).tookMs).toBe(500 + 50 + ANSWER_MS);
  });

  test('is up even when fetch does not heed its signal', async () => {
    const scheduler = new Scheduler();
    const client = createClient({
      name: NAME,
      regions: ['us-east-2'],
      fetch: () => new Promise(() => {}),
      clock: {
        now: () => scheduler.nowMs,
        after: (delayMs, run) => {
          const timer = scheduler.after(delayMs, run);
          return () => scheduler.cancel(timer);
        },
      },
    });

    await expect(scheduler.runUntilSettled(client('/a'), 20_000)).rejects.toBeInstanceOf(NoAnswer);
    expect(scheduler.nowMs).toBe(10_000);
  });
});

describe("the caller's signal", () => {
  const reason = new Error('the person left');

  test('that is aborted already sends nothing', async () => {
    const { call, asked } = play();

    expect((await call('/a', { signal: AbortSignal.abort(reason) })).outcome).toBe(reason);
    expect(asked()).toEqual([]);
  });

  test('ends an attempt at once, and nothing is repeated', async () => {
    const { call, arrivals, attempts, scheduler } = play({ [NAME]: 'silence' });
    const stop = new AbortController();
    scheduler.after(700, () => stop.abort(reason));

    expect(await call('/a', { signal: stop.signal })).toEqual({ outcome: reason, tookMs: 700 });
    expect(arrivals.map(({ signal }) => signal.aborted)).toEqual([true]);
    expect(attempts).toEqual([{ host: NAME, outcome: 'aborted', durationMs: 700 }]);
  });

  test('ends a wait at once', async () => {
    const { call, scheduler, asked } = play({ [NAME]: { status: 429, headers: { 'retry-after': '5' } } });
    const stop = new AbortController();
    scheduler.after(700, () => stop.abort(reason));

    expect(await call('/a', { signal: stop.signal })).toEqual({ outcome: reason, tookMs: 700 });
    expect(asked()).toEqual(['shared']);
  });

  test('is not taken for a failure of the host', async () => {
    const { call, scheduler, asked, behaviours } = play({ [NAME]: 'silence' }, { breaker: { consecutiveFailures: 1 } });
    const stop = new AbortController();
    scheduler.after(700, () => stop.abort(reason));
    await call('/a', { signal: stop.signal });
    behaviours[NAME] = 200;

    await call();
    expect(asked()).toEqual(['shared', 'shared']);
  });

  test('is let go of when the call is done', async () => {
    const { call } = play({ [NAME]: 503 });
    const { signal } = new AbortController();
    const added = jest.spyOn(signal, 'addEventListener');
    const removed = jest.spyOn(signal, 'removeEventListener');
    await call('/a', { signal });

    expect(added.mock.calls.length).toBeGreaterThan(0);
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
  });
});

describe('what is remembered', () => {
  test('a Region that answered when the shared name did not is asked first for up to a minute, then the shared name', async () => {
    const { call, asked, behaviours, wait } = play({ [NAME]: 503 });
    await call();
    expect(asked()).toEqual(['shared', 'us-east-2']);
    behaviours[NAME] = 200;

    // The draw halves the upper half of the minute.
    await wait(44_000);
    await call();
    expect(asked()).toEqual(['us-east-2']);
    await wait(1000);
    await call();
    await call();
    expect(asked()).toEqual(['shared', 'shared']);
  });

  test('it is asked twice as long each time the shared name fails again, up to five minutes, until that answers', async () => {
    const { call, asked, behaviours, wait, scheduler } = play(
      { [NAME]: 503 },
      { breaker: { consecutiveFailures: 100 } },
    );
    /** Whole seconds from the rescue to the first call that goes to the shared name again. */
    const refugeSeconds = async (): Promise<number> => {
      await call();
      expect(asked()).toEqual(['shared', 'us-east-2']);
      for (const sinceMs = scheduler.nowMs; ; ) {
        await wait(500);
        const seconds = Math.floor((scheduler.nowMs - sinceMs) / 1000);
        await call();
        if (asked()[0] === 'shared') return seconds;
      }
    };

    // Each search for the end takes a refuge of its own, which the next measurement waits out.
    const first = await refugeSeconds();
    await wait(1_000_000);
    const third = await refugeSeconds();
    await wait(1_000_000);
    const fifth = await refugeSeconds();
    expect([first, third, fifth]).toEqual([45, 180, 225]);

    behaviours[NAME] = [200, 503];
    await wait(1_000_000);
    await call();
    asked();
    expect(await refugeSeconds()).toBe(45);
  });

  test('while the shared name goes on failing, it is tried less and less often', async () => {
    const { call, asked, wait } = play({ [NAME]: 503 });
    const minutes: number[] = [];
    for (let minute = 0; minute < 30; minute++) {
      expect((await call()).outcome).toBe(200);
      if (asked().includes('shared')) minutes.push(minute);
      await wait(60_000);
    }

    // Refuges of 45 s, 90 s, 180 s and from then on 225 s; from the third failure on the breaker is open for less than that.
    expect(minutes).toEqual([0, 1, 3, 6, 10, 14, 18, 22, 26]);
  });

  test('a Region that is sought as refuge and fails, too, is left for another', async () => {
    const { call, asked, behaviours } = play({ [NAME]: 503 }, { regions: ['us-east-2', 'us-west-2', 'eu-west-1'] });
    await call();
    behaviours[EAST] = 'refused';

    expect((await call()).outcome).toBe(200);
    await call();
    expect(asked()).toEqual(['shared', 'us-east-2', 'us-east-2', 'us-west-2', 'us-west-2']);
  });

  test('a host that failed three times in a row is left alone, though a call may be sent but once', async () => {
    const { call, asked } = play({ [NAME]: 503 });
    for (let i = 0; i < 3; i++) expect((await call('/deliveries', POST)).outcome).toBe(503);

    expect((await call('/deliveries', POST)).outcome).toBe(200);
    expect(asked()).toEqual(['shared', 'shared', 'shared', 'us-east-2']);
  });

  test('a call that is sent but once is not risked on a host that is half open', async () => {
    const { call, asked, wait, behaviours } = play({ [NAME]: 503 });
    for (let i = 0; i < 3; i++) await call('/deliveries', POST);
    await wait(60_000);
    behaviours[NAME] = 200;
    asked();

    await call('/deliveries', POST);
    await call('/parcels/1');
    await call('/deliveries', POST);
    expect(asked()).toEqual(['us-east-2', 'shared', 'shared']);
  });

  test('when every host has been failing, each call is sent once, to the shared name first, until one succeeds', async () => {
    const { call, asked, behaviours } = play({ [NAME]: 'refused', [EAST]: 'refused', [WEST]: 'refused' });
    for (let i = 0; i < 3; i++) await call();
    asked();

    expect((await call()).outcome).toBeInstanceOf(NoAnswer);
    expect(asked()).toEqual(['shared']);
    behaviours[NAME] = 200;
    expect((await call()).outcome).toBe(200);
    behaviours[NAME] = 503;
    await call();
    expect(asked().slice(0, 3)).toEqual(['shared', 'shared', 'shared']);
  });

  test('a throttled host is not left alone', async () => {
    const { call, asked } = play({ [NAME]: 429 }, { deadlineMs: 500 });
    for (let i = 0; i < 5; i++) await call();

    expect(new Set(asked())).toEqual(new Set(['shared']));
  });
});

describe('preparing a request', () => {
  test('happens anew for each attempt, with the Region whose own name is asked', async () => {
    const prepare = jest.fn(async (request, { region }) => ({
      ...request,
      headers: { ...request.headers, authorization: `signed for ${region}` },
    }));
    const { call, arrivals } = play({ [EAST]: 503 }, { prepare, viaSharedName: false });
    await call('/deliveries', { ...POST, headers: { A: 'b' }, idempotencyKey: 'd-1' });

    expect(prepare.mock.calls[0]).toEqual([
      {
        url: `https://${EAST}/deliveries`,
        method: 'POST',
        headers: { a: 'b', 'idempotency-key': 'd-1' },
        body: POST.body,
      },
      { host: EAST, region: 'us-east-2' },
    ]);
    expect(arrivals.map(({ headers }) => headers.authorization)).toEqual([
      'signed for us-east-2',
      'signed for us-west-2',
    ]);
  });

  test('knows no Region for the shared name', async () => {
    const prepare = jest.fn((request) => request);
    await play({}, { prepare }).call();

    expect(prepare).toHaveBeenCalledWith(expect.anything(), { host: NAME });
  });

  test.each(['at once', 'later'])('that fails %s is thrown to the caller, and no host is blamed', async (when) => {
    const error = new Error('no token');
    let works = false;
    const { call, asked } = play(
      {},
      {
        breaker: { consecutiveFailures: 1 },
        prepare: (request) => {
          if (works) return request;
          if (when === 'later') return Promise.reject(error);
          throw error;
        },
      },
    );

    expect((await call()).outcome).toBe(error);
    expect(asked()).toEqual([]);
    works = true;
    expect((await call()).outcome).toBe(200);
    expect(asked()).toEqual(['shared']);
  });

  test('that never ends does so by the deadline, and no host is blamed', async () => {
    const { call, asked } = play({}, { prepare: () => new Promise(() => {}) });

    const { outcome, tookMs } = await call();

    expect((outcome as Error).name).toBe('TimeoutError');
    expect(tookMs).toBe(10_000);
    expect(asked()).toEqual([]);
  });
});

describe('what fetch takes', () => {
  test.each([
    ['a record', { 'X-A': '1', b: '2' }],
    [
      'pairs',
      [
        ['X-A', '1'],
        ['b', '2'],
      ] as [string, string][],
    ],
    ['Headers', new Headers({ 'X-A': '1', b: '2' })],
  ])('headers as %s', async (_how, headers) => {
    const { call, arrivals } = play();

    await call('/a', { headers });
    expect(arrivals[0]?.headers).toEqual({ 'x-a': '1', b: '2' });
  });

  test('a header given twice', async () => {
    const { call, arrivals } = play();

    await call('/a', {
      headers: [
        ['a', '1'],
        ['A', '2'],
      ],
    });
    expect(arrivals[0]?.headers).toEqual({ a: '1, 2' });
  });

  test('a Request, whose body is sent again', async () => {
    const { client, arrivals, scheduler } = play({ [NAME]: 503 });
    const request = new Request(`https://${NAME}/parcels/1`, { method: 'PUT', body: 'content', headers: { a: 'b' } });

    const { status } = await scheduler.runUntilSettled(client(request), 60_000);

    expect(status).toBe(200);
    const bodies = arrivals.map(({ body }) => Buffer.from(body as ArrayBuffer).toString());
    expect(bodies).toEqual(['content', 'content']);
    expect(arrivals.map(({ method }) => method)).toEqual(['PUT', 'PUT']);
    expect(arrivals[1]?.headers).toMatchObject({ a: 'b' });
  });

  test('a URL object, and options that are not its own, which it passes on', async () => {
    const { client, arrivals, scheduler } = play();

    await scheduler.runUntilSettled(
      client(new URL(`https://${NAME}/a`), { credentials: 'include', deadlineMs: 900 }),
      60_000,
    );

    expect(arrivals[0]?.init).toMatchObject({ credentials: 'include' });
    expect(arrivals[0]?.init).not.toHaveProperty('deadlineMs');
    expect(arrivals[0]?.init).not.toHaveProperty('body');
  });

  test('and it gives the whole Response', async () => {
    const { client, scheduler } = play({ [NAME]: 503 });

    const response = await scheduler.runUntilSettled(client('/a'), 60_000);

    expect(response).toBeInstanceOf(Response);
    expect(await response.text()).toBe(`200 from ${EAST}`);
  });

  test('it stands in for fetch', () => {
    const stand: typeof fetch = createClient({ name: NAME, regions: ['us-east-2'] });

    expect(stand).toBeInstanceOf(Function);
  });
});

test('every attempt is told when it has ended', async () => {
  const { call, attempts } = play({ [NAME]: 503, [EAST]: 'refused' });
  await call();

  expect(attempts).toEqual([
    { host: NAME, outcome: 503, durationMs: ANSWER_MS },
    { host: EAST, region: 'us-east-2', outcome: 'no connection', durationMs: ANSWER_MS },
    { host: WEST, region: 'us-west-2', outcome: 200, durationMs: ANSWER_MS },
  ]);
});

describe('refuses', () => {
  test.each([
    [
      { name: 'https://api.example.com' },
      'name must be a host name such as api.example.com, got https://api.example.com',
    ],
    [{ regions: [] }, 'regions must name at least one Region, each once, got none'],
    [{ regions: ['us-east-2', 'us-east-2'] }, 'each once, got us-east-2, us-east-2'],
    [{ attemptTimeoutMs: 0 }, 'attemptTimeoutMs must be a number above 0, got 0'],
    [{ deadlineMs: Number.POSITIVE_INFINITY }, 'deadlineMs must be a number above 0, got Infinity'],
    [{ maxAttempts: 1.5 }, 'maxAttempts must be a whole number from 1, got 1.5'],
    [{ backOffMs: -1 }, 'backOffMs must be a number from 0, got -1'],
    [{ maxStickyMs: Number.NaN }, 'maxStickyMs must be a number from 0, got NaN'],
    [{ breaker: { failureShare: 1.1 } }, 'breaker.failureShare must be above 0 and at most 1, got 1.1'],
    [{ breaker: { openMs: 400_000 } }, 'breaker.maxOpenMs must be a number from 400000, got 300000'],
  ])('%j', (props, message) => {
    expect(() => createClient({ name: NAME, regions: ['us-east-2'], ...props })).toThrow(RangeError);
    expect(() => createClient({ name: NAME, regions: ['us-east-2'], ...props })).toThrow(message);
  });

  test('everything at once', () => {
    expect(() => createClient({ name: '', regions: [], maxAttempts: 0 })).toThrow(/name .*; regions .*; maxAttempts /);
  });
});
