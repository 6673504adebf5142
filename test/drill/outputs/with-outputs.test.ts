import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadInput } from '../../../lib/bad-input';
import { DRILL_RENDERINGS, withOutputs } from '../../../lib/drill/outputs';
import { header, operation } from '../written-log';
import { report } from '../written-report';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'outlast-outputs-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

const at = (name: string): string => join(directory, name);

/** A drill that writes a log of one failed operation, if it is asked for one. */
async function drill({ logFile }: { readonly logFile?: string }) {
  const records = [header(), operation(65, { ok: false })];
  if (logFile !== undefined) writeFileSync(logFile, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return report();
}

test('writes every file that was asked for, and nothing beside them', async () => {
  const files = { json: at('a.json'), junit: at('a.xml'), markdown: at('a.md'), log: at('a.jsonl') };
  const signals = process.listenerCount('SIGINT');

  const outcome = await withOutputs(files, true, drill, DRILL_RENDERINGS);

  expect(readdirSync(directory).sort()).toEqual(['a.json', 'a.jsonl', 'a.md', 'a.xml']);
  expect(JSON.parse(readFileSync(files.json, 'utf8'))).toEqual(report());
  expect(readFileSync(files.junit, 'utf8')).toMatch(/^<\?xml /);
  expect(readFileSync(files.markdown, 'utf8')).toMatch(/^## /);
  expect(readFileSync(files.log, 'utf8')).toMatch(/^\{"t":0,"is":"log",/);
  expect(outcome.explanation).toMatch(/^The worst minute that one client had: client 1,/);
  expect(process.listenerCount('SIGINT')).toBe(signals);
});

test('keeps no log unless it is asked for, and explains from one that it takes away', async () => {
  let seen: string | undefined;
  const watched = (outputs: { readonly logFile?: string }) => {
    seen = outputs.logFile;
    return drill(outputs);
  };

  expect(await withOutputs({}, false, watched, DRILL_RENDERINGS)).toEqual({ report: report() });
  expect(seen).toBeUndefined();
  const { explanation } = await withOutputs({}, true, watched, DRILL_RENDERINGS);
  expect(explanation).toMatch(/^The worst minute/);
  expect(() => readFileSync(seen ?? '')).toThrow(/ENOENT/);
});

test('a log grows beside its place, where an older one stays until then, and a drill that fails leaves nothing', async () => {
  writeFileSync(at('a.jsonl'), 'an older log');
  const failing = async ({ logFile = '' }) => {
    writeFileSync(logFile, 'half');
    expect(readdirSync(directory)).toHaveLength(2);
    throw new Error('the drill broke');
  };

  await expect(
    withOutputs({ log: at('a.jsonl'), json: at('a.json') }, false, failing, DRILL_RENDERINGS),
  ).rejects.toThrow('broke');
  expect(readdirSync(directory)).toEqual(['a.jsonl']);
  expect(readFileSync(at('a.jsonl'), 'utf8')).toBe('an older log');
});

test('refuses, before the drill runs, every file that cannot be written, and one that two options name', async () => {
  const files = { json: at('none/a.json'), junit: at('a'), markdown: directory, log: join(directory, '.', 'a') };
  const never = () => Promise.reject(new Error('the drill ran'));

  const refusal = await withOutputs(files, false, never, DRILL_RENDERINGS).catch((error: unknown) => error);

  expect(refusal).toBeInstanceOf(BadInput);
  expect((refusal as BadInput).problems.map(({ field, found }) => [field, found])).toEqual([
    ['--json', JSON.stringify(files.json)],
    ['--markdown', JSON.stringify(directory)],
    ['--log', `${JSON.stringify(files.log)}, as for --junit`],
  ]);
});
