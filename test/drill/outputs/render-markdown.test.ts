import { renderMarkdown } from '../../../lib/drill/outputs';
import { TABLE_LABELS } from '../../../lib/drill/report/render-report';
import { quiet, report, scheduleReport } from '../written-report';

/** Cells of every table row, escapes taken away. */
function rowsOf(markdown: string): string[][] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .slice(2, -2)
        .split(' | ')
        .map((cell) => cell.replaceAll('\\', '')),
    );
}

test('has the verdict as a table beside the twin, and the objectives', () => {
  const rows = rowsOf(renderMarkdown(report()));

  expect(rows[0]).toEqual(['', 'blueprint', 'only us-east-2']);
  expect(rows.slice(2, 2 + TABLE_LABELS.length).map(([label]) => label)).toEqual([...TABLE_LABELS]);
  expect(rows[2]).toEqual(['availability over the outage', '99.809 %', '61.7 %']);
  expect(rows.slice(-3)).toEqual([
    ['availability', '99.5 %', '99.809 %', '✅'],
    ['recovery', '15 min', '6 min 3 s', '✅'],
    ['data loss', '0 s', '0 s', '✅'],
  ]);
  for (const row of rows) expect([3, 4]).toContain(row.length);
});

test('says at first sight whether the objectives were met, and of a schedule whether the invariants held', () => {
  const rtoSeconds = { objective: 120, reached: null, met: false };
  const violations = [{ invariant: 'replicas-converge', found: 'replicas disagree\non 3 items' }] as const;

  expect(renderMarkdown(report())).toMatch(/^## ✅ us-east-1: DynamoDB loses its name$/m);
  expect(renderMarkdown(report({ objectives: { ...report().objectives, met: false, rtoSeconds } }))).toMatch(/^## ❌ /);
  expect(renderMarkdown(report({ objectives: { met: null } }))).toContain('The assembly declares no objectives.');
  const broken = renderMarkdown(scheduleReport({ violations }));
  expect(broken).toMatch(/^## ❌ /);
  expect(broken).toContain('\n\n- ❌ replicas-converge: replicas disagree<br>on 3 items\n\n');
  expect(renderMarkdown(scheduleReport())).toContain('\nEvery invariant held.\n\n');
});

test('has the reasons and, in a block of its own, the command that repeats the drill', () => {
  const text = renderMarkdown(report());

  expect(text).toMatch(/^Consistency: all of [\d,]+ parcels linearizable/m);
  expect(text).toContain('Why 2,000 of 1,046,400 client operations failed:');
  expect(text).toMatch(/^- __75 %__ phase p1 \(dynamodb: unavailable, 100 %\)<br>clients of us-central /m);
  expect(text).toMatch(/```sh\nnpm run drill -- --outage aws-2025[^\n]+\n```\n$/);
  expect(renderMarkdown(report({ causes: [] }))).toContain('No client operation failed.');
});

test('of a schedule says what DNS did in every Region, and shows no twin', () => {
  const [east] = report().dns;
  const text = renderMarkdown(scheduleReport({ dns: [...(east ? [east] : []), quiet('us-west-2')] }));

  expect(rowsOf(text)[0]).toEqual(['', 'blueprint']);
  expect(text).toContain(
    '\n\n- us-east-2: endpoint checks found it unhealthy from 30 s to 2 h 37 min; it was out of DNS from 30 s to 2 h 37 min\n- us-west-2: no health check and no switch turned\n\nWhy 2,000',
  );
  expect(text).not.toMatch(/never|undefined|only us-/);
});

test('text that Markdown would take for markup stays as it is', () => {
  const scenario = { ...report().scenario, title: 'a | b <i> *c* _d_ `e` [f]' };

  expect(renderMarkdown(report({ scenario }))).toContain('a \\| b \\<i\\> \\*c\\* \\_d\\_ \\`e\\` \\[f\\]');
});
