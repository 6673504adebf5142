import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import cdkJson from '../../cdk.json';
import { BadInput } from '../../lib/bad-input';
import { loadConfig, qualifyConfig } from '../../lib/config';
import { DEFAULT_BLUEPRINT, EVENTUAL_BLUEPRINT } from '../helpers/configs';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function refusalOf(path: string): string {
  try {
    loadConfig(path);
  } catch (error) {
    if (error instanceof BadInput) return error.message;
    throw error;
  }
  throw new Error(`${path} was accepted`);
}

test('reads blueprint.config.ts when no file is named', () => {
  expect(loadConfig()).toEqual(qualifyConfig(DEFAULT_BLUEPRINT, 'blueprint.config.ts'));
});

test('reads another file by its path', () => {
  const path = file('other.config.ts', `export default ${JSON.stringify(EVENTUAL_BLUEPRINT)};`);

  expect(loadConfig(path)).toEqual(qualifyConfig(EVENTUAL_BLUEPRINT, path));
});

test('says what a compiler says of a file and where, without the lines it quotes', () => {
  const message = refusalOf(
    file('quoting.config.ts', "const zone = 'example.com';\n\nexport default { account: 'unfinished\n"),
  );

  expect(message).toMatch(/Unterminated string constant.*quoting\.config\.ts:3/);
  expect(message).not.toContain('example.com');
});

test.each([
  ['a missing file', 'missing.config.ts', undefined, /no such file/],
  ['a file without default export', 'empty.config.ts', 'export const config = {};', /no default export/],
  ['a file with a syntax error', 'broken.config.ts', 'export default {', /cannot be run/],
  ['a directory', '.', undefined, /no file but a directory/],
  ['a file that throws', 'throwing.config.ts', 'throw new Error("no zone today");', /cannot be run: no zone today/],
  ['a file with a wrong value', 'wrong.config.ts', 'export default { application: 1 };', /application: found 1/],
])('refuses %s and names it', (_, name, text, words) => {
  const path = text === undefined ? join(folder, name) : file(name, text);

  const message = refusalOf(path);

  expect(message).toMatch(words);
  expect(message).toContain(path);
  expect(message).not.toMatch(/\n\s+at /);
});

describe('bin/app.ts', () => {
  function synthesize(config: string): { status: number | null; stderr: string; written: string[] } {
    const outdir = mkdtempSync(join(folder, 'out-'));
    const { status, stderr } = spawnSync(process.execPath, ['-r', 'ts-node/register', 'bin/app.ts'], {
      encoding: 'utf8',
      env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify({ ...cdkJson.context, config }) },
    });
    return { status, stderr, written: readdirSync(outdir) };
  }

  test('refuses a bad config with exit code 2 and its message alone, before anything is written', () => {
    const path = file('refused.config.ts', `export default ${JSON.stringify({ ...DEFAULT_BLUEPRINT, account: '1' })};`);

    const { status, stderr, written } = synthesize(path);

    expect(status).toBe(2);
    expect(stderr).toBe(`${refusalOf(path)}\n`);
    expect(written).toEqual([]);
  });

  test('synthesizes the file that -c config names, with the handlers bundled once for all Regions', () => {
    const { status, written } = synthesize(
      file('eventual.config.ts', `export default ${JSON.stringify(EVENTUAL_BLUEPRINT)};`),
    );

    expect(status).toBe(0);
    expect(written).toEqual(expect.arrayContaining(['manifest.json', 'dispatch-ap-southeast-2.template.json']));
    // The API's handler, the judge's, and the CDK's own for calls of the SDK.
    expect(written.filter((name) => name.startsWith('asset.'))).toHaveLength(3);
  });
});
