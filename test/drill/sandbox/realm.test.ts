import { createHash } from 'node:crypto';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { SHADOWED_GLOBALS } from '../../../lib/drill/sandbox/realm';
import { createSandbox } from './sandbox';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('chance', () => {
  test("comes from the realm's stream, and the rest of Math is Math", () => {
    const { run, realm } = createSandbox();
    const stream = new RandomStream(realm.options.random.label);

    const seen = run<number[]>(`module.exports = [Math.random(), globalThis.Math.random(), Math.max(1, 2), Math.PI];`);

    expect(seen).toEqual([stream.next(), stream.next(), 2, Math.PI]);
  });

  test('is the same again for the same label, and another for another', () => {
    const source = `
      const crypto = require('node:crypto');
      module.exports = [
        Math.random(),
        globalThis.crypto.randomUUID(),
        crypto.randomUUID(),
        crypto.randomBytes(8).toString('hex'),
        crypto.randomInt(1000000),
        Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(8))).toString('hex'),
        Buffer.from(crypto.randomFillSync(Buffer.alloc(8))).toString('hex'),
        Buffer.from(crypto.webcrypto.getRandomValues(new Uint16Array(4)).buffer).toString('hex'),
      ];
    `;
    const drawn = (label: string): unknown[] => createSandbox({ label }).run(source);
    const [first, again, other] = [drawn('a'), drawn('a'), drawn('b')];

    expect(again).toEqual(first);
    for (const [index, value] of first.entries()) expect(other[index]).not.toEqual(value);
    expect(new Set(first).size).toBe(first.length);
  });

  test('of identifiers moves no jitter: two streams', () => {
    const withUuid = createSandbox().run<number>(`crypto.randomUUID(); module.exports = Math.random();`);

    expect(withUuid).toBe(createSandbox().run<number>(`module.exports = Math.random();`));
  });

  test('makes version 4 UUIDs, whole numbers within bounds and views filled where they lie', async () => {
    const { run, settle } = createSandbox();
    const seen = run<Record<string, never>>(`
      const { randomUUID, randomInt, randomBytes } = require('crypto');
      const buffer = new Uint8Array(12);
      exports.uuids = Array.from({ length: 50 }, () => randomUUID());
      exports.numbers = Array.from({ length: 200 }, () => randomInt(5, 8));
      exports.filled = [crypto.getRandomValues(buffer.subarray(4, 8)).byteOffset, [...buffer]];
      exports.later = new Promise((resolve) => randomBytes(4, (error, bytes) => resolve([error, bytes.length])));
    `) as unknown as { uuids: string[]; numbers: number[]; filled: [number, number[]]; later: unknown };

    for (const uuid of seen.uuids) expect(uuid).toMatch(UUID);
    expect(new Set(seen.uuids).size).toBe(50);
    expect([...new Set(seen.numbers)].sort()).toEqual([5, 6, 7]);
    const [offset, bytes] = seen.filled;
    expect(offset).toBe(4);
    expect([...bytes.slice(0, 4), ...bytes.slice(8)]).toEqual(Array(8).fill(0));
    expect(bytes.slice(4, 8)).not.toEqual([0, 0, 0, 0]);
    await expect(settle(seen.later)).resolves.toEqual([null, 4]);
  });

  test('leaves what is pure in node:crypto to Node', () => {
    const { run } = createSandbox();

    expect(
      run(`
        const { createHash, createHmac, timingSafeEqual } = require('crypto');
        module.exports = [
          createHash('sha256').update('x').digest('hex'),
          createHmac('sha256', 'key').update('x').digest('hex').length,
          timingSafeEqual(Buffer.from('a'), Buffer.from('a')),
        ];
      `),
    ).toEqual([createHash('sha256').update('x').digest('hex'), 64, true]);
  });
});

