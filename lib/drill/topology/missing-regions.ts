import { type Assembly, UNKNOWN_REGION } from '../../assembly';
import type { Zone } from '../dns';
import { readableTables } from './data-topology';
import type { MissingRegion } from './topology-report';

/**
 * Regions that records or replicas name and of which the assembly has no stack: what serves there is not in it. A stack without a
 * Region is named, too.
 *
 * Witnesses need no stack, nor do replicas of tables as such; a replica that no stack of its Region uses is worth a look all the same.
 */
export function missingRegions(assembly: Assembly, zone: Zone): readonly MissingRegion[] {
  const named = new Map<string, Set<string>>();
  const name = (region: string, by: string): void => {
    if (assembly.regions.includes(region)) return;
    named.set(region, (named.get(region) ?? new Set()).add(by));
  };
  for (const { policy, region, address } of zone.records) {
    name(policy.kind === 'latency' ? policy.region : region, `record ${address}`);
  }
  for (const table of readableTables(assembly)) {
    for (const region of table.replicaRegions) name(region, `a replica of table ${table.name}`);
  }
  for (const { id, region } of assembly.stacks) if (region === UNKNOWN_REGION) name(region, `stack ${id}`);
  return [...named].map(([region, by]) => ({ region, namedBy: [...by] }));
}
