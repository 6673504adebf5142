import { dirname } from 'node:path';
import { createSandbox, writeFile } from './sandbox';

/** Calls that reach outside the drill, each as a handler might make it. */
const REACHING_OUT = [
  [`fetch('https://example.com')`, 'fetch'],
  [`globalThis.fetch('https://example.com')`, 'fetch'],
  [`crypto.subtle.digest('SHA-256', new Uint8Array(1))`, 'crypto.subtle.digest'],
  [`require('node:crypto').subtle.digest('SHA-256', new Uint8Array(1))`, 'crypto.subtle.digest'],
  [`require('node:crypto').webcrypto.subtle.digest('SHA-256', new Uint8Array(1))`, 'crypto.subtle.digest'],
  [`require('crypto').pbkdf2('a', 'b', 1, 8, 'sha1', () => {})`, 'node:crypto pbkdf2'],
  [`require('net').connect(80, 'example.com')`, 'node:net connect'],
  [`require('node:http').request('http://example.com')`, 'node:http request'],
  [`require('node:http').globalAgent.getName()`, 'node:http globalAgent.getName'],
  [`new (require('node:https').Agent)()`, 'node:https Agent'],
  [`require('http2').connect('https://example.com')`, 'node:http2 connect'],
  [`require('tls').connect(443)`, 'node:tls connect'],
  [`require('dgram').createSocket('udp4')`, 'node:dgram createSocket'],
  [`require('dns').lookup('example.com', () => {})`, 'node:dns lookup'],
  [`require('dns').promises.lookup('example.com')`, 'node:dns promises.lookup'],
  [`require('node:dns/promises').lookup('example.com')`, 'node:dns/promises lookup'],
  [`require('child_process').execSync('date')`, 'node:child_process execSync'],
  [`new (require('node:worker_threads').Worker)('x.js')`, 'node:worker_threads Worker'],
  [`require('zlib').gzipSync('x')`, 'node:zlib gzipSync'],
  [`require('fs').writeFileSync('/tmp/x', 'x')`, 'node:fs writeFileSync'],
  [`require('fs').promises.writeFile('/tmp/x', 'x')`, 'node:fs/promises writeFile'],
  [`require('node:timers/promises').setInterval(1)`, 'node:timers/promises setInterval'],
  [`process.exit(1)`, 'process.exit'],
  [`process.kill(1)`, 'process.kill'],
  [`process.binding('fs')`, 'process.binding'],
  [`process.memoryUsage()`, 'process.memoryUsage'],
  [`process.cpuUsage()`, 'process.cpuUsage'],
  [`process.stdin`, 'process.stdin'],
  [`globalThis.process.report`, 'process.report'],
  [`performance.mark('a')`, 'performance.mark'],
  [`performance.eventLoopUtilization()`, 'performance.eventLoopUtilization'],
  [`new (require('perf_hooks').PerformanceObserver)(() => {})`, 'node:perf_hooks PerformanceObserver'],
  [`Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)`, 'Atomics.wait'],
  [`WebAssembly.compile(new Uint8Array())`, 'WebAssembly.compile'],
  [`new MessageChannel()`, 'MessageChannel'],
  [`new BroadcastChannel('a')`, 'BroadcastChannel'],
  [`new CompressionStream('gzip')`, 'CompressionStream'],
  [`navigator.hardwareConcurrency`, 'navigator.hardwareConcurrency'],
  [`require('os').freemem()`, 'node:os freemem'],
  [`require('os').networkInterfaces()`, 'node:os networkInterfaces'],
  [`require('async_hooks').executionAsyncId()`, 'node:async_hooks executionAsyncId'],
  [`require('vm').runInThisContext('Date.now()')`, 'node:vm runInThisContext'],
  [`require('module').createRequire(__filename)`, 'node:module createRequire'],
  [`require('v8').getHeapStatistics()`, 'node:v8 getHeapStatistics'],
  [`require('inspector').open()`, 'node:inspector open'],
  [`require('cluster').fork()`, 'node:cluster fork'],
  [`require('fs').existsSync('/etc/hosts')`, 'node:fs existsSync of /etc/hosts'],
  [`require('fs').readFileSync('/proc/uptime')`, 'node:fs readFileSync of /proc/uptime'],
  [`require('fs').readFile('/etc/hosts', () => {})`, 'node:fs readFile of /etc/hosts'],
  [`require('fs').readFileSync(0)`, 'node:fs readFileSync of 0'],
  [`require('fs').statSync('/tmp')`, 'node:fs statSync'],
] as const;

