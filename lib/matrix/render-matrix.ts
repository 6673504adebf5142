import { duration, durationOrNever, percent } from '../drill/report/render-values';
import type { MatrixReport, MatrixRow, MatrixVerdict } from './matrix-report';
import { GRAY_COLUMNS, grayRows } from './render-gray';
import { type PhaseAccount, phaseAccounts } from './render-phases';

/** Columns of the matrix. */
const COLUMNS = [
  'outage',
  'tables',
  'struck',
  'availability',
  'worst minute',
  'recovered',
  'lost',
  'objectives',
  'seen by',
] as const;

/**
 * Writes a matrix for people: a line for each row that was replayed, then what could not reach the design and what is not modelled, who
 * caught gray failures, and what became of every phase.
 */
export function renderMatrix(report: MatrixReport): string {
  const gray = grayRows(report);
  return [
    ...align([[...COLUMNS], ...replayed(report).map(cells)]),
    '',
    ...apart(report).map(({ name, why }) => `  ${name}: ${why}`),
    ...(gray.length === 0 ? [] : ['', ...align([[...GRAY_COLUMNS], ...gray])]),
    '',
    'What became of every phase:',
    ...phaseAccounts(report).flatMap(({ outageId, ...account }) => [
      `  ${outageId}`,
      ...kinds(account).map(([kind, texts]) => `    ${kind}: ${texts.join('; ')}`),
    ]),
    '',
    summary(report),
  ].join('\n');
}

/** The same as GitHub-flavoured Markdown. */
export function renderMatrixMarkdown(report: MatrixReport): string {
  const gray = grayRows(report);
  return [
    ...markdownTable(COLUMNS, replayed(report).map(cells)),
    '',
    ...apart(report).map(({ name, why }) => `- **${name}**: ${why}`),
    '',
    summary(report),
    ...(gray.length === 0 ? [] : ['', '## Gray failures', '', ...markdownTable(GRAY_COLUMNS, gray)]),
    '',
    '## What became of every phase',
    '',
    ...phaseAccounts(report).flatMap(({ outageId, ...account }) => [
      `- **${outageId}**`,
      ...kinds(account).map(([kind, texts]) => `  - _${kind}_: ${texts.join('; ')}`),
    ]),
    '',
  ].join('\n');
}

/** What the last column says: which judge of a Region saw it fail, and which failures were too mild for endpoint checks. */
export function seenBy({ detection, clients, recovery, objectives }: MatrixVerdict): string {
  const { endpointCheckSeconds: checks, switchSeconds: judge } = detection;
  const judged = judge === null ? '' : `its judge (${duration(judge)})`;
  if (checks !== null)
    return [`endpoint checks (${duration(checks)})`, judged].filter((text) => text !== '').join(', ');
  if (judge !== null) return `${judged}; too mild for endpoint checks`;
  if (clients.failed === 0) return 'nobody had to';
  return objectives.met === false || recovery.degradedSeconds > 0 ? 'NOBODY' : 'nobody had to';
}

function replayed({ rows }: MatrixReport): readonly MatrixRow[] {
  return rows.filter(({ outcome }) => outcome === 'replayed');
}

function cells(row: MatrixRow): string[] {
  const { outage, profile, struckRegions, isWhole, durationSeconds, verdict } = row;
  const length = isWhole ? '' : ` (first ${duration(durationSeconds)})`;
  const name = `${outage.id}${length}`;
  const struck = struckRegions.join(' + ') || 'everywhere';
  if (!verdict) return [name, profile, struck, '', '', '', '', '', ''];
  const { clients, recovery, data, objectives } = verdict;
  return [
    name,
    profile,
    struck,
    percent(clients.availability),
    percent(clients.worstMinuteAvailability),
    durationOrNever(recovery.recoverySeconds),
    String(data.lostAcknowledgedWrites + data.lostAcknowledgedObjects),
    objectives.met === null ? 'none declared' : objectives.met ? 'met' : 'NOT met',
    seenBy(verdict),
  ];
}

/** Outages without a verdict, each once, with the reason. */
function apart({ rows }: MatrixReport): readonly { readonly name: string; readonly why: string }[] {
  const whys = new Map<string, string>();
  for (const { outage, outcome, reach } of rows) {
    if (outcome === 'out-of-reach') {
      whys.set(outage.id, `cannot reach this design: ${unique(reach.map(({ why }) => why)).join('; ')}`);
    } else if (outcome === 'not-modelled') {
      const unknown = reach.filter((service) => service.outcome === 'not-modelled').map(({ why }) => why);
      whys.set(outage.id, `NOT MODELLED, so that nothing is known: ${unique(unknown).join('; ')}`);
    }
  }
  return [...whys].map(([name, why]) => ({ name, why }));
}

/** The kinds of an account that are not empty, in words. */
function kinds({
  modelled,
  outOfReach,
  notModelled,
  later,
}: Omit<PhaseAccount, 'outageId'>): readonly (readonly [kind: string, texts: readonly string[]])[] {
  const all = [
    ['replayed', modelled],
    ['cannot reach this design', outOfReach],
    ['NOT MODELLED', notModelled],
    ['begins after what is replayed', later],
  ] as const;
  return all.filter(([, texts]) => texts.length > 0);
}

function summary({ rows, libraryShare }: MatrixReport): string {
  const count = (isCounted: (row: MatrixRow) => boolean): number => rows.filter(isCounted).length;
  const outages = (outcome: MatrixRow['outcome']): number =>
    new Set(rows.filter((row) => row.outcome === outcome).map(({ outage }) => outage.id)).size;
  return [
    `${count(({ verdict }) => verdict !== undefined)} replays:`,
    `${count(({ verdict }) => verdict?.objectives.met === true)} met their objectives,`,
    `${count(({ verdict }) => verdict?.objectives.met === false)} did NOT.`,
    `${outages('out-of-reach')} outages cannot reach this design, ${outages('not-modelled')} are not modelled.`,
    ...(libraryShare > 0 ? [`Of the clients ${percent(libraryShare)} use lib/client.`] : []),
  ].join(' ');
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)];
}

function align(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => `  ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}