describe('names', () => {
  test('may be declared again at the top level of a module, as in Node', () => {
    const { run } = createSandbox();

    expect(
      run(`
        const crypto = require('crypto');
        const { performance } = require('perf_hooks');
        const process = require('node:process');
        let Date = class {};
        module.exports = [typeof crypto.createHash, typeof performance.now, typeof process.env, new Date().getTime];
      `),
    ).toEqual(['function', 'function', 'object', undefined]);
  });

  test('mean the same bare and as members of globalThis and global', () => {
    const { run } = createSandbox();

    const same = run<Record<string, boolean>>(`
      ${SHADOWED_GLOBALS.map((name) => `exports['${name}'] = ${name} === globalThis['${name}'] && ${name} === global['${name}'];`).join('\n')}
    `);

    expect(same).toEqual(Object.fromEntries(SHADOWED_GLOBALS.map((name) => [name, true])));
  });

  test("of the language are Node's own", () => {
    const { run } = createSandbox();

    expect(
      run(`module.exports = [
        typeof Buffer.from, typeof URL, typeof TextEncoder, typeof structuredClone, typeof globalThis.queueMicrotask,
        globalThis.Buffer === Buffer,
      ];`),
    ).toEqual(['function', 'function', 'function', 'function', 'function', true]);
  });
});

describe('the process', () => {
  test('has the variables it is given and no others, and keeps changes to itself', () => {
    const [east, west] = ['east', 'west'].map((region) => createSandbox({ env: { AWS_REGION: region } }));
    const source = `
      const before = { ...process.env };
      process.env.ADDED = process.env.AWS_REGION;
      module.exports = [before, require('process').env.ADDED, globalThis.process.env.ADDED];
    `;

    expect(east?.run(source)).toEqual([{ AWS_REGION: 'east' }, 'east', 'east']);
    expect(west?.run(source)).toEqual([{ AWS_REGION: 'west' }, 'west', 'west']);
    expect(process.env.ADDED).toBeUndefined();
  });

  test('is a Lambda host, the same on every machine', () => {
    const { run } = createSandbox();

    expect(
      run(`
        const os = require('node:os');
        module.exports = [process.version, process.platform, process.arch, process.cwd(), os.platform(), os.arch(), os.tmpdir(), os.EOL];
      `),
    ).toEqual(['v24.0.0', 'linux', 'arm64', '/var/task', 'linux', 'arm64', '/tmp', '\n']);
  });

  test('runs ticks and microtasks for real, without a step of virtual time', async () => {
    const { run, settle } = createSandbox();
    const main = run<() => Promise<unknown>>(`
      module.exports = () => new Promise((resolve) => {
        const seen = [];
        process.nextTick((value) => { seen.push(value); queueMicrotask(() => resolve([seen, performance.now()])); }, 'tick');
      });
    `);

    await expect(settle(main())).resolves.toEqual([['tick'], 0]);
  });
});

describe('output', () => {
  const printing = `
    console.log('%s is %d', 'one', 1);
    console.error({ a: 1 });
    console.assert(true, 'holds');
    console.assert(false, 'broken');
    process.stdout.write('raw');
    require('node:console').warn('module');
    const { Console } = require('console');
    new Console({ stdout: process.stdout }).info('own console');
    exports.written = new Promise((resolve) => process.stderr.write('last', resolve));
  `;

  test('goes to the sink, formatted as Node formats it, and to nobody else', async () => {
    const { run, output, settle } = createSandbox();
    const spies = [jest.spyOn(process.stdout, 'write'), jest.spyOn(process.stderr, 'write')];

    const { written } = run<{ written: unknown }>(printing);
    await settle(written);

    const printed = spies.map((spy) => spy.mock.calls.length);
    for (const spy of spies) spy.mockRestore();
    expect(output).toEqual([
      'one is 1\n',
      '{ a: 1 }\n',
      'Assertion failed: broken\n',
      'raw',
      'module\n',
      'own console\n',
      'last',
    ]);
    expect(printed).toEqual([0, 0]);
  });

  test('is dropped when nobody listens', async () => {
    const { run, output, settle } = createSandbox({ silent: true });

    await settle(run<{ written: unknown }>(printing).written);

    expect(output).toEqual([]);
  });
});
