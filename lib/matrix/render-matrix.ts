import { duration, durationOrNever, percent } from '../drill/report/render-values';
import type { MatrixReport, MatrixRow, MatrixVerdict } from './matrix-report';
import { GRAY_COLUMNS, grayRows } from './render-gray';
import { describePlaces, type PhaseAccount, phaseAccounts, struckIn } from './render-phases';

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
    ...phaseAccounts(report).flatMap(({ outageId, struck, ...account }) => [
      `  ${outageId}${struck === undefined ? '' : ` onto ${struck}`}`,
      ...kinds(account).map(([kind, texts]) => `    ${kind}: ${texts.join('; ')}`),
    ]),
    '',
    summary(report),
  ].join('\n');
}

/** The same as GitHub-flavoured Markdown, with the beginning of each event log's hash, by which a row can be told to be stale. */
export function renderMatrixMarkdown(report: MatrixReport): string {
  const gray = grayRows(report);
  const unjudged = apart(report).map(({ name, why }) => `- **${name}**: ${why}`);
  return [
    ...markdownTable(
      [...COLUMNS, 'event log'],
      replayed(report).map((row) => [...cells(row), `\`${shortHash(row)}\``]),
    ),
    '',
    ...(unjudged.length === 0 ? [] : [...unjudged, '']),
    summary(report),
    ...(gray.length === 0 ? [] : ['', '## Gray failures', '', ...markdownTable(GRAY_COLUMNS, gray)]),
    '',
    '## What became of every phase',
    '',
    ...phaseAccounts(report).flatMap(({ outageId, struck, ...account }) => [
      `- **${outageId}**${struck === undefined ? '' : ` onto ${struck}`}`,
      ...kinds(account).map(([kind, texts]) => `  - _${kind}_: ${texts.join('; ')}`),
    ]),
    '',
  ].join('\n');
}

/** The first eight hexadecimal digits of the hash of a row's event log; nothing when it was not replayed. */
export function shortHash({ verdict }: MatrixRow): string {
  return verdict?.eventLogSha256.slice(0, 8) ?? '';
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
  const { outage, profile, isWhole, durationSeconds, verdict } = row;
  const struck = struckIn(row);
  const length = isWhole ? '' : ` (first ${duration(durationSeconds)})`;
  const name = `${outage.id}${length}`;
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

/** Outages without a verdict, each once, with the reason; onto which Regions, where they have a verdict onto others. */
function apart({ rows }: MatrixReport): readonly { readonly name: string; readonly why: string }[] {
  return byOutage(rows).flatMap((own) =>
    (['out-of-reach', 'not-modelled'] as const).flatMap((outcome) => {
      const group = own.filter((row) => row.outcome === outcome);
      const others = own.filter((row) => row.outcome !== outcome);
      const [first] = group;
      if (!first) return [];
      const name = others.length === 0 ? first.outage.id : `${first.outage.id} onto ${describePlaces(group, own)}`;
      const services = group.flatMap(({ reach }) => reach);
      if (outcome === 'out-of-reach') {
        // What keeps it out elsewhere, too, is not why it has no verdict here.
        const elsewhere = new Set(others.flatMap(({ reach }) => reach.map(({ why }) => why)));
        const whys = unique(services.map(({ why }) => why).filter((why) => !elsewhere.has(why)));
        return [{ name, why: `cannot reach this design: ${whys.join('; ')}` }];
      }
      const unknown = services.filter((service) => service.outcome === 'not-modelled').map(({ why }) => why);
      return [{ name, why: `NOT MODELLED, so that nothing is known: ${unique(unknown).join('; ')}` }];
    }),
  );
}

/** The kinds of an account that are not empty, in words. */
function kinds({
  modelled,
  outOfReach,
  notModelled,
  later,
}: Omit<PhaseAccount, 'outageId' | 'struck'>): readonly (readonly [kind: string, texts: readonly string[]])[] {
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
  const outages = (isMeant: (own: readonly MatrixRow[]) => boolean): number => byOutage(rows).filter(isMeant).length;
  const isOut = ({ outcome }: MatrixRow): boolean => outcome === 'out-of-reach';
  const unreached = outages((own) => own.every(isOut));
  const unknown = outages((own) => own.some(({ outcome }) => outcome === 'not-modelled'));
  const inPart = outages((own) => own.some(isOut) && !own.every(isOut));
  return [
    `${count(({ verdict }) => verdict !== undefined)} replays:`,
    `${count(({ verdict }) => verdict?.objectives.met === true)} met their objectives,`,
    `${count(({ verdict }) => verdict?.objectives.met === false)} did NOT.`,
    `${unreached} outages cannot reach this design, ${unknown} are not modelled.`,
    ...(inPart > 0 ? [`${inPart} more cannot onto some Region.`] : []),
    ...(libraryShare > 0 ? [`Of the clients ${percent(libraryShare)} use lib/client.`] : []),
  ].join(' ');
}

/** The rows of each outage, in the order of their first ones. */
function byOutage(rows: readonly MatrixRow[]): readonly (readonly MatrixRow[])[] {
  return unique(rows.map(({ outage }) => outage.id)).map((id) => rows.filter(({ outage }) => outage.id === id));
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
