import { dirname } from 'node:path';
import { prepareCode } from '../../../lib/drill/compute/function-code';
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
