import type { HealthCheck } from './health-check';
import type { DnsRecord } from './record';
import { Zone } from './zone';

/**
 * The zone as it is when one Region alone is left: the records that lead to it, and the health checks that these carry.
 */
export function restrictZone({ records, healthChecks }: Zone, region: string): Zone {
  const left = withoutLooseEnds(
    records.filter((record) => record.region === region || record.target.kind === 'record'),
  );
  const needed = new Set(left.flatMap(({ healthCheckId }) => healthCheckId ?? []));
  for (const check of healthChecks) {
    if (check.kind === 'calculated' && needed.has(check.id)) for (const child of check.children) needed.add(child);
  }
  return new Zone(
    left,
    healthChecks.filter(({ id }: HealthCheck) => needed.has(id)),
  );
}

/** Without aliases to names that have no record any more, however many aliases lead there. */
function withoutLooseEnds(records: readonly DnsRecord[]): readonly DnsRecord[] {
  const zone = new Zone(records, []);
  const kept = records.filter(
    ({ target, type }) => target.kind !== 'record' || zone.find(target.name, type).length > 0,
  );
  return kept.length === records.length ? kept : withoutLooseEnds(kept);
}
