import { SIGHTINGS } from '../drill/kernel/sightings';
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
 */
export function renderSoak(report: SoakReport, seeds: number, written: readonly WrittenFailure[]): string {
  const { done, reached, unreached, operations } = report;
  return [
    done === seeds ? `${done} seeds done` : `ended early, after ${done} of ${seeds} seeds`,
    `${operations.toLocaleString('en-US')} operations of clients, each checked`,
    '',
    'rare states, and how many seeds reached them:',
    ...SIGHTINGS.map((sighting) => `  ${sighting.padEnd(28)} ${String(reached[sighting]).padStart(7)}`),
    ...(unreached.length === 0 ? [] : [`  NOT reached: ${unreached.join(', ')}: more seeds are needed for a verdict`]),
    '',
    ...(written.length === 0 ? ['every invariant held'] : written.flatMap(failureLines)),
  ].join('\n');
}

function failureLines({ seed, schedule, violations, file }: WrittenFailure): readonly string[] {
  return [
    `seed ${seed}: ${violations.map(({ invariant, found }) => `${invariant} (${found})`).join('; ')}`,
    ...schedule.events.map((event) => `    ${describeEvent(event)}`),
    `    repeat:  npm run drill -- --schedule ${file}`,
  ];
}
