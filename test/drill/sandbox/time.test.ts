import { createSandbox, EPOCH_MS } from './sandbox';

/** Moves a sandbox's clock; nothing else is planned in it. */
async function at(timeMs: number, sandbox = createSandbox()) {
  await sandbox.scheduler.run(timeMs);
  return sandbox;
}

describe('the calendar', () => {
  test('stands at virtual time, in every way it can be asked', async () => {
    const sandbox = await at(1500.75);

    const asked = sandbox.run<Record<string, unknown>>(`
      module.exports = {
        now: Date.now(),
        created: new Date().getTime(),
        reflected: Reflect.construct(Date, []).getTime(),
        called: Date(),
        ofGlobalThis: globalThis.Date.now(),
        ofGlobal: new global.Date().getTime(),
      };
    `);

    expect(asked).toEqual({
      now: EPOCH_MS + 1500,
      created: EPOCH_MS + 1500,
      reflected: EPOCH_MS + 1500,
      called: new Date(EPOCH_MS + 1500).toString(),
      ofGlobalThis: EPOCH_MS + 1500,
      ofGlobal: EPOCH_MS + 1500,
    });
  });

  test('still makes the dates it is told to make', () => {
    const { run } = createSandbox();

    expect(
      run(`module.exports = [
        new Date(0).toISOString(),
        new Date('2024-02-29T12:00:00Z').getTime(),
        new Date(2020, 1, 3).getDate(),
        Date.UTC(2000, 0, 1),
        Date.parse('2001-01-01T00:00:00Z'),
        Date.length,
        Date.name,
      ];`),
    ).toEqual([
      '1970-01-01T00:00:00.000Z',
      Date.UTC(2024, 1, 29, 12),
      3,
      Date.UTC(2000, 0, 1),
      Date.UTC(2001, 0, 1),
      7,
      'Date',
    ]);
  });

  test('can be subclassed, and its dates are dates for everybody', async () => {
    const sandbox = await at(60_000);

    const seen = sandbox.run<{ date: unknown; checks: unknown[] }>(`
      class Deadline extends Date { minutes() { return this.getUTCMinutes(); } }
      const deadline = new Deadline();
      module.exports = {
        date: new Date(),
        checks: [
          deadline.minutes(),
          deadline instanceof Deadline,
          deadline instanceof Date,
          new Date() instanceof Date,
          require('node:util').types.isDate(deadline),
          new Deadline(0).getTime(),
        ],
      };
    `);

    expect(seen.checks).toEqual([49, true, true, true, true, 0]);
    expect(Object.prototype.toString.call(seen.date)).toBe('[object Date]');
  });
});

describe('clocks', () => {
  test('count virtual time, to the nanosecond where Node does', async () => {
    const sandbox = await at(1250.5);

    expect(
      sandbox.run(`
        const { performance: ofModule } = require('node:perf_hooks');
        exports.now = [performance.now(), globalThis.performance.now(), ofModule.now()];
        exports.origin = performance.timeOrigin;
        exports.hrtime = process.hrtime();
        exports.since = process.hrtime([0, 900000000]);
        exports.borrowed = process.hrtime([0, 250500000]);
        exports.bigint = process.hrtime.bigint() === 1250500000n;
        exports.uptime = [process.uptime(), require('process').uptime()];
      `),
    ).toEqual({
      now: [1250.5, 1250.5, 1250.5],
      origin: EPOCH_MS,
      hrtime: [1, 250_500_000],
      since: [0, 350_500_000],
      borrowed: [1, 0],
      bigint: true,
      uptime: [1.2505, 1.2505],
    });
  });
});

