import { compileSource } from '../../../lib/drill/sandbox/module-loader';
import { createSandbox, writeFile } from './sandbox';

describe('modules', () => {
  test('have what CommonJS gives them', () => {
    const sibling = writeFile('given/sibling.js', `exports.name = 'sibling'; exports.directory = __dirname;`);
    writeFile('given/data.json', JSON.stringify({ parcels: [1, 2] }));
    const entry = writeFile(
      'given/entry.js',
      `'use strict';
      exports.sibling = require('./sibling');
      exports.data = require('./data.json');
      exports.same = require('./sibling') === exports.sibling;
      exports.filename = __filename;
      exports.this = this === module.exports;
      exports.strict = (function () { return this; })() === undefined;
      exports.resolved = require.resolve('./sibling');`,
    );

    const directory = entry.slice(0, entry.lastIndexOf('/'));
    expect(createSandbox().load(entry)).toEqual({
      sibling: { name: 'sibling', directory },
      data: { parcels: [1, 2] },
      same: true,
      filename: entry,
      this: true,
      strict: true,
      resolved: sibling,
    });
  });

  test('may require each other in a circle, and may begin with a hash-bang or end with a comment', () => {
    writeFile('circle/b.js', `exports.early = require('./a').name; exports.name = 'b'; // the end`);
    const entry = writeFile(
      'circle/a.js',
      `#!/usr/bin/env node\nexports.name = 'a'; exports.b = require('./b'); // the end`,
    );

    expect(createSandbox().load(entry)).toEqual({ name: 'a', b: { early: 'a', name: 'b' } });
  });

  test('are packages provided by the drill before they are files or built-ins', () => {
    const { run } = createSandbox({
      override: (request) => (request === 'aws' || request === 'net' ? { provided: request } : undefined),
    });

    expect(run(`module.exports = [require('aws'), require('net'), typeof require('path').join];`)).toEqual([
      { provided: 'aws' },
      { provided: 'net' },
      'function',
    ]);
  });

  test('refuses a package that is not there, naming the file and the function that asked', () => {
    const entry = writeFile('missing/entry.js', `require('no-such-package');`);

    expect(() => createSandbox({ label: 'Stack/Function#1' }).load(entry)).toThrow(
      `not modelled: package no-such-package, required by ${entry} (Stack/Function#1): not found`,
    );
  });

  test('run from the text registered for their file, when there is one', () => {
    const entry = writeFile('translated/entry.js', `export const never = 'run';`);
    compileSource(entry, `exports.translated = true;`);

    expect(createSandbox().load(entry)).toEqual({ translated: true });
  });
});

describe('two copies of the same files', () => {
  test('share nothing: not state, not globals, not variables, not time', async () => {
    const entry = writeFile(
      'copies/entry.js',
      `const { counter } = require('./counter');
      globalThis.seen = (globalThis.seen ?? 0) + 1;
      process.env.COUNT = String(Number(process.env.COUNT ?? 0) + 1);
      Math.marked = (Math.marked ?? 0) + 1;
      console.marked = (console.marked ?? 0) + 1;
      module.exports = () => [++counter.value, globalThis.seen, process.env.COUNT, Math.marked, console.marked, performance.now()];`,
    );
    writeFile('copies/counter.js', `exports.counter = { value: 0 };`);
    const [first, second] = [createSandbox({ label: 'a' }), createSandbox({ label: 'b' })];
    const [count, countOther] = [first.load<() => unknown>(entry), second.load<() => unknown>(entry)];
    await first.scheduler.run(500);

    expect(count()).toEqual([1, 1, '1', 1, 1, 500]);
    expect(count()).toEqual([2, 1, '1', 1, 1, 500]);
    expect(countOther()).toEqual([1, 1, '1', 1, 1, 0]);
    expect(['seen' in globalThis, 'marked' in Math]).toEqual([false, false]);
  });
});
