import type { PhaseReach } from '../drill/faults/outage-faults';
import type { MatrixReport, MatrixRow } from './matrix-report';

/** What became of an outage's phases, in three kinds that are never mixed, and those that begin after what is replayed. */
export interface PhaseAccount {
  readonly outageId: string;
  /** Each with what it does. */
  readonly modelled: readonly string[];
  /** Each reason with what it keeps out. */
  readonly outOfReach: readonly string[];
  readonly notModelled: readonly string[];
  readonly later: readonly string[];
}

/** The account of every outage, once: it is the same for all Regions that serve clients. */
export function phaseAccounts({ rows }: MatrixReport): readonly PhaseAccount[] {
  const first = new Map<string, MatrixRow>();
  for (const row of rows) if (!first.has(row.outage.id)) first.set(row.outage.id, row);
  return [...first.values()].map(({ outage, reach, laterPhases }) => {
    const of = (outcome: PhaseReach['outcome']): readonly string[] =>
      grouped(reach.filter((service) => service.outcome === outcome));
    return {
      outageId: outage.id,
      modelled: of('modelled'),
      outOfReach: of('out-of-reach'),
      notModelled: of('not-modelled'),
      later: laterPhases,
    };
  });
}

/** What has one reason, together. */
function grouped(reach: readonly PhaseReach[]): readonly string[] {
  const byWhy = new Map<string, string[]>();
  for (const { phaseId, service, why } of reach) {
    byWhy.set(why, [...(byWhy.get(why) ?? []), `${phaseId} ${service}`]);
  }
  return [...byWhy].map(([why, services]) => `${services.join(', ')} (${why})`);
}
