import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadInput } from '../../../lib/bad-input';
import type { EventRecord } from '../../../lib/drill/kernel/event-record';
import { readEventLog } from '../../../lib/drill/recording/event-log-reader';
import { header } from '../written-log';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'outlast-log-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

async function read(text: string): Promise<EventRecord[]> {
  const file = join(directory, 'events.jsonl');
  writeFileSync(file, text);
  const records: EventRecord[] = [];
  for await (const record of readEventLog(file)) records.push(record);
  return records;
}

test('gives the records in order', async () => {
  const records = [header(), { t: 5, is: 'deployment', region: 'us-east-2' }];

  expect(await read(records.map((record) => `${JSON.stringify(record)}\n`).join(''))).toEqual(records);
});

test.each([
  ['another version', `${JSON.stringify({ ...header(), version: 2 })}\n`, 'version 2'],
  ['a log without its first record', '{"t":5,"is":"deployment","region":"us-east-2"}\n', 'no event log'],
  ['a file that is no JSON', 'eventful\n', 'no event log'],
  ['an empty file', '', 'no event log'],
])('refuses %s', async (_what, text, found) => {
  const refusal = await read(text).catch((error: unknown) => error);

  expect(refusal).toBeInstanceOf(BadInput);
  expect((refusal as BadInput).problems).toMatchObject([{ field: 'first record', found }]);
});
