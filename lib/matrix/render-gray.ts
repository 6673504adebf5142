import type { CaughtBy, GrayFailure } from './gray-failures';
import type { MatrixReport } from './matrix-report';

/** Columns of the table of gray failures. */
export const GRAY_COLUMNS = [
  'gray failure',
  'phase',
  'endpoint checks',
  'its judge',
  'operations lost',
  'caught by',
] as const;

const NAMES: Readonly<Record<CaughtBy, string>> = {
  'endpoint-checks': 'endpoint checks',
  judge: 'its judge',
  'in-part': 'in part',
  'nobody-had-to': 'nobody had to',
  nobody: 'NOBODY',
};

/**
 * A line for each phase that failed for a part of a Region's requests: for how much of it endpoint checks and judges kept the Region out of
 * DNS, over all replays of it.
 */
export function grayRows({ rows }: MatrixReport): readonly (readonly string[])[] {
  const phases = new Map<string, { outageId: string; failures: GrayFailure[] }>();
  for (const { outage, verdict } of rows) {
    for (const failure of verdict?.gray ?? []) {
      const key = `${outage.id} ${failure.phaseId}`;
      const phase = phases.get(key) ?? { outageId: outage.id, failures: [] };
      phase.failures.push(failure);
      phases.set(key, phase);
    }
  }
  return [...phases.values()].map(({ outageId, failures }) => {
    const { phaseId = '', what = '' } = failures[0] ?? {};
    return [
      outageId,
      `${phaseId} ${what}`,
      range(failures.map(({ endpointCheckShare }) => endpointCheckShare)),
      range(failures.map(({ switchShare }) => switchShare)),
      range(failures.map(({ failedShare }) => failedShare)),
      countOf(failures.map((failure) => NAMES[failure.caughtBy])),
    ];
  });
}

/** From the least to the most, in whole percent. */
function range(shares: readonly number[]): string {
  const percents = shares.map((share) => Math.round(100 * share));
  const [least, most] = [Math.min(...percents), Math.max(...percents)];
  return least === most ? `${least} %` : `${least} to ${most} %`;
}

/** Each text with how often it is there, unless there is only one. */
function countOf(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const all = [...counts].sort((left, right) => right[1] - left[1]);
  return all.length === 1 ? (all[0]?.[0] ?? '') : all.map(([text, count]) => `${text} (${count})`).join(', ');
}
