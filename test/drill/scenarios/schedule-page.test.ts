import { join } from 'node:path';
import { FAULT_TARGETS, narrowings, WAYS_TO_FAIL } from '../../../lib/drill/faults/fault';
import { DELAY_KINDS, readSchedule, SHARE_KINDS } from '../../../lib/drill/scenarios/fault-schedule';
import { ROOT, textOf } from '../../helpers/source-files';

const PAGE = textOf('docs/schedules.md');
const EXAMPLE = 'docs/examples/two-regions.schedule.json';

/** Words in backquotes. */
const quoted = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word);

/** Cells of a table's rows, by the name of its first column. */
function rowsOf(firstColumn: string): readonly (readonly string[])[] {
  const lines = PAGE.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${firstColumn} `));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) => line.split('|').slice(1, -1));
}

test('the page shows the example as it is, and the example keeps to the schema', () => {
  const [, shown] = /```json\n([\s\S]*?)```/.exec(PAGE) ?? [];

  expect(shown).toBe(textOf(EXAMPLE));
  expect(readSchedule(join(ROOT, EXAMPLE)).events).toHaveLength(4);
});

test('the page names every kind of event', () => {
  const kinds = rowsOf('`kind`').flatMap(([cell]) => quoted(cell));

  expect(kinds.sort()).toEqual(
    [...SHARE_KINDS, ...DELAY_KINDS, 'clock-skew', 'deployment', 'joining', 'poison-data', 'fault'].sort(),
  );
});

test('the page names every place, how it can fail, and by what its requests are told apart', () => {
  const rows = rowsOf('`target`').map(([target, , failing, apart]) => ({
    target: quoted(target)[0],
    failing: quoted(failing),
    apart: quoted(apart),
  }));
  expect(rows).toEqual(
    FAULT_TARGETS.map((target) => ({
      target,
      failing: WAYS_TO_FAIL[target],
      apart: narrowings(target, WAYS_TO_FAIL[target].find((kind) => kind !== 'name') ?? 'name'),
    })),
  );
});
