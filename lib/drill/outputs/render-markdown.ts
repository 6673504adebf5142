import type { DrillReport } from '../report/drill-report';
import { consistencyLine } from '../report/render-consistency';
import { describeDns } from '../report/render-dns';
import { DNS_TITLE, headline, replayCommand, tableHead, verdictRows } from '../report/render-report';
import { count } from '../report/render-values';
import { CAUSES_SHOWN, describeCause } from '../report/report-causes';
import { objectiveRows } from '../report/report-objectives';

/** Writes a drill's verdict as Markdown as GitHub shows it: for the summary of a job, or a comment. */
export function renderMarkdown(report: DrillReport): string {
  const { objectives, violations } = report;
  const [title = '', ...circumstances] = headline(report).split('\n');
  return [
    `## ${mark(passed(report))} ${text(title)}`,
    '',
    ...circumstances.map((line) => `${text(line)}<br>`),
    '',
    ...table(tableHead(report), verdictRows(report)),
    '',
    ...(objectives.met === null
      ? ['The assembly declares no objectives.']
      : table(
          ['objective', 'asked', 'reached', ''],
          objectiveRows(objectives).map(({ name, objective, reached, met }) => [name, objective, reached, mark(met)]),
        )),
    '',
    ...(report.data.consistency ? [text(consistencyLine(report.data.consistency)), ''] : []),
    ...invariantLines(violations),
    ...dnsLines(report),
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

function invariantLines(violations: DrillReport['violations']): readonly string[] {
  if (!violations) return [];
  if (violations.length === 0) return ['Every invariant held.', ''];
  const lines = violations.map(({ invariant, found }) => `- ${mark(false)} ${text(invariant)}: ${textOfLines(found)}`);
  return ['Invariants that did not hold:', '', ...lines, ''];
}

/** What DNS did in a schedule, Region by Region. */
function dnsLines({ scenario, dns }: DrillReport): readonly string[] {
  if (scenario.kind !== 'schedule') return [];
  return [DNS_TITLE, '', ...dns.map((region) => `- ${text(describeDns(region, scenario.durationSeconds))}`), ''];
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

/** Several lines stay so within an item of a list. */
function textOfLines(value: string): string {
  return value.split('\n').map(text).join('<br>');
}

/** Text that Markdown would read as markup stands as it is. */
function text(value: string): string {
  return value.replaceAll(/[\\`*_[\]<>|#]/g, (character) => `\\${character}`);
}
