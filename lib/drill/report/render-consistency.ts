import type { ConsistencySummary } from '../verdict/consistency';
import type { ConsistencyCheck } from '../verdict/consistency-check';
import { count } from './render-values';
import { wrapText } from './wrap-text';

/** The checks in the order in which they are told, each with what it counts. */
const CHECKS = [
  ['linearizability', 'parcels', 'are not linearizable'],
  ['convergence', 'parcels', 'have not converged'],
  ['deliveries', 'deliveries', 'are not there once with one answer'],
  ['readYourWrites', 'reads', 'fell behind what their client had written'],
  ['monotonicReads', 'reads', 'fell behind what their client had read'],
] as const;

/** Writes that are gone and told one by one, those first that are lost. */
const LOSSES_SHOWN = 3;

/** Says what histories prove: one line when every promise was kept, and what was not promised and seen nevertheless. */
export function consistencyLines(consistency: ConsistencySummary): string[] {
  const broken = brokenChecks(consistency);
  const anomalies = CHECKS.filter(
    ([name]) => consistency[name].verdict === 'not-promised' && consistency[name].violations > 0,
  ).map(([name, what, wrong]) => wrongOnes(consistency[name], what, wrong));
  const { superseded, lost, losses, supersessions } = consistency.lastWriterWins;
  const { duplicatedDeliveries } = consistency;
  if (duplicatedDeliveries > 0) {
    anomalies.push(`deliveries that are there more than once: ${count(duplicatedDeliveries)}`);
  }
  if (lost + superseded > 0) {
    anomalies.push(
      `acknowledged writes that are gone: ${count(lost)} lost, ${count(superseded)} superseded by later ones`,
    );
  }
  return [
    ...wrapText(broken.length === 0 ? `Consistency: ${kept(consistency)}.` : 'Consistency: NOT as promised.'),
    ...broken.flatMap(([name, what, wrong]) => explain(consistency[name], what, wrong)),
    ...anomalies.flatMap((line) => wrapText(line, '  ')),
    ...[...losses, ...supersessions].slice(0, LOSSES_SHOWN).flatMap((line) => wrapText(line, '    ')),
  ];
}

/** The same in one line. */
export function consistencyLine(consistency: ConsistencySummary): string {
  return consistencyLines(consistency)
    .map((line) => line.trim())
    .join(' ');
}

/** Whether every promise was kept; what could not be decided is not claimed. */
export function isAsPromised(consistency: ConsistencySummary): boolean {
  return brokenChecks(consistency).length === 0;
}

function brokenChecks(consistency: ConsistencySummary) {
  return CHECKS.filter(([name]) => ['violated', 'undecided'].includes(consistency[name].verdict));
}

/** What was promised and kept, in a few words. */
function kept({ linearizability, convergence, deliveries, unknown }: ConsistencySummary): string {
  const isLinearizable = linearizability.verdict === 'holds';
  const delivered = count(deliveries.checked);
  const promises = isLinearizable
    ? `all of ${count(linearizability.checked)} parcels linearizable, ${delivered} deliveries there once`
    : `all of ${count(convergence.checked)} parcels converged, none of ${delivered} deliveries there twice`;
  return unknown === 0
    ? promises
    : `${promises}; ${count(unknown)} ${unknown === 1 ? 'write' : 'writes'} of unknown outcome`;
}

function explain(check: ConsistencyCheck, what: string, wrong: string): string[] {
  const { violations, undecided, checked } = check;
  return [
    ...(violations > 0 ? [`  ${wrongOnes(check, what, wrong)}`] : []),
    ...(undecided > 0
      ? [`  ${count(undecided)} of ${count(checked)} ${what} undecided: the checker ran out of steps`]
      : []),
    ...check.examples.flatMap((example) => example.split('\n').flatMap((line) => wrapText(line.trimStart(), '    '))),
  ];
}

function wrongOnes({ violations, checked }: ConsistencyCheck, what: string, wrong: string): string {
  return `${count(violations)} of ${count(checked)} ${what} ${wrong}`;
}
