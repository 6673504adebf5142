import type { FailureCause } from '../verdict/client-score';
import type { ObjectiveSummary } from '../verdict/objectives';
import { inputOptions, shellWord } from './command-options';
import type { DrillReport } from './drill-report';
import { consistencyLines } from './render-consistency';
import { describeDns } from './render-dns';
import { count, duration, durationOrNever, percent, share } from './render-values';
import { CAUSES_SHOWN, describeCause } from './report-causes';
import { objectiveRows, verdictWords } from './report-objectives';
import { wrapText } from './wrap-text';

/** Writes a drill's verdict for people: the table, the objectives, why clients failed, and how to repeat it. */
export function renderReport(report: DrillReport): string {
  return [
    headline(report),
    '',
    ...table(report),
    '',
    ...objectiveLines(report.objectives),
    ...uploadLines(report.data),
    ...interruptionLines(report),
    ...(report.data.consistency ? consistencyLines(report.data.consistency) : []),
    ...invariantLines(report),
    ...dnsLines(report),
    ...causeLines(report),
    ...phaseLines(report),
    '',
    `Repeat or vary:  ${replayCommand(report)}`,
  ].join('\n');
}

/** The command that repeats a drill. */
export function replayCommand({
  scenario,
  seed,
  traffic,
  ...inputs
}: Pick<DrillReport, 'scenario' | 'seed' | 'assemblyDirectory' | 'workload' | 'traffic'>): string {
  const options = inputOptions(inputs);
  const clients = traffic.libraryShare > 0 ? [`--clients ${libraryShareText(traffic)}`] : [];
  if (scenario.kind === 'schedule')
    return ['npm run drill --', `--schedule ${shellWord(scenario.id)}`, ...options, ...clients].join(' ');
  return [
    'npm run drill --',
    ...options,
    `--outage ${scenario.id}`,
    `--strike ${scenario.struckRegion}`,
    `--seed ${seed}`,
    `--rate ${traffic.requestsPerSecond}`,
    `--sample ${isSampled(traffic) ? traffic.madePerSecond.nearChanges : 'all'}`,
    ...clients,
    `--hours ${Number((scenario.durationSeconds / 3600).toFixed(4))}`,
  ].join(' ');
}

/** What was replayed, and how, in three lines. */
export function headline({ scenario, profile, seed, traffic, workload }: DrillReport): string {
  const { struckRegion, originalRegion } = scenario;
  const history = struckRegion === originalRegion ? '' : ` (in history ${originalRegion})`;
  const moved = originalRegion === undefined ? 'every Region' : `${struckRegion}${history}`;
  const { nearChanges, elsewhere } = traffic.madePerSecond;
  const sampled = isSampled(traffic) ? ` (made: ${nearChanges}/s around changes, ${elsewhere}/s elsewhere)` : '';
  const length = duration(scenario.durationSeconds);
  return [
    scenario.title,
    scenario.kind === 'schedule' ? `schedule ${scenario.id}, ${length}` : `strikes ${moved} for ${length}`,
    `${profile} consistency, seed ${seed}, ${traffic.requestsPerSecond} requests/s${sampled}`,
    ...(workload ? [`clients do what ${workload.file} says`] : []),
  ].join('\n');
}

function isSampled({ requestsPerSecond, madePerSecond }: DrillReport['traffic']): boolean {
  return madePerSecond.elsewhere < requestsPerSecond;
}

/** Labels of the verdict table of an outage, in order. */
export const TABLE_LABELS = [
  'availability over the outage',
  'worst minute',
  'detected after',
  'clients recovered after',
  'below 99 % in all',
  'acknowledged writes',
  'acknowledged writes lost',
  'objectives',
] as const;

/** Labels of the same for a schedule: several events have no one detection, and no one recovery. */
const SCHEDULE_LABELS: Readonly<Partial<Record<(typeof TABLE_LABELS)[number], string>>> = {
  'availability over the outage': 'availability over the schedule',
  'clients recovered after': 'clients recovered after at most',
};

/** The verdict table: a label and a column for each world. */
export function verdictRows(report: DrillReport): readonly (readonly string[])[] {
  const { scenario, baseline, recovery } = report;
  const [left, right] = [verdictCells(report), baseline && verdictCells(baseline)];
  const rows = TABLE_LABELS.map(
    (label, row) => [label, left[row] ?? '', ...(right ? [right[row] ?? ''] : [])] as const,
  );
  if (scenario.kind === 'outage') return rows;
  return rows.flatMap(([label, cell]) => {
    if (label === 'detected after') return [];
    const isOpen = label === 'clients recovered after' && recovery.recoverySeconds === null;
    return [[SCHEDULE_LABELS[label] ?? label, isOpen ? 'not by the end' : cell]];
  });
}

/** What stands above the columns. */
export function tableHead({ baseline }: DrillReport): readonly string[] {
  return ['', 'blueprint', ...(baseline ? [`only ${baseline.region}`] : [])];
}

/** One column of the verdict table, in the order of {@link TABLE_LABELS}. */
export function verdictCells({
  clients,
  recovery,
  data,
  objectives,
}: Pick<DrillReport, 'clients' | 'recovery' | 'data' | 'objectives'>): readonly string[] {
  return [
    percent(clients.availability),
    percent(clients.worstMinuteAvailability),
    durationOrNever(recovery.detectedSeconds),
    durationOrNever(recovery.recoverySeconds),
    duration(recovery.degradedSeconds),
    count(data.acknowledgedWrites),
    count(data.lostAcknowledgedWrites),
    verdictWords(objectives),
  ];
}

