import { dirname } from 'node:path';
import { BadInput } from '../../../lib/bad-input';
import { prepareCode } from '../../../lib/drill/compute/function-code';
import { NotModelled } from '../../../lib/drill/not-modelled';
import { writeFile } from '../sandbox/sandbox';
import { deploy, functionDefinition } from './functions';

describe("a function's code", () => {
  test.each(['index.js', 'index.mjs', 'index.cjs'])('is found in %s', async (file) => {
    const definition = functionDefinition(`exports.handler = async () => {};`, { file });

    expect(await prepareCode(definition)).toEqual({
      filename: `${definition.codeDirectory}/${file}`,
      exportName: 'handler',
    });
  });

  test('is found in folders of the asset, and under dotted names', async () => {
    const definition = functionDefinition('exports.run = 1;', { file: 'src/api.v2.js', handler: 'src/api.v2.run' });
    const codeDirectory = dirname(definition.codeDirectory);

    expect(await prepareCode({ ...definition, codeDirectory })).toEqual({
      filename: `${codeDirectory}/src/api.v2.js`,
      exportName: 'run',
    });
  });

  test('refuses a handler whose file is not there', async () => {
    const definition = functionDefinition('', { file: 'other.js' });

    await expect(prepareCode(definition)).rejects.toThrow(
      'not modelled: handler index.handler of function Region-us-east-2/Function: no such file in its asset',
    );
  });

  test.each([
    ['another name', 'exports.main = async () => {};'],
    ['no function', 'exports.handler = { };'],
  ])('refuses a file that exports %s', async (_, source) => {
    await expect((await deploy(source)).invoke()).rejects.toThrow(
      /not modelled: function .*index\.js exports no function handler/,
    );
  });

  test('may be an ECMAScript module, with time, chance and packages of the drill', async () => {
    const source = `
      import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
      import { setTimeout as sleep } from 'node:timers/promises';
      import * as path from 'node:path';
      const client = new DynamoDBClient({});
      export const handler = async () => {
        await sleep(500);
        const { Item } = await client.send(new GetItemCommand({ TableName: process.env.TABLE_NAME, Key: { pk: { S: '1' } } }));
        return [Item, path.basename('/a/b'), new Date().getUTCFullYear()];
      };
    `;
    const { invoke } = await deploy(source, { file: 'index.mjs' });

    expect(await invoke()).toEqual({ kind: 'answer', payload: [undefined, 'b', 2025] });
  });

  test('may import dynamically, from whatever file: its own files, built-ins and packages of the drill', async () => {
    const source = `
      exports.handler = async () => {
        const { half } = await import('./half.js');
        const { createHash } = await import('node:crypto');
        const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
        return [await half(8), createHash('sha256').update('').digest('hex').slice(0, 8), typeof DynamoDBClient, Date.now() < Date.UTC(2025, 10)];
      };
    `;
    const definition = functionDefinition(source);
    const folder = definition.codeDirectory.split('/').at(-1);
    writeFile(`${folder}/half.js`, `exports.half = async (n) => (await import('./divide.mjs')).divide(n, 2);`);
    writeFile(`${folder}/divide.mjs`, `export { divide } from './arithmetic.mjs';`);
    writeFile(`${folder}/arithmetic.mjs`, 'export const divide = (n, by) => n / by;');
    const { invoke } = await deploy(source, { codeDirectory: definition.codeDirectory });

    expect(await invoke()).toEqual({ kind: 'answer', payload: [4, 'e3b0c442', 'function', true] });
  });

  describe('refuses a file that cannot be parsed, naming function, asset, file, line and what is there:', () => {
    const broken = `exports.one = 1;\n\nconst = 2;\nexports.handler = async () => 'answer';`;
    const refusal = (field: string, found: string) => ({
      source: 'function Region-us-east-2/Function',
      problems: [
        {
          field: expect.stringMatching(new RegExp(`^function-\\d+/${field}$`)),
          found: expect.stringContaining(found),
          allowed: expect.stringMatching(/^JavaScript|^JSON$/),
          remedy: expect.stringContaining('mend the source'),
        },
      ],
    });

    test.each([
      ['CommonJS', 'index.js', broken],
      ['an ECMAScript module', 'index.mjs', broken.replaceAll('exports.', 'export const ')],
    ])('the entry, as %s', async (_, file, source) => {
      const refused = await prepareCode(functionDefinition(source, { file })).catch((error: unknown) => error);

      expect(refused).toBeInstanceOf(BadInput);
      expect(refused).toMatchObject(refusal(`${file.replace('.', '\\.')}, line 3`, '"const = 2;" (Expected '));
    });

    test.each([
      [
        'before anything else',
        `const { x } = require('./part.js'); exports.handler = async () => x;`,
        'part.js',
        broken,
      ],
      ['by an invocation', `exports.handler = async () => require('./part.js').x;`, 'part.js', broken],
      [
        'as an ECMAScript module',
        `exports.handler = async () => (await import('./part.mjs')).x;`,
        'part.mjs',
        'export const x = 1;\n\nconst = 2;',
      ],
      ['as JSON', `exports.handler = async () => require('./part.json').x;`, 'part.json', '{\n\n"x" 1 }'],
    ])('another one that is loaded %s', async (_, source, file, text) => {
      const definition = functionDefinition(source);
      writeFile(`${definition.codeDirectory.split('/').at(-1)}/${file}`, text);
      const { invoke } = await deploy(source, { codeDirectory: definition.codeDirectory });
      const refused = await invoke().catch((error: unknown) => error);

      expect(refused).toBeInstanceOf(BadInput);
      expect(refused).toMatchObject(refusal(`${file.replace('.', '\\.')}, line 3`, 'Expected '));
    });

    test('but not one that the code itself can do without, as on Lambda', async () => {
      const source = `let x = 1; try { x = require('./part.js').x; } catch {} exports.handler = async () => x;`;
      const definition = functionDefinition(source);
      writeFile(`${definition.codeDirectory.split('/').at(-1)}/part.js`, broken);
      const { invoke } = await deploy(source, { codeDirectory: definition.codeDirectory });

      expect(await invoke()).toEqual({ kind: 'answer', payload: 1 });
    });
  });

  test.each([
    ['an error', `throw new RangeError('no TABLE in sight');`, 'RangeError: no TABLE in sight'],
    ['what is no error', `throw 'a tantrum';`, 'string: a tantrum'],
    ['a parser of its own', `JSON.parse('{');`, 'SyntaxError: '],
  ])('refuses a module that throws %s while it is loaded, naming function and message', async (_, statement, told) => {
    const { invoke } = await deploy(`${statement} exports.handler = async () => 1;`);
    const refused = await invoke().catch((error: unknown) => error);

    expect(refused).toBeInstanceOf(NotModelled);
    expect(String(refused)).toContain(`function Region-us-east-2/Function, which throws while it is loaded: ${told}`);
  });

  test('refuses to await at the top level', async () => {
    const definition = functionDefinition(
      `export const table = await Promise.resolve('x');\nexport const handler = async () => table;`,
      {
        file: 'index.mjs',
      },
    );

    await expect(prepareCode(definition)).rejects.toThrow(
      /not modelled: code of function Region-us-east-2\/Function: .*[Tt]op-level await/s,
    );
  });

  test('refuses what it may not import, although it catches the rejection', async () => {
    const importing = (request: string, use: string) => `
      exports.handler = async () => {
        try { return (await import('${request}')).${use}; } catch { return 'a fallback answer'; }
      };
    `;

    await expect((await deploy(importing('node:net', 'connect(80)'))).invoke()).rejects.toThrow(
      'not modelled: node:net connect, called by Region-us-east-2/Function#1',
    );
    const made = `exports.handler = async () => { try { return await new Function('m', 'return import(m)')('fs'); } catch { return 1; } };`;
    await expect((await deploy(made)).invoke()).rejects.toThrow('not modelled: import() in a function made from text');
  });
});
