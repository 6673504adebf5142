import type { Problem } from '../../bad-input';
import type { DnsRecord } from './record';
import type { Zone } from './zone';

/**
 * What Route 53 refuses about records that share a name: mixed policies, repeated set identifiers, two records for one
 * Region, role or place, a CNAME beside other types, an alias without a target of its type, aliases in a circle.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
 */
export function groupProblems(zone: Zone): readonly Problem[] {
  return zone
    .recordGroups()
    .flatMap((group) => [
      ...mixedPolicies(group),
      ...repeated(group, 'SetIdentifier', (record) => record.setIdentifier),
      ...repeated(group, 'Region', ({ policy }) => (policy.kind === 'latency' ? policy.region : undefined)),
      ...repeated(group, 'Failover', ({ policy }) => (policy.kind === 'failover' ? policy.role : undefined)),
      ...repeated(group, 'GeoLocation', ({ policy }) =>
        policy.kind === 'geolocation' ? Object.values(policy.location).join('-') || '*' : undefined,
      ),
      ...cnameBesideOthers(zone, group),
      ...group.flatMap((record) => aliasProblems(zone, record)),
    ]);
}

function mixedPolicies(group: readonly DnsRecord[]): readonly Problem[] {
  const kinds = [...new Set(group.map(({ policy }) => policy.kind))];
  if (kinds.length === 1) return [];
  return [
    {
      field: group.map(({ address }) => address).join(', '),
      found: `policies ${kinds.join(' and ')} under ${describe(group[0])}`,
      allowed: 'one routing policy for all records of a name and type',
      remedy: 'give every record of the name the same policy',
    },
  ];
}

function repeated(
  group: readonly DnsRecord[],
  field: string,
  key: (record: DnsRecord) => string | undefined,
): readonly Problem[] {
  const first = new Map<string, DnsRecord>();
  return group.flatMap((record) => {
    const value = key(record);
    if (value === undefined) return [];
    const earlier = first.get(value);
    if (!earlier) first.set(value, record);
    if (!earlier || earlier.policy.kind !== record.policy.kind) return [];
    return [
      {
        field: `${record.address}.${field}`,
        found: `${value === '' ? 'a second simple record' : `"${value}" a second time`} under ${describe(record)}`,
        allowed: `one record for each, the other is ${earlier.address}`,
        remedy: value === '' ? 'keep one of the two' : `choose another ${field}`,
      },
    ];
  });
}

function cnameBesideOthers(zone: Zone, group: readonly DnsRecord[]): readonly Problem[] {
  const [record] = group;
  if (record?.type !== 'CNAME') return [];
  const other = zone.records.find(({ name, type }) => name === record.name && type !== 'CNAME');
  if (!other) return [];
  return [
    {
      field: record.address,
      found: `a CNAME beside ${describe(other)} of ${other.address}`,
      allowed: 'a CNAME alone under its name',
      remedy: 'use an alias record instead of the CNAME',
    },
  ];
}

function aliasProblems(zone: Zone, record: DnsRecord): readonly Problem[] {
  if (record.target.kind !== 'record') return [];
  const { name } = record.target;
  if (zone.find(name, record.type).length === 0) {
    return [
      {
        field: `${record.address}.AliasTarget.DNSName`,
        found: `"${name}", which has no record of type ${record.type}`,
        allowed: 'a name with a record of the same type as the alias',
        remedy: `declare ${record.type} ${name} or point the alias elsewhere`,
      },
    ];
  }
  if (!reaches(zone, record, record.name)) return [];
  return [
    {
      field: `${record.address}.AliasTarget.DNSName`,
      found: `"${name}", which leads back to ${describe(record)}`,
      allowed: 'aliases without a circle',
      remedy: 'let the last alias point at a resource',
    },
  ];
}

/** Whether aliases lead from a record to a name. */
export function reaches(zone: Zone, from: DnsRecord, goal: string, seen: Set<string> = new Set()): boolean {
  if (from.target.kind !== 'record') return false;
  const { name } = from.target;
  if (name === goal) return true;
  if (seen.has(name)) return false;
  seen.add(name);
  return zone.find(name, from.type).some((next) => reaches(zone, next, goal, seen));
}

function describe(record: DnsRecord | undefined): string {
  return record ? `${record.type} ${record.name}` : 'no name';
}
