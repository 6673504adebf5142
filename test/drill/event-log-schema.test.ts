import type { EventKind } from '../../lib/drill/kernel/event-record';
import { textOf } from '../helpers/source-files';
import { recordErrors, SCHEMA_KINDS, schemaFields } from './event-schema';

/** Every kind that the code knows; the compiler misses none. */
const KINDS: Readonly<Record<EventKind, true>> = {
  log: true,
  'initial-status': true,
  'initial-alarm': true,
  operation: true,
  move: true,
  tick: true,
  vote: true,
  status: true,
  region: true,
  alarm: true,
  notification: true,
  'alarm-action': true,
  experiment: true,
  action: true,
  metric: true,
  'metric-malformed': true,
  parameter: true,
  schedule: true,
  destination: true,
  'cold-start': true,
  'kept-initialized': true,
  throttled: true,
  deployment: true,
  poison: true,
  'object-replica': true,
  backlog: true,
  superseded: true,
  fault: true,
};

/** Rows of the page's table: kind and fields. */
const rows = textOf('docs/event-log.md')
  .split('\n')
  .filter((line) => /^\| `(?!is`)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, kind = '', , fields = '']) => ({
    kind: kind.replaceAll('`', ''),
    // What stands in brackets explains a field.
    fields: [...fields.replaceAll(/\([^)]*\)/g, '').matchAll(/`([^`]+)`/g)].map(([, field]) => field),
  }));

test('code, schema and page know the same kinds of record', () => {
  expect([...SCHEMA_KINDS].sort()).toEqual(Object.keys(KINDS).sort());
  expect(rows.map(({ kind }) => kind)).toEqual(SCHEMA_KINDS);
});

test.each(rows)('the page names the fields of $kind as the schema does', ({ kind, fields }) => {
  expect([...fields].sort()).toEqual(schemaFields(kind).sort());
});

test("the page's example is a record", () => {
  const [, example = ''] = /```json\n([\s\S]*?)```/.exec(textOf('docs/event-log.md')) ?? [];

  expect(recordErrors(JSON.parse(example))).toEqual([]);
});

test.each([
  ['a field that is not known', { extra: 1 }],
  ['a Region that is none', { region: 'Ohio' }],
  ['a time before the beginning', { t: -1 }],
  ['a field that is missing', { region: undefined }],
])('the schema refuses %s', (_what, rest) => {
  const record = { t: 1, is: 'deployment', region: 'us-east-2' };

  expect(recordErrors(record)).toEqual([]);
  expect(recordErrors(JSON.parse(JSON.stringify({ ...record, ...rest })))).not.toEqual([]);
});
