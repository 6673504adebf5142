import { RandomStream } from '../../../lib/drill/kernel/random';
import { Scheduler } from '../../../lib/drill/kernel/scheduler';
import { NotModelled } from '../../../lib/drill/not-modelled';
import { ModuleLoader } from '../../../lib/drill/sandbox/module-loader';
import { Realm } from '../../../lib/drill/sandbox/realm';
import type { OutboundAnswer, OutboundRequest } from '../../../lib/drill/sandbox/virtual-fetch';
import { EPOCH_MS, writeFile } from './sandbox';

let files = 0;

/** Code in a realm whose network the test plays; it answers after 100 ms unless told otherwise. */
function online(answer: Partial<OutboundAnswer> | Error = {}, delayMs = 100) {
  const scheduler = new Scheduler();
  const requests: OutboundRequest[] = [];
  const realm = new Realm({
    label: 'Stack/Function#1',
    scheduler,
    random: new RandomStream('random'),
    entropy: new RandomStream('entropy'),
    epochMs: EPOCH_MS,
    env: {},
    outbound: async (request) => {
      requests.push(request);
      await scheduler.sleep(delayMs);
      if (answer instanceof Error) throw answer;
      return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"n":1}', ...answer };
    },
  });
  const loader = new ModuleLoader(realm);
  /** Runs the body of an asynchronous function to its end. */
  const run = (body: string): Promise<unknown> => {
    const file = writeFile(`fetch-${++files}.js`, `module.exports = async () => {${body}};`);
    const work = (loader.load(file) as () => Promise<unknown>)();
    return scheduler.runUntilSettled(work, 1e6);
  };
  return { run, requests, scheduler };
}

test('a request leaves as it was written, and its answer arrives', async () => {
  const { run, requests, scheduler } = online({ status: 201 });

  const seen = await run(`
    const response = await fetch('https://API.example.com/probes/p-1?mark=a%20b', {
      method: 'put', headers: { 'X-Mark': 'm', 'content-type': 'application/json' }, body: JSON.stringify({ n: 2 }),
    });
    const { ok, status, url, headers } = response;
    return { ok, status, url, type: headers.get('Content-Type'), json: await response.json(), used: response.bodyUsed };
  `);

  expect(requests).toEqual([
    {
      host: 'api.example.com',
      method: 'PUT',
      path: '/probes/p-1',
      query: { mark: 'a b' },
      headers: { 'content-type': 'application/json', 'x-mark': 'm' },
      body: '{"n":2}',
    },
  ]);
  expect(seen).toEqual({
    ok: true,
    status: 201,
    url: 'https://api.example.com/probes/p-1?mark=a%20b',
    type: 'application/json',
    json: { n: 1 },
    used: true,
  });
  expect(scheduler.nowMs).toBe(100);
});

test('a plain request is a GET of a URL, with neither query nor body', async () => {
  const { run, requests } = online();

  await run(`return fetch(new URL('https://api.example.com/health'))`);

  expect(requests).toEqual([{ host: 'api.example.com', method: 'GET', path: '/health', headers: {} }]);
});

test('bytes are sent as the text they are', async () => {
  const { run, requests } = online();

  await run(`return fetch('https://api.example.com/x', { method: 'POST', body: new TextEncoder().encode('é') })`);

  expect(requests[0]?.body).toBe('é');
});

test.each([
  ['text', 'é'],
  ['arrayBuffer', new Uint8Array([0xc3, 0xa9]).buffer],
  ['bytes', new Uint8Array([0xc3, 0xa9])],
])('an answer is read once as %s', async (read, expected) => {
  const { run } = online({ body: 'é' });

  expect(await run(`return (await fetch('https://api.example.com/')).${read}()`)).toEqual(expected);
  await expect(
    run(`const r = await fetch('https://api.example.com/'); await r.${read}(); return r.${read}()`),
  ).rejects.toThrow('Body has already been read');
});

