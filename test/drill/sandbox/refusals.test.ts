import { createSandbox } from './sandbox';

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
  test('holds nothing: every way of reading answers ENOENT', async () => {
    const { run, settle } = createSandbox();
    const main = run<() => Promise<unknown>>(`
      const fs = require('node:fs');
      const path = '/home/user/.aws/config';
      module.exports = async () => {
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

    await expect(settle(main())).resolves.toEqual([
      ['ENOENT', -2, 'open', "ENOENT: no such file or directory, open '/home/user/.aws/config'"],
      'ENOENT',
      'ENOENT',
      'ENOENT',
      false,
    ]);
  });
});
