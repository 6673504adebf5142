import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadInput } from '../../lib/bad-input';
import { checkDirectory, checkWritable, writeWhole } from '../../lib/drill/json-file';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'outlast-report-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

const at = (name: string): string => join(directory, name);

test('a report takes the place of an older one', () => {
  writeFileSync(at('verdict.json'), 'an older and much longer verdict');

  checkWritable(at('verdict.json'), '--json');
  writeWhole(at('verdict.json'), '{}\n');

  expect(readFileSync(at('verdict.json'), 'utf8')).toBe('{}\n');
  expect(readdirSync(directory)).toEqual(['verdict.json']);
});

test('a report that cannot be put in its place leaves nothing behind', () => {
  mkdirSync(at('verdict.json'));

  expect(() => writeWhole(at('verdict.json'), '{}')).toThrow();
  expect(readdirSync(directory)).toEqual(['verdict.json']);
});

test('looking whether a file can be written writes nothing', () => {
  checkWritable(at('verdict.json'), '--json');

  expect(readdirSync(directory)).toEqual([]);
});

test('a directory for results may be there or be made, and looking makes none; one below a file cannot be', () => {
  writeFileSync(at('file'), '');

  checkDirectory(directory, '--out');
  checkDirectory(at('new/ones'), '--out');
  expect(() => checkDirectory(at('file/below'), '--out')).toThrow(BadInput);
  expect(() => checkDirectory(at('file'), '--out')).toThrow(/--out: .*a directory that can be written to/);
  expect(readdirSync(directory)).toEqual(['file']);
});

describe('refuses', () => {
  function problemsOf(file: string): BadInput['problems'] {
    try {
      checkWritable(file, '--json');
    } catch (error) {
      if (error instanceof BadInput) return error.problems;
      throw error;
    }
    return [];
  }

  test('a file in a directory that is not there, or that is a file', () => {
    writeFileSync(at('file'), '');

    for (const file of [at('none/verdict.json'), at('file/verdict.json')]) {
      expect(problemsOf(file)).toEqual([
        {
          field: '--json',
          found: JSON.stringify(file),
          allowed: 'a file in a directory that exists and can be written',
          remedy: expect.stringContaining('create '),
        },
      ]);
    }
  });

  test('a directory, and a device, which a report would put an end to', () => {
    for (const file of [directory, devNull]) {
      expect(problemsOf(file)).toMatchObject([
        { field: '--json', allowed: 'a file, neither a directory nor a device' },
      ]);
    }
  });
});
