import type { ActionOutcome, StopAlarmOutcome } from '../experiments/experiment-outcome';
import type { FailureCause } from '../verdict/client-score';
import type { SteadySummary, StretchSummary } from '../verdict/steady-state';
import type { DetectionSummary } from '../verdict/struck-regions';
import { inputOptions } from './command-options';
import type { ExperimentReport } from './experiment-report';
import { consistencyLines } from './render-consistency';
import { describeDns, hasTurned } from './render-dns';
import { libraryShareText, objectiveLines, uploadLines } from './render-report';
import { count, duration, percent } from './render-values';
import { CAUSES_SHOWN } from './report-causes';
import { wrapText } from './wrap-text';

/** Writes the verdict on an experiment for people: what became of it, what clients and alarms saw, and how to repeat it. */
export function renderExperiment(report: ExperimentReport): string {
  return [
    ...headline(report),
    '',
    ...table(report.steadyState),
    '',
    ...outcomeLines(report),
    ...recoveryLines(report),
    ...alarmLines(report),
    '',
    ...objectiveLines(report.objectives),
    ...uploadLines(report.data),
    ...(report.data.consistency ? consistencyLines(report.data.consistency) : []),
    '',
    ...causeLines(report),
    ...findingLines(report),
    '',
    `Repeat or vary:  ${experimentCommand(report)}`,
  ].join('\n');
}

/** The command that repeats an experiment. */
export function experimentCommand(report: ExperimentReport): string {
  const { experiment, seed, requestsPerSecond, libraryShare } = report;
  const { name, region } = experiment;
  return [
    'npm run drill --',
    ...inputOptions(report),
    `--experiment ${name}`,
    `--region ${region}`,
    `--seed ${seed}`,
    `--rate ${requestsPerSecond}`,
    ...(libraryShare > 0 ? [`--clients ${libraryShareText({ libraryShare })}`] : []),
  ].join(' ');
}

function headline({ experiment, durationSeconds, profile, ...traffic }: ExperimentReport): string[] {
  const { name, region, description, plannedSeconds } = experiment;
  const { seed, workload, requestsPerSecond, libraryShare } = traffic;
  const reliance = libraryShare > 0 ? `, ${percent(libraryShare)} of clients with lib/client` : '';
  return [
    ...wrapText(description === '' ? name : description),
    `experiment ${name} in ${region}, ${duration(plannedSeconds)}, judged for ${duration(durationSeconds)}`,
    `${profile} consistency, seed ${seed}, ${requestsPerSecond} requests/s, all made${reliance}`,
    ...(workload ? [`clients do what ${workload.file} says`] : []),
  ];
}

function table({ before, during, after }: SteadySummary): string[] {
  const stretches = [before, during, after];
  const rows: readonly (readonly string[])[] = [
    ['', 'before', 'during', 'after'],
    row('availability', stretches, ({ operations, availability }) => (operations > 0 ? percent(availability) : '-')),
    row('half answered within', stretches, ({ p50Ms }) => milliseconds(p50Ms)),
    row('99 % answered within', stretches, ({ p99Ms }) => milliseconds(p99Ms)),
    row('steady state', stretches, ({ operations, held }) => (operations > 0 ? (held ? 'held' : 'NOT held') : '-')),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)));
  return rows.map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? `  ${cell.padEnd(widths[0] ?? 0)}` : cell.padStart(widths[column] ?? 0)))
      .join('   '),
  );
}

function row(
  label: string,
  stretches: readonly StretchSummary[],
  show: (stretch: StretchSummary) => string,
): readonly string[] {
  return [label, ...stretches.map(show)];
}

function milliseconds(value: number | null): string {
  return value === null ? '-' : `${Math.round(value)} ms`;
}

function outcomeLines({ outcome }: ExperimentReport): string[] {
  const { status, reason, endedSeconds, rolledBack, actions, stopAlarms, targets } = outcome;
  const why = reason === undefined ? '' : `: ${reason.replace(/\.$/, '')}`;
  const back = rolledBack ? 'everything was taken back' : 'NOT everything was taken back';
  return [
    ...wrapText(`The experiment is ${status} after ${duration(endedSeconds)}${why}; ${back}.`),
    ...actions.flatMap((action) => wrapText(actionLine(action), '  ')),
    ...targets.flatMap(({ name, resources }) =>
      wrapText(`target ${name}: ${resources.length === 0 ? 'nothing' : resources.join(', ')}`, '  '),
    ),
    ...(stopAlarms.length === 0 ? ['Nothing would have stopped it.'] : stopAlarms.flatMap(stopLines)),
  ];
}

