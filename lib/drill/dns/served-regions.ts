import { type HealthView, recordHealth } from './answer-query';
import type { DnsRecord } from './record';
import type { Zone } from './zone';

/**
 * The names clients ask for: those with a routing policy that no alias of another such name leads to. The names in between,
 * through which a tree of aliases reaches its Regions, are nobody's business but Route 53's.
 */
export function serviceNames(zone: Zone): readonly string[] {
  const routed = zone.records.filter(({ policy }) => policy.kind !== 'simple');
  const between = new Set(routed.flatMap((record) => [...namesBelow(zone, record)]));
  return [...new Set(routed.map(({ name }) => name))].filter((name) => !between.has(name));
}

/**
 * The Regions that the names clients ask for may be answered with, by health checks alone: a Region is among them while one way
 * of aliases to it is healthy from end to end. Where a name in between has no healthy record at all, and is answered
 * nevertheless because an alias to it does not evaluate it, all its records count.
 *
 * @param isHealthy Status of a health check by its id.
 */
export function servedRegions(zone: Zone, isHealthy: HealthView['isHealthy']): ReadonlySet<string> {
  const healthy = recordHealth(zone, { isHealthy, targetHealthy: () => true });
  const follow = (record: DnsRecord): readonly string[] => {
    if (record.target.kind !== 'record') return [record.region];
    const next = zone.find(record.target.name, record.type);
    const chosen = next.filter(healthy);
    return (chosen.length > 0 ? chosen : next).flatMap(follow);
  };
  const names = new Set(serviceNames(zone));
  return new Set(zone.records.filter((record) => names.has(record.name) && healthy(record)).flatMap(follow));
}

function namesBelow(zone: Zone, { target, type }: DnsRecord): ReadonlySet<string> {
  if (target.kind !== 'record') return new Set();
  const below = zone.find(target.name, type).flatMap((record) => [...namesBelow(zone, record)]);
  return new Set([target.name, ...below]);
}