function table(report: DrillReport): readonly string[] {
  const lines = [tableHead(report), ...verdictRows(report)];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? '').length))) ?? [];
  return lines.map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? `  ${cell.padEnd(widths[0] ?? 0)}` : cell.padStart(widths[column] ?? 0)))
      .join('   ')
      .trimEnd(),
  );
}

/** What stands above what DNS did. */
export const DNS_TITLE = 'What DNS did, in time since the beginning:';

/** What DNS did in a schedule, Region by Region; the table of an outage says when it was detected. */
function dnsLines({ scenario, dns }: DrillReport): string[] {
  if (scenario.kind !== 'schedule') return [];
  return ['', DNS_TITLE, ...dns.flatMap((region) => wrapText(describeDns(region, scenario.durationSeconds), '  '))];
}

/** What was reached of each objective. */
export function objectiveLines(objectives: ObjectiveSummary): string[] {
  if (objectives.met === null) return ['Objectives: the assembly declares none.'];
  return [
    `Objectives ${verdictWords(objectives)}:`,
    ...objectiveRows(objectives).map(
      ({ name, reached, objective, met }) =>
        `  ${name.padEnd(13)} ${reached} against ${objective}: ${met ? 'met' : 'NOT met'}`,
    ),
  ];
}

/** What became of uploads; nothing when there were none. */
export function uploadLines(data: DrillReport['data']): string[] {
  if (data.acknowledgedObjects === 0) return [];
  const lag = duration(data.objectReplicationLagSeconds);
  return [
    `Uploads: ${count(data.acknowledgedObjects)} acknowledged, ${count(data.lostAcknowledgedObjects)} lost; the slowest copy reached another Region after ${lag}.`,
  ];
}

function invariantLines({ violations }: DrillReport): string[] {
  if (!violations) return [];
  if (violations.length === 0) return ['Every invariant held.'];
  return ['Invariants that did NOT hold:', ...violations.map(({ invariant, found }) => `  ${invariant}: ${found}`)];
}

/** A share of clients as `--clients` takes it. */
export function libraryShareText({ libraryShare }: Pick<DrillReport['traffic'], 'libraryShare'>): string {
  return libraryShare === 1 ? 'client' : `${Number((100 * libraryShare).toFixed(6))}%`;
}

const RELIANCE = { dns: 'relying on DNS', library: 'using lib/client' } as const;

/** How long those who met a failure were without service. */
function interruptionLines({ populations }: DrillReport): string[] {
  return populations.flatMap(({ reliesOn, interruptions }) => {
    const { count: times, p50Seconds, p99Seconds, longestSeconds } = interruptions;
    if (times === 0) return [];
    const after = (seconds: number | null = null): string =>
      seconds === null ? 'not by the end' : `after ${briefly(seconds)}`;
    return [
      `Clients ${RELIANCE[reliesOn]} met a failure ${count(times)} times, and were served again:`,
      `  half of them ${after(p50Seconds)}, 99 in 100 ${after(p99Seconds)}, the last ${after(longestSeconds)}`,
    ];
  });
}

function causeLines(report: DrillReport): string[] {
  const { causes, clients } = report;
  if (causes.length === 0) return ['', 'No client operation failed.'];
  const rest = causes.slice(CAUSES_SHOWN).reduce((sum, { operations }) => sum + operations, 0);
  return [
    '',
    `Why ${count(clients.failed)} of ${count(clients.requests)} client operations failed:`,
    ...causes.slice(0, CAUSES_SHOWN).flatMap((cause) => oneCauseLines(cause, report)),
    ...(rest > 0 ? [`  ${share(rest, clients.failed)}  other reasons; --json lists them`] : []),
  ];
}

function oneCauseLines(cause: FailureCause, report: DrillReport): string[] {
  const part = share(cause.operations, report.clients.failed);
  return describeCause(cause, report).map((line, index) => `  ${index === 0 ? part : '     '}  ${line}`);
}

function phaseLines({ phases, laterPhases }: DrillReport): string[] {
  const services = phases.flatMap((phase) => phase.services.map((service) => ({ ...service, phaseId: phase.id })));
  const named = (outcome: 'modelled' | 'out-of-reach'): string =>
    services
      .filter((service) => service.outcome === outcome)
      .map(({ phaseId, service }) => `${phaseId} ${service}`)
      .join(', ') || 'none';
  const part = laterPhases.length === 0 ? 'this outage' : 'this part of the outage';
  return [
    '',
    ...(named('modelled') === 'none' && phases.length > 0
      ? [`Nothing of ${part} can reach this design: what is shown above is a calm time.`]
      : []),
    ...wrapText(`Phases replayed: ${named('modelled')}.`),
    ...wrapText(`Out of this design's reach (--json says why): ${named('out-of-reach')}.`),
    ...(laterPhases.length === 0
      ? []
      : wrapText(`Not replayed, for they begin after its end: ${laterPhases.join(', ')}.`)),
  ];
}

/** Tenths of a second count where there are few. */
function briefly(seconds: number): string {
  return seconds < 10 ? `${seconds.toFixed(1)} s` : duration(seconds);
}