function actionLine({ name, actionId, status, reason, startedSeconds, endedSeconds }: ActionOutcome): string {
  const when =
    startedSeconds === null || endedSeconds === null
      ? ''
      : ` (${duration(startedSeconds)} to ${duration(endedSeconds)})`;
  return `${name}, ${actionId}: ${status}${when}${reason === undefined ? '' : `; ${reason}`}`;
}

function stopLines({ alarm, stateAtStart, rangSeconds }: StopAlarmOutcome): string[] {
  const rang = rangSeconds === null ? 'did not ring' : `rang after ${duration(rangSeconds)}`;
  return wrapText(`Stop condition ${alarm} was ${stateAtStart} at the start and ${rang}.`);
}

function recoveryLines({ recovery, detection, experiment, dns, durationSeconds }: ExperimentReport): string[] {
  const { detectedSeconds, recoverySeconds, degradedSeconds } = recovery;
  const left =
    detectedSeconds === null
      ? `No clients of ${experiment.region} were moved to another Region.`
      : `Clients were moved from ${experiment.region} to another Region after ${duration(detectedSeconds)}: ${seenBy(detection)}.`;
  return [
    ...wrapText(left),
    ...dns
      .filter((one) => one.region !== experiment.region && hasTurned(one))
      .flatMap((one) => wrapText(`Elsewhere DNS turned, too. ${describeDns(one, durationSeconds)}.`)),
    ...wrapText(
      `${wellAgain(recoverySeconds)} Fewer than 99 % of operations succeeded for ${duration(degradedSeconds)} in all.`,
    ),
  ];
}

function wellAgain(recoverySeconds: number | null): string {
  if (recoverySeconds === null) return 'Clients were NOT well again by the end of the run.';
  if (recoverySeconds === 0) return 'Clients were well by the time it ended.';
  return `Clients were well again ${duration(recoverySeconds)} after its end.`;
}

function seenBy({ endpointCheckSeconds, switchSeconds }: DetectionSummary): string {
  const seen = (seconds: number | null): string => (seconds === null ? 'not at all' : `after ${duration(seconds)}`);
  return `endpoint checks saw it ${seen(endpointCheckSeconds)}, a peer's judge ${seen(switchSeconds)}`;
}

function alarmLines({ alarms, alarmsLeftOut }: ExperimentReport): string[] {
  const rang = alarms.filter(({ state }) => state === 'ALARM');
  return [
    ...(rang.length === 0 ? ['No alarm rang.'] : ['Alarms that rang:']),
    ...rang.flatMap(({ alarm, region, seconds, told }) =>
      wrapText(
        `${alarm} in ${region} after ${duration(seconds)}, ${told.length === 0 ? 'telling nobody' : `telling ${told.join(', ')}`}`,
        '  ',
      ),
    ),
    ...(alarmsLeftOut.length === 0
      ? []
      : wrapText(`${alarmsLeftOut.length} alarms were not evaluated; --json says why.`)),
  ];
}

function causeLines({ causes, clients }: ExperimentReport): string[] {
  if (causes.length === 0) return ['No client operation failed.'];
  const shown = causes.slice(0, CAUSES_SHOWN);
  return [
    `Why ${count(clients.failed)} of ${count(clients.requests)} client operations failed:`,
    ...shown.flatMap((cause) => wrapText(causeLine(cause), '  ')),
    ...(causes.length > shown.length ? ['  other reasons; --json lists them'] : []),
  ];
}

function causeLine({ phaseId, region, failure, operations, firstSeconds, lastSeconds }: FailureCause): string {
  const what = phaseId === undefined ? 'no action that the drill can name' : `action ${phaseId}`;
  const where = region === undefined ? 'found no address' : `met ${failure} in ${region}`;
  return `${count(operations)}: ${what}; clients ${where} between ${duration(firstSeconds)} and ${duration(lastSeconds)}`;
}

function findingLines({ findings }: ExperimentReport): string[] {
  if (findings.length === 0) return ['', 'Nothing speaks against it.'];
  return ['', 'Findings:', ...findings.flatMap((finding) => wrapText(finding, '  '))];
}
