import type { DrillReport } from '../report/drill-report';
import { consistencyLine } from '../report/render-consistency';
import { headline, replayCommand, TABLE_LABELS, verdictCells } from '../report/render-report';
import { count } from '../report/render-values';
import { CAUSES_SHOWN, describeCause } from '../report/report-causes';
import { objectiveRows } from '../report/report-objectives';

/** Writes a drill's verdict as Markdown as GitHub shows it: for the summary of a job, or a comment. */
export function renderMarkdown(report: DrillReport): string {
  const { baseline, objectives, violations } = report;
  const [title = '', ...circumstances] = headline(report).split('\n');
  const cells = [verdictCells(report), verdictCells(baseline)] as const;
  return [
    `## ${mark(passed(report))} ${text(title)}`,
    '',
    ...circumstances.map((line) => `${text(line)}<br>`),
    '',
    ...table(
      ['', 'blueprint', `only ${baseline.region}`],
      TABLE_LABELS.map((label, row) => [label, cells[0][row] ?? '', cells[1][row] ?? '']),
    ),
    '',
    ...(objectives.met === null
      ? ['The assembly declares no objectives.']
      : table(
          ['objective', 'asked', 'reached', ''],
          objectiveRows(objectives).map(({ name, objective, reached, met }) => [name, objective, reached, mark(met)]),
        )),
    '',
    ...(report.data.consistency ? [text(consistencyLine(report.data.consistency)), ''] : []),
    ...(violations ?? []).map(({ invariant, found }) => `- ${mark(false)} ${text(invariant)}: ${text(found)}`),
    ...causeLines(report),
    '',
    '```sh',
    replayCommand(report),
    '```',
    '',
  ].join('\n');
}

function passed({ objectives, violations = [] }: DrillReport): boolean {
  return objectives.met !== false && violations.length === 0;
}

function mark(met: boolean): string {
  return met ? '✅' : '❌';
}

function causeLines(report: DrillReport): readonly string[] {
  const { causes, clients } = report;
  if (causes.length === 0) return ['No client operation failed.'];
  const rest = causes.slice(CAUSES_SHOWN).reduce((sum, { operations }) => sum + operations, 0);
  const share = (operations: number): string => `${Math.round((100 * operations) / clients.failed)} %`;
  return [
    `Why ${count(clients.failed)} of ${count(clients.requests)} client operations failed:`,
    '',
    ...causes
      .slice(0, CAUSES_SHOWN)
      .map((cause) => `- __${share(cause.operations)}__ ${describeCause(cause, report).map(text).join('<br>')}`),
    ...(rest > 0 ? [`- __${share(rest)}__ other reasons`] : []),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(text).join(' | ')} |`;
  return [line(head), `| ${head.map((_, column) => (column === 0 ? '---' : '---:')).join(' | ')} |`, ...rows.map(line)];
}

/** Text that Markdown would read as markup stands as it is. */
function text(value: string): string {
  return value.replaceAll(/[\\`*_[\]<>|#]/g, (character) => `\\${character}`);
}
