import type { PhaseReach } from '../drill/faults/outage-faults';
import { regionOfZone } from '../outages';
import type { MatrixReport, MatrixRow } from './matrix-report';

/** What became of an outage's phases, in three kinds that are never mixed, and those that begin after what is replayed. */
export interface PhaseAccount {
  readonly outageId: string;
  /** Where it struck, for example `us-east-1`. @default - the account is the same wherever it struck */
  readonly struck?: string;
  /** Each with what it does. */
  readonly modelled: readonly string[];
  /** Each reason with what it keeps out. */
  readonly outOfReach: readonly string[];
  readonly notModelled: readonly string[];
  readonly later: readonly string[];
}

/** The account of every outage: one for all struck Regions and kinds of tables in which it is the same. */
export function phaseAccounts({ rows }: MatrixReport): readonly PhaseAccount[] {
  const outageIds = [...new Set(rows.map(({ outage }) => outage.id))];
  return outageIds.flatMap((id) => accountsOf(rows.filter(({ outage }) => outage.id === id)));
}

function accountsOf(rows: readonly MatrixRow[]): readonly PhaseAccount[] {
  const groups = new Map<string, { readonly account: PhaseAccount; readonly rows: MatrixRow[] }>();
  for (const row of rows) {
    const account = accountOf(row);
    const key = JSON.stringify(account);
    const group = groups.get(key) ?? { account, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  if (groups.size === 1) return [...groups.values()].map(({ account }) => account);
  return [...groups.values()].map((group) => ({ ...group.account, struck: describePlaces(group.rows, rows) }));
}

function accountOf({ outage, struckRegions, reach, laterPhases }: MatrixRow): PhaseAccount {
  const of = (outcome: PhaseReach['outcome']): readonly string[] =>
    grouped(
      reach.filter((service) => service.outcome === outcome),
      struckRegions[0],
    );
  return {
    outageId: outage.id,
    modelled: of('modelled'),
    outOfReach: of('out-of-reach'),
    notModelled: of('not-modelled'),
    later: laterPhases,
  };
}

/** Where some rows of an outage struck; with the kind of table where another row struck the same place and is not among them. */
export function describePlaces(group: readonly MatrixRow[], all: readonly MatrixRow[]): string {
  const places = group.map((row) => {
    const isSplit = all.some((other) => struckIn(other) === struckIn(row) && !group.includes(other));
    return isSplit ? `${struckIn(row)} (${row.profile} tables)` : struckIn(row);
  });
  return [...new Set(places)].join(', ');
}

/** Where a row struck, in words. */
export function struckIn({ struckRegions }: MatrixRow): string {
  return struckRegions.join(' + ') || 'everywhere';
}

/** What has one reason, together. */
function grouped(reach: readonly PhaseReach[], struckRegion: string | undefined): readonly string[] {
  const byWhy = new Map<string, string[]>();
  for (const { phaseId, service, why } of reach) {
    byWhy.set(why, [...(byWhy.get(why) ?? []), `${phaseId} ${sameEverywhere(service, struckRegion)}`]);
  }
  return [...byWhy].map(([why, services]) => `${services.join(', ')} (${why})`);
}

/** A zone by its number, which it keeps wherever the outage is moved: `zone az4`. */
function sameEverywhere(service: string, struckRegion: string | undefined): string {
  const [, zone = '', number = ''] = /^zone (\S*?((?:one-)?az\d*))$/.exec(service) ?? [];
  if (number === '') return service;
  return regionOfZone(zone) === struckRegion ? `zone ${number}` : `zone ${number} of its partner`;
}