describe('what the drill does not model', () => {
  test.each(REACHING_OUT)('refuses %s, naming it and the function that asked', (call, name) => {
    const { run } = createSandbox({ label: 'Region-us-east-2/Function#3' });
    const reachOut = run<() => unknown>(`module.exports = () => ${call};`);

    expect(reachOut).toThrow(`not modelled: ${name}, called by Region-us-east-2/Function#3`);
    expect(reachOut).toThrow(expect.objectContaining({ name: 'NotModelled' }));
  });

  test('stops the drill although the handler catches the refusal', async () => {
    const { run, settle } = createSandbox();
    const handler = run<() => Promise<string>>(`
      module.exports = async () => {
        try {
          await fetch('https://example.com');
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 10));
          return 'a fallback answer';
        }
      };
    `);

    await expect(settle(handler())).rejects.toThrow('not modelled: fetch');
  });

  test('may be loaded, taken apart and read as long as nothing of it is called', () => {
    const { run } = createSandbox();

    expect(
      run(`
        const { request, Agent, METHODS, STATUS_CODES } = require('node:http');
        const { constants: { HTTP2_HEADER_STATUS } } = require('http2');
        const { promises } = require('dns');
        class Mine extends Agent {}
        module.exports = [typeof request, METHODS.includes('GET'), STATUS_CODES[503], HTTP2_HEADER_STATUS, typeof promises, typeof WebSocket];
      `),
    ).toEqual(['function', true, 'Service Unavailable', ':status', 'object', 'undefined']);
  });
});

describe('the file system', () => {
  test('holds nothing where a function has written nothing: every way of reading answers ENOENT', async () => {
    const { run, settle } = createSandbox();
    const main = run<(path: string) => Promise<unknown>>(`
      const fs = require('node:fs');
      module.exports = async (path) => {
        let thrown;
        try { fs.readFileSync(path); } catch (error) { thrown = error; }
        return [
          [thrown.code, thrown.errno, thrown.syscall, thrown.message],
          await new Promise((resolve) => fs.readFile(path, 'utf8', (error) => resolve(error.code))),
          await fs.promises.readFile(path).catch((error) => error.code),
          await require('fs/promises').readFile(path, 'utf8').catch((error) => error.code),
          fs.existsSync(path),
        ];
      };
    `);

    for (const path of ['/home/sbx_user1051/.aws/config', '/tmp/cache.json', '/opt/nodejs']) {
      await expect(settle(main(path))).resolves.toEqual([
        ['ENOENT', -2, 'open', `ENOENT: no such file or directory, open '${path}'`],
        'ENOENT',
        'ENOENT',
        'ENOENT',
        false,
      ]);
    }
  });

  describe('of an asset', () => {
    const entry = () => {
      writeFile('asset.1/schema.json', '{}');
      return writeFile(
        'asset.1/index.js',
        `const { existsSync, readFileSync } = require('fs');
        const { join, relative } = require('path');
        exports.isThere = (name) => [name, join(__dirname, name), join('/var/task', name)].map((path) => existsSync(path));
        exports.read = (name) => readFileSync(join(__dirname, name), 'utf8');
        exports.readHere = (name) => readFileSync(name, 'utf8');
        exports.load = (name) => require(name);`,
      );
    };
    interface Handlers {
      isThere(name: string): boolean[];
      read(name: string): string;
      readHere(name: string): string;
      load(name: string): unknown;
    }
    const load = () => {
      const filename = entry();
      const asset = { directory: dirname(filename), entry: 'index.js' };
      return createSandbox({ asset }).load<Handlers>(filename);
    };

    test('lacks what it lacks, by whatever path', () => {
      expect(load().isThere('.env')).toEqual([false, false, false]);
      expect(() => load().read('.env')).toThrow('ENOENT');
    });

    test('refuses to read what it holds, naming file, function and asset', () => {
      const caller = 'called by Stack/Function#1 (asset.1/index.js)';

      expect(() => load().readHere('schema.json')).toThrow(
        `not modelled: node:fs readFileSync of schema.json, ${caller}`,
      );
      expect(() => load().read('schema.json')).toThrow(/readFileSync of .*asset\.1\/schema\.json, called by/);
      expect(() => load().isThere('schema.json')).toThrow('existsSync of schema.json');
    });

    test('is all that modules are loaded from: a package that only this machine has is not found', () => {
      const outside = writeFile('elsewhere/module.js', 'module.exports = 1;');

      expect(load().load('./schema.json')).toEqual({});
      expect(() => load().load(outside)).toThrow(
        /not modelled: package .*module\.js, required by .* not found in its asset/,
      );
      expect(() => load().load('../elsewhere/module')).toThrow('not found in its asset');
    });
  });
});
