import { SIGHTINGS } from '../drill/kernel/sightings';
import { inputOptions, shellWord } from '../drill/report/command-options';
import { count, duration } from '../drill/report/render-values';
import { describeEvent } from '../drill/scenarios/schedule-scenario';
import type { KeptFailure } from './kept-failures';
import type { SoakOptions, SoakReport } from './run-soak';

/** What was asked for, as far as it is told. */
export interface SoakAsked {
  readonly seeds: number;
  readonly assemblyDirectory: string;
  /** @default - what Dispatch's drivers do */
  readonly workloadFile?: string;
}

/** What is about to be searched, in one line. */
export function renderStart(
  { assemblyDirectory, firstSeed, seeds, durationSeconds }: Omit<SoakOptions, 'signal' | 'onProgress'>,
  directory: string,
): string {
  const which = seeds === 1 ? `seed ${firstSeed}` : `seeds ${firstSeed} to ${firstSeed + seeds - 1}`;
  return `searching schedules of ${duration(durationSeconds)}, ${which}, in ${assemblyDirectory}; failing ones go to ${directory}`;
}

/**
 * How far a soak is, in one line.
 *
 * @param seconds Time since it began.
 */
export function renderProgress(
  { done, failures, reached, impossible }: SoakReport,
  seeds: number,
  seconds: number,
): string {
  const perMinute = (60 * done) / Math.max(seconds, 1);
  const pace = done === 0 ? '' : `, ${perMinute < 10 ? perMinute.toFixed(1) : count(perMinute)} a minute`;
  const left = done === 0 || done === seeds ? '' : `, ${duration((60 * (seeds - done)) / perMinute)} left`;
  const possible = SIGHTINGS.filter((sighting) => !(sighting in impossible));
  const seen = possible.filter((sighting) => reached[sighting] > 0).length;
  return `${count(done)} of ${count(seeds)} schedules${pace}${left}; ${failures.length} failing; ${seen} of ${possible.length} rare states reached`;
}

/** What is new about a failure, in one line, while the search goes on. */
export function renderFound({ seed, schedule, violations, isShrunk, file, unwritten }: KeptFailure): string {
  const events = `${schedule.events.length} event${schedule.events.length === 1 ? '' : 's'}`;
  const what = isShrunk
    ? `made smaller, to ${events}`
    : `${violations.map(({ invariant }) => invariant).join(', ')} broken, by ${events}`;
  return `seed ${seed}: ${what}: ${unwritten === undefined ? file : 'NOT written'}`;
}

/** Writes what a soak found for people. */
export function renderSoak(report: SoakReport, failures: readonly KeptFailure[], asked: SoakAsked): string {
  const { done, reached, unreached, impossible, operations } = report;
  const all = schedules(asked.seeds);
  const isWhole = done === asked.seeds;
  const unchecked =
    asked.workloadFile === undefined ? '' : '; histories are not, for a workload file does not say what they mean';
  return [
    isWhole ? `${all} done` : `ended early, after ${count(done)} of ${all}`,
    `${count(operations)} operations of clients, the answer to each checked${unchecked}`,
    '',
    'rare states, and how many schedules reached them:',
    ...SIGHTINGS.map((sighting) => {
      const why = impossible[sighting] === undefined ? '' : `  impossible here: ${impossible[sighting]}`;
      return `  ${sighting.padEnd(28)} ${String(reached[sighting]).padStart(7)}${why}`;
    }),
    ...(unreached.length === 0 ? [] : [`  NOT reached: ${unreached.join(', ')}: more seeds are needed for a verdict`]),
    '',
    ...(failures.length === 0
      ? [isWhole ? 'every invariant held' : `no invariant was broken in the ${schedules(done)} done`]
      : failures.flatMap((failure) => failureLines(failure, asked))),
  ].join('\n');
}

function schedules(amount: number): string {
  return `${count(amount)} schedule${amount === 1 ? '' : 's'}`;
}

function failureLines(failure: KeptFailure, { assemblyDirectory, workloadFile }: SoakAsked): readonly string[] {
  const { seed, schedule, violations, isShrunk, eventLogSha256, file, unwritten } = failure;
  const workload = workloadFile === undefined ? {} : { workload: { file: workloadFile, assemblyDirectory } };
  const options = [`--schedule ${shellWord(file)}`, ...inputOptions({ assemblyDirectory, ...workload })];
  return [
    `seed ${seed} breaks ${violations.length === 1 ? 'an invariant' : `${violations.length} invariants`}:`,
    // What the drill itself broke by is a stack.
    ...violations.map(({ invariant, found }) => `    ${invariant}: ${found.replaceAll('\n', '\n      ')}`),
    isShrunk ? '  by, made as small as it can be:' : '  by, as it was drawn:',
    ...(schedule.events.length === 0 ? ['    nothing: clients alone do it'] : []),
    ...schedule.events.map((event) => `    ${describeEvent(event)}`),
    ...(unwritten === undefined
      ? []
      : [
          `  its file could not be written (${unwritten});`,
          '  the schedule was printed above when it was found: save it under that name first',
        ]),
    `  repeat:     npm run drill -- ${options.join(' ')}`,
    ...(eventLogSha256 === undefined ? [] : [`  event log:  sha256 ${eventLogSha256}`]),
  ];
}
