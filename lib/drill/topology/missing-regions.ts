import { type Assembly, type AssemblyResource, UNKNOWN_REGION } from '../../assembly';
import { regionOfHost, type Zone } from '../dns';
import { declaredTables } from './data-topology';
import { UNKNOWN_PLACE } from './placed-zone';
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
    if (assembly.regions.includes(region) || region === UNKNOWN_PLACE) return;
    named.set(region, (named.get(region) ?? new Set()).add(by));
  };
  for (const { policy, region, address } of zone.records) {
    name(policy.kind === 'latency' ? policy.region : region, `record ${address}`);
  }
  // Records that the model leaves out, such as aliases to what is in no stack, name Regions all the same.
  const read = new Set(zone.records.map(({ address }) => address));
  for (const { address, host } of hostsOfRecords(assembly)) {
    const region = read.has(address) ? undefined : regionOfHost(assembly, host);
    if (region !== undefined) name(region, `record ${address}`);
  }
  for (const table of declaredTables(assembly)) {
    for (const region of table.replicaRegions) name(region, `a replica of table ${table.name}`);
  }
  for (const { id, region } of assembly.stacks) if (region === UNKNOWN_REGION) name(region, `stack ${id}`);
  return [...named].map(([region, by]) => ({ region, namedBy: [...by] }));
}

/** What the records of an assembly lead to, as they are written. */
function hostsOfRecords(assembly: Assembly): readonly { readonly address: string; readonly host: string }[] {
  return ['AWS::Route53::RecordSet', 'AWS::Route53::RecordSetGroup']
    .flatMap((type) => assembly.resourcesOf(type))
    .flatMap((resource) => membersOf(resource))
    .flatMap(({ address, properties }) => {
      const { AliasTarget, ResourceRecords } = properties as WrittenRecord;
      const hosts = [AliasTarget?.DNSName, ...(Array.isArray(ResourceRecords) ? ResourceRecords : [])];
      return hosts.flatMap((host) => (typeof host === 'string' ? [{ address, host }] : []));
    });
}

interface WrittenRecord {
  readonly AliasTarget?: { readonly DNSName?: unknown };
  readonly ResourceRecords?: unknown;
}

/** A record set itself, or the members of a group, addressed as the zone addresses them. */
function membersOf(resource: AssemblyResource): readonly { readonly address: string; readonly properties: object }[] {
  const address = `${resource.stack.id}/${resource.logicalId}`;
  if (resource.type === 'AWS::Route53::RecordSet') return [{ address, properties: resource.properties }];
  const { RecordSets: members } = resource.properties;
  return (Array.isArray(members) ? members : []).map((properties, index) => ({
    address: `${address}.RecordSets[${index}]`,
    properties: Object(properties),
  }));
}
