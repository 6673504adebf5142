import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import ts from 'typescript';

/** All that browsers, React Native and Node.js have in common and the client may use. */
const GLOBALS = ['fetch', 'AbortController', 'performance', 'setTimeout', 'clearTimeout'];

/** Largest size of the client as it is shipped, minified and compressed, in bytes. */
const MAX_BYTES = 5000;

const [bundle] = buildSync({
  entryPoints: ['lib/client/index.ts'],
  bundle: true,
  minify: true,
  write: false,
  // No package and no module of Node.js is resolved here.
  platform: 'neutral',
  target: 'es2020',
  format: 'iife',
  globalName: 'outlast',
}).outputFiles;

const text = bundle?.text ?? '';

test('it is small', () => {
  const bytes = gzipSync(text).length;

  expect(bytes).toBeGreaterThan(1000);
  expect(bytes).toBeLessThan(MAX_BYTES);
});

test('it needs nothing that a browser or React Native lacks', async () => {
  const asked: string[] = [];
  const context = createContext({
    ...Object.fromEntries(GLOBALS.map((name) => [name, globalThis[name as keyof typeof globalThis]])),
    // A response as small as those of React Native: no stream.
    fetch: async (url: string) => {
      asked.push(url);
      const status = asked.length === 1 ? 503 : 200;
      return { status, headers: { get: () => null }, clone: () => ({ arrayBuffer: async () => new ArrayBuffer(0) }) };
    },
  });
  runInContext(text, context);
  const made = runInContext(
    `outlast.createClient({ name: 'api.example.com', regions: ['us-east-2'], backOffMs: 0 })
       ('/deliveries', { method: 'POST', body: '{}', idempotencyKey: 'd-1' })`,
    context,
  );

  expect((await made).status).toBe(200);
  expect(asked).toEqual(['https://api.example.com/deliveries', 'https://us-east-2.api.example.com/deliveries']);
});

test('it compiles for a browser, without the types of Node.js', () => {
  const program = ts.createProgram(['lib/client/index.ts'], {
    lib: ['lib.es2020.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2020,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  });
  const found = ts.getPreEmitDiagnostics(program);

  expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([]);
});

test('it calls the fetch of the platform as a plain function, as browsers demand', async () => {
  const receivers: unknown[] = [];
  const context = createContext({
    ...Object.fromEntries(GLOBALS.map((name) => [name, Reflect.get(globalThis, name)])),
    receivers,
  });
  runInContext(
    `'use strict'; globalThis.fetch = function () {
       receivers.push(this);
       return Promise.resolve({ status: 200, headers: { get: () => null }, clone: () => ({ arrayBuffer: () => Promise.resolve() }) });
     };`,
    context,
  );
  runInContext(text, context);
  await runInContext(`outlast.createClient({ name: 'api.example.com', regions: ['us-east-2'] })('/a')`, context);

  expect(receivers).toEqual([undefined]);
});