describe('timers', () => {
  test('run in virtual time, with their arguments, never sooner than Node would', async () => {
    const { run, scheduler } = createSandbox();
    const seen = run<unknown[]>(`
      const seen = module.exports = [];
      const note = (...what) => seen.push([performance.now(), ...what]);
      setTimeout(note, 1000, 'timeout', 2);
      setTimeout(note, 0, 'zero');
      setTimeout(note, -5, 'negative');
      setTimeout(note, undefined, 'none');
      setTimeout(note, '2.9', 'text');
      setImmediate(note, 'immediate');
      globalThis.setTimeout(note, 3, 'globalThis');
      require('timers').setTimeout(note, 4, 'module');
    `);

    await scheduler.run(2000);

    expect(seen).toEqual([
      [0, 'immediate'],
      [1, 'zero'],
      [1, 'negative'],
      [1, 'none'],
      [2, 'text'],
      [3, 'globalThis'],
      [4, 'module'],
      [1000, 'timeout', 2],
    ]);
  });

  test('repeat, and can be cleared by their own callback and by every clearing function', async () => {
    const { run, scheduler } = createSandbox();
    const seen = run<unknown[]>(`
      const seen = module.exports = [];
      const ticking = setInterval(() => {
        seen.push(performance.now());
        if (seen.length === 3) clearInterval(ticking);
      }, 10);
      clearTimeout(setTimeout(() => seen.push('timeout'), 5));
      clearImmediate(setImmediate(() => seen.push('immediate')));
      setTimeout(() => seen.push('closed'), 5).close();
      clearTimeout(undefined);
      clearTimeout({});
    `);

    await scheduler.run(1000);

    expect(seen).toEqual([10, 20, 30]);
  });

  test('start anew when refreshed, and have the methods of a timeout', async () => {
    const { run, scheduler } = createSandbox();
    const seen = run<unknown[]>(`
      const seen = module.exports = [];
      const timeout = setTimeout(() => seen.push(performance.now()), 100).ref().unref();
      setTimeout(() => timeout.refresh(), 60);
      seen.push(timeout.hasRef());
    `);

    await scheduler.run(1000);

    expect(seen).toEqual([true, 160]);
  });

  test('have promise forms: promisified, node:timers/promises and its scheduler', async () => {
    const { run, settle } = createSandbox();
    const main = run<() => Promise<unknown>>(`
      const { promisify } = require('node:util');
      const { setTimeout: sleep, setImmediate: soon, scheduler } = require('node:timers/promises');
      const timers = require('timers');
      module.exports = async () => {
        const seen = [];
        const note = (value) => seen.push([performance.now(), value]);
        note(await promisify(setTimeout)(10, 'promisified'));
        note(await promisify(setImmediate)('promisified immediate'));
        note(await sleep(5, 'module'));
        note(await timers.promises.setTimeout(5, 'property'));
        note(await soon('soon'));
        note(await scheduler.wait(100));
        note(await scheduler.yield());
        return seen;
      };
    `);

    await expect(settle(main())).resolves.toEqual([
      [10, 'promisified'],
      [10, 'promisified immediate'],
      [15, 'module'],
      [20, 'property'],
      [20, 'soon'],
      [120, undefined],
      [120, undefined],
    ]);
  });

  test('have promise forms that a signal ends', async () => {
    const { run, settle } = createSandbox();
    const main = run<() => Promise<unknown>>(`
      const { setTimeout: sleep } = require('node:timers/promises');
      module.exports = async () => {
        const controller = new AbortController();
        setTimeout(() => controller.abort('enough'), 30);
        const ended = await sleep(1000, undefined, { signal: controller.signal }).catch((error) => [error.name, error.code, error.cause]);
        const atOnce = await sleep(1000, undefined, { signal: AbortSignal.abort() }).catch((error) => error.name);
        const inTime = await sleep(5, 'value', { signal: AbortSignal.timeout(50) });
        return [ended, atOnce, inTime, performance.now()];
      };
    `);

    await expect(settle(main())).resolves.toEqual([['AbortError', 'ABORT_ERR', 'enough'], 'AbortError', 'value', 35]);
  });
});

describe('AbortSignal.timeout', () => {
  test('aborts in virtual time with a TimeoutError, alone and joined with others', async () => {
    const { run, settle } = createSandbox();
    const main = run<() => Promise<unknown>>(`
      module.exports = () => new Promise((resolve) => {
        const signal = AbortSignal.timeout(650);
        const any = AbortSignal.any([signal, new AbortController().signal]);
        const before = [signal.aborted, any.aborted, signal instanceof AbortSignal];
        any.addEventListener('abort', () =>
          resolve([before, performance.now(), signal.aborted, signal.reason.name, any.reason === signal.reason]),
        );
      });
    `);

    await expect(settle(main())).resolves.toEqual([[false, false, true], 650, true, 'TimeoutError', true]);
  });

  test('leaves the rest of AbortSignal as it is', () => {
    const { run } = createSandbox();

    expect(
      run(`module.exports = [AbortSignal.abort('why').reason, new AbortController().signal instanceof AbortSignal];`),
    ).toEqual(['why', true]);
  });
});

describe('an environment that is frozen between invocations', () => {
  const ticking = `
    const { setTimeout: sleep } = require('node:timers/promises');
    const seen = module.exports = [];
    const note = (what) => seen.push(what + '@' + performance.now());
    setTimeout(() => note('timeout'), 10);
    setInterval(() => note('interval'), 100);
    sleep(20).then(() => note('promise'));
  `;

  test('runs nothing, and runs what fell due when it is thawed', async () => {
    const { run, scheduler, realm } = createSandbox();
    const seen = run<string[]>(ticking);
    realm.timers.freeze();

    await scheduler.run(1000);
    expect(seen).toEqual([]);

    realm.timers.thaw();
    await scheduler.run(1150);
    expect(seen).toEqual(['timeout@1000', 'interval@1000', 'promise@1000', 'interval@1100']);
  });

  test('leaves what is not due yet for later, and forgets what was cleared meanwhile', async () => {
    const { run, scheduler, realm } = createSandbox();
    const { seen, clear } = run<{ seen: string[]; clear: () => void }>(`
      const seen = [];
      const first = setTimeout(() => seen.push('first'), 10);
      setTimeout(() => seen.push('second@' + performance.now()), 500);
      module.exports = { seen, clear: () => clearTimeout(first) };
    `);
    realm.timers.freeze();
    await scheduler.run(100);

    clear();
    realm.timers.thaw();
    await scheduler.run(1000);

    expect(seen).toEqual(['second@500']);
  });

  test('takes its timers with it when it is killed, promise forms included', async () => {
    const { run, scheduler, realm } = createSandbox();
    const seen = run<string[]>(ticking);
    await scheduler.run(15);

    realm.timers.kill();
    await scheduler.run(1000);

    expect(seen).toEqual(['timeout@10']);
    expect(scheduler.eventCount).toBe(1);
  });
});
