import { SIGHTINGS } from '../drill/kernel/sightings';
import { inputOptions, shellWord } from '../drill/report/command-options';
import { describeEvent } from '../drill/scenarios/schedule-scenario';
import type { SoakFailure, SoakReport } from './run-soak';

/** A failure and the file that its schedule was written to. */
export type WrittenFailure = SoakFailure & { readonly file: string };

/** How far a soak is, in one line. */
export function renderProgress({ done, failures, operations }: SoakReport, seeds: number): string {
  return `${done} of ${seeds} seeds, ${operations.toLocaleString('en-US')} operations, ${failures.length} failing`;
}

/**
 * Writes what a soak found for people.
 *
 * @param seeds How many seeds were asked for.
 * @param assemblyDirectory The assembly that was searched.
 */
export function renderSoak(
  report: SoakReport,
  seeds: number,
  written: readonly WrittenFailure[],
  assemblyDirectory: string,
): string {
  const { done, reached, unreached, operations } = report;
  return [
    done === seeds ? `${done} seeds done` : `ended early, after ${done} of ${seeds} seeds`,
    `${operations.toLocaleString('en-US')} operations of clients, each checked`,
    '',
    'rare states, and how many seeds reached them:',
    ...SIGHTINGS.map((sighting) => `  ${sighting.padEnd(28)} ${String(reached[sighting]).padStart(7)}`),
    ...(unreached.length === 0 ? [] : [`  NOT reached: ${unreached.join(', ')}: more seeds are needed for a verdict`]),
    '',
    ...(written.length === 0
      ? [done === seeds ? 'every invariant held' : `no invariant was broken in the ${done} seeds done`]
      : written.flatMap((failure) => failureLines(failure, assemblyDirectory))),
  ].join('\n');
}

function failureLines(
  { seed, schedule, violations, file }: WrittenFailure,
  assemblyDirectory: string,
): readonly string[] {
  const options = [`--schedule ${shellWord(file)}`, ...inputOptions({ assemblyDirectory })];
  return [
    `seed ${seed}: ${violations.map(({ invariant, found }) => `${invariant} (${found})`).join('; ')}`,
    ...schedule.events.map((event) => `    ${describeEvent(event)}`),
    `    repeat:  npm run drill -- ${options.join(' ')}`,
  ];
}
