import { deploy } from '../compute/functions';
import { runWritten } from '../written/written-run';
import { createSandbox, EPOCH_MS } from './sandbox';

/** The real global object, as code may come by it. */
const REAL = `((0, eval)('globalThis'))`;

/** Ways to the real clock, chance, timers, network and process past the names that a realm shadows. */
const ESCAPES: readonly (readonly [code: string, reached: string])[] = [
  [`(0, eval)('Date.now()')`, 'Date.now'],
  [`(0, eval)('new Date()')`, 'Date'],
  [`(0, eval)('Date()')`, 'Date'],
  [`(() => {}).constructor('return Date.now()')()`, 'Date.now'],
  [`(async () => {}).constructor('return new Date()')()`, 'Date'],
  [`(function* () {}).constructor('yield Math.random()')().next()`, 'Math.random'],
  [`(function () { return this; })().Date.now()`, 'Date.now'],
  [`setTimeout.constructor('return this')().Math.random()`, 'Math.random'],
  [`structuredClone(new Date()).constructor.now()`, 'Date.now'],
  [`new (Object.getPrototypeOf(Date.prototype).constructor)()`, 'Date'],
  [`[1].map(${REAL}.Math.random)`, 'Math.random'],
  [`Promise.resolve().then(${REAL}.Date.now)`, 'Date.now'],
  [`new Promise((resolve) => process.nextTick(resolve)).then(() => ${REAL}.Date.now())`, 'Date.now'],
  [`${REAL}.performance.now()`, 'Performance.prototype.now'],
  [`${REAL}.performance.timeOrigin`, 'Performance.prototype.timeOrigin'],
  [`new Event('x').timeStamp`, 'Event.prototype.timeStamp'],
  [`new ${REAL}.Intl.DateTimeFormat().format()`, 'Intl.DateTimeFormat'],
  [`${REAL}.Intl.DateTimeFormat().format()`, 'Intl.DateTimeFormat'],
  [`${REAL}.crypto.randomUUID()`, 'crypto'],
  [`${REAL}.process.hrtime()`, 'process'],
  [`${REAL}.process.env.HOME`, 'process'],
  [`${REAL}.process.binding('fs')`, 'process'],
  [`${REAL}.process.mainModule.require('fs').readFileSync('/etc/hosts')`, 'process'],
  [`${REAL}.setTimeout(() => {}, 1)`, 'setTimeout'],
  [`${REAL}.setInterval(() => {}, 1)`, 'setInterval'],
  [`${REAL}.setImmediate(() => {})`, 'setImmediate'],
  [`require('util').promisify(${REAL}.setTimeout)(1)`, 'setTimeout'],
  [`new AbortController().signal.constructor.timeout(5)`, 'AbortSignal.timeout'],
  [`${REAL}.fetch('https://example.com')`, 'fetch'],
  [`new ${REAL}.MessageChannel()`, 'MessageChannel'],
  [`new ${REAL}.CompressionStream('gzip')`, 'CompressionStream'],
  [`URL.createObjectURL(new Blob([]))`, 'URL.createObjectURL'],
  [`${REAL}.Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)`, 'Atomics.wait'],
  [`${REAL}.WebAssembly.instantiate(new Uint8Array())`, 'WebAssembly.instantiate'],
  [`new ${REAL}.WeakRef({})`, 'WeakRef'],
];

describe('code that gets past its realm', () => {
  test.each(ESCAPES)('by %s stops the drill, although it catches what it is told', async (code, reached) => {
    const { run, invoke } = createSandbox({ label: 'Region-us-east-2/Function#3' });
    const handler = run<() => unknown>(`
      module.exports = async () => {
        try { return await (${code}); } catch { return 'a fallback answer'; }
      };
    `);

    await expect(invoke(handler)).rejects.toThrow(`not modelled: the real ${reached}, reached by `);
  });

  test('is named by the functions that run it and by its file', async () => {
    const { run, invoke } = createSandbox({ label: 'Region-us-east-2/Function#3' });
    const handler = run<() => unknown>(`module.exports = () => (0, eval)('Date.now()');`);

    await expect(invoke(handler)).rejects.toThrow(/reached by Region-us-east-2\/Function \(\/.*\/module-\d+\.js\)$/);
  });

  test('stops a whole function, in the middle of an invocation', async () => {
    const { invoke } = await deploy(`
      exports.handler = async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return { at: (0, eval)('Date').now() };
      };
    `);

    await expect(invoke()).rejects.toThrow(
      /^not modelled: the real Date\.now, reached by Region-us-east-2\/Function \(.*\/function-\d+\/index\.js\)$/,
    );
  });

  test('stops a whole world, which health checkers alone have set in motion', async () => {
    const handler = `exports.handler = async () => {
      const asked = (function () { return this; })().Date;
      return { statusCode: 200, body: JSON.stringify({ status: 'healthy', at: new asked() }) };
    };`;

    await expect(runWritten({ service: { handler } })).rejects.toThrow(
      /^not modelled: the real Date, reached by us-(?:east|west)-2\/Function \(.*\/asset\.parcels\/index\.js\)$/,
    );
  });

  test('and calls what the drill lacks is told with function, environment and asset', async () => {
    const { invoke } = await deploy(`exports.handler = async () => require('node:net').connect(80);`);

    await expect(invoke()).rejects.toThrow(
      /^not modelled: node:net connect, called by Region-us-east-2\/Function#1 \(function-\d+\/index\.js\)$/,
    );
  });
});