test('an error status is an answer that is not ok', async () => {
  const { run } = online({ status: 503 });

  expect(await run(`const { ok, status } = await fetch('https://api.example.com/'); return { ok, status }`)).toEqual({
    ok: false,
    status: 503,
  });
});

test('an answer that leads elsewhere is taken as it is when the code wants that, and stops the drill otherwise', async () => {
  const { run } = online({ status: 307 });
  const url = 'https://api.example.com/';

  expect(await run(`return (await fetch('${url}', { redirect: 'manual' })).status`)).toBe(307);
  await expect(run(`await fetch('${url}').catch(() => {}); await new Promise(() => {});`)).rejects.toThrow(
    `not modelled: fetch of ${url}, which redirects`,
  );
});

test("without a connection it fails as Node's does: a TypeError with the socket's error as cause", async () => {
  const { run } = online(Object.assign(new Error('getaddrinfo ENOTFOUND gone'), { code: 'ENOTFOUND' }));

  const seen = await run(`
    try { await fetch('https://gone.example.com/'); } catch (error) {
      return { isTypeError: error instanceof TypeError, message: error.message, code: error.cause.code };
    }
  `);

  expect(seen).toEqual({ isTypeError: true, message: 'fetch failed', code: 'ENOTFOUND' });
});

describe('an abort', () => {
  test('by time ends the call at that time, with the reason of the signal', async () => {
    const { run } = online({}, 10_000);

    const seen = await run(`
      const start = Date.now();
      try { await fetch('https://api.example.com/', { signal: AbortSignal.timeout(3000) }); } catch ({ name }) {
        return { name, afterMs: Date.now() - start };
      }
    `);

    expect(seen).toEqual({ name: 'TimeoutError', afterMs: 3000 });
  });

  test('that comes too late changes nothing', async () => {
    const { run } = online({}, 2999);

    expect(
      await run(`return (await fetch('https://api.example.com/', { signal: AbortSignal.timeout(3000) })).status`),
    ).toBe(200);
  });

  test('that came before keeps the request from leaving', async () => {
    const { run, requests } = online();

    const seen = await run(`
      try { await fetch('https://api.example.com/', { signal: AbortSignal.abort('enough') }); } catch (error) {
        return error;
      }
    `);

    expect([seen, requests]).toEqual(['enough', []]);
  });
});

describe('stops the drill, even if the code catches it,', () => {
  test.each([
    ['http://api.example.com/', '{}', 'not HTTPS at its usual port'],
    ['https://api.example.com:8443/', '{}', 'not HTTPS at its usual port'],
    ['https://api.example.com/?a=1&a=2', '{}', 'a parameter twice'],
    ['https://api.example.com/', `{ cache: 'no-store' }`, 'the option cache'],
    ['https://api.example.com/', `{ method: 'POST', body: new FormData() }`, 'neither text nor bytes'],
  ])('at %s with %s', async (url, init, what) => {
    const { run } = online();

    await expect(run(`await fetch('${url}', ${init}).catch(() => {}); await new Promise(() => {});`)).rejects.toThrow(
      what,
    );
  });

  test.each(['body', 'blob()', 'formData()'])('at a response read as %s', async (part) => {
    const { run } = online();

    await expect(
      run(
        `const r = await fetch('https://api.example.com/'); try { await r.${part} } catch {} await new Promise(() => {});`,
      ),
    ).rejects.toThrow(NotModelled);
  });

  test('at a Request, and at what the network does not model', async () => {
    const stuck = '.catch(() => {}); await new Promise(() => {});';

    await expect(online().run(`await fetch(new Request('https://api.example.com/'))${stuck}`)).rejects.toThrow(
      'not modelled: fetch of a Request, called by Stack/Function#1',
    );
    await expect(online(new NotModelled('that host')).run(`await fetch('https://x.test/')${stuck}`)).rejects.toThrow(
      'not modelled: that host, called by Stack/Function#1',
    );
  });
});
