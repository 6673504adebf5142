import { type DnsRecord, normalizeName } from './record';
import type { Zone } from './zone';

/** The records that an answer with this one can end with: itself, or those that its aliases and CNAMEs lead to. */
export function leavesOf(zone: Zone, record: DnsRecord, way: readonly DnsRecord[] = []): readonly DnsRecord[] {
  if (way.includes(record)) return [];
  const next = recordsBehind(zone, record);
  return next ? next.flatMap((behind) => leavesOf(zone, behind, [...way, record])) : [record];
}

/** The records that an alias to a name, or a CNAME to a name of the zone, leads to; nothing for any other record. */
export function recordsBehind(zone: Zone, { target, type }: DnsRecord): readonly DnsRecord[] | undefined {
  if (target.kind === 'record') return zone.find(target.name, type);
  const [value = ''] = target.kind === 'values' && type === 'CNAME' ? target.values : [];
  const name = normalizeName(value);
  if (!zone.has(name)) return undefined;
  const addresses = zone.find(name, 'A');
  return addresses.length > 0 ? addresses : zone.find(name, 'CNAME');
}