describe('the real clock, chance and timers', () => {
  test("are there for everybody else while a drill runs, and Node's own again afterwards", async () => {
    const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    await settled();
    const { scheduler, run, invoke } = createSandbox();
    const before = realGlobals();
    const seen: unknown[] = [];
    scheduler.after(0.5, () => seen.push(Date.now() > EPOCH_MS, Math.random() < 1, performance.now() > 0));
    const during = await invoke<Record<string, unknown>>(() => realGlobals());
    const stopped = createSandbox();

    expect(seen).toEqual([true, true, true]);
    expect(during.Date).not.toBe(before.Date);
    await expect(stopped.invoke(run(`module.exports = () => { throw new Error('broken'); };`))).rejects.toThrow(
      'broken',
    );
    await settled();
    expect(realGlobals()).toEqual(before);
  });
});

/** What code in Node's own context finds. */
function realGlobals(): Record<string, unknown> {
  const { run } = createSandbox();
  return run(`
    const real = (function () { return this; })();
    module.exports = { Date: real.Date, setTimeout: real.setTimeout, random: real.Math.random, DateOf: real.Date.prototype.constructor };
  `);
}

describe("what reaches for the real thing by habit and is given the realm's", () => {
  const virtual = async (expression: string): Promise<unknown> => {
    const { run, invoke } = createSandbox({ env: { AWS_REGION: 'us-east-2' } });
    return invoke(run<() => unknown>(`module.exports = async () => (${expression});`));
  };

  test.each<[string, unknown]>([
    [`Function('return this')() === globalThis`, true],
    [`new Function('a', 'b', 'return a + b + Date.now()')(1, 2)`, EPOCH_MS + 4],
    [
      `new Function('{ a }, [b = 2] = []', '// a comment\\nreturn [a, b, process.env.AWS_REGION]')({ a: 1 })`,
      [1, 2, 'us-east-2'],
    ],
    [`(() => {}) instanceof Function && Function.prototype === Object.getPrototypeOf(() => {})`, true],
    [`new (class extends Function { twice() { return 2 * this(); } })('return 21').twice()`, 42],
    [`eval('Date.now()')`, EPOCH_MS + 1],
    [`eval('(() => new Date().getTime())')()`, EPOCH_MS + 1],
    [`new Date().constructor.now()`, EPOCH_MS + 1],
    [`new (Object.getPrototypeOf(new Date()).constructor)().getTime()`, EPOCH_MS + 1],
    [`new WeakRef({ held: 1 }).deref()`, { held: 1 }],
    [`new FinalizationRegistry(() => {}).register({}, 1)`, undefined],
    [`require('path').resolve('a', '../b')`, '/var/task/b'],
    [`require('node:path').posix.relative('a', '/var/task/b/c')`, '../b/c'],
    [
      `new Promise((resolve) => require('crypto').randomInt(5, 6, (error, drawn) => resolve([error, drawn])))`,
      [null, 5],
    ],
    [`new (require('async_hooks').AsyncLocalStorage)().run(7, () => typeof process.getuid)`, 'undefined'],
    [
      `[typeof WebSocket, typeof EventSource, typeof Temporal, typeof localStorage, navigator.userAgent]`,
      ['undefined', 'undefined', 'undefined', 'undefined', 'Node.js/24'],
    ],
    [`Atomics.add(new Int32Array(new SharedArrayBuffer(4)), 0, 3) + Atomics.load(new Int32Array(1), 0)`, 0],
    [`WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))`, true],
  ])('%s', async (expression, expected) => {
    expect(await virtual(expression)).toEqual(expected);
  });
});
