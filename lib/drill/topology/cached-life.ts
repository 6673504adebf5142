import { type DnsRecord, leavesOf, recordsBehind, type Zone } from '../dns';

/**
 * How long a resolver that honours lives may lead to some Regions after Route 53 has stopped to, in seconds: the longest life among
 * links that Route 53 chooses. A link that never changes may be kept for as long as it likes.
 *
 * @param record A record of the name that is asked for.
 * @param regions Regions that the answers lead to.
 */
export function cachedLifeSeconds(zone: Zone, record: DnsRecord, regions: readonly string[]): number {
  if (!leavesOf(zone, record).some(({ region }) => regions.includes(region))) return 0;
  const { target, policy } = record;
  const behind = recordsBehind(zone, record);
  const own = target.kind === 'record' ? 0 : target.ttlSeconds;
  if (!behind) return own;
  const isChosen = policy.kind !== 'simple' && target.kind === 'values';
  // Whoever asks again for a CNAME that has changed is led elsewhere, however long what was behind it may be kept.
  const counts = target.kind === 'record' || behind.some((next) => isRouted(zone, next));
  return Math.max(isChosen ? own : 0, ...(counts ? behind.map((next) => cachedLifeSeconds(zone, next, regions)) : []));
}

function isRouted(zone: Zone, record: DnsRecord): boolean {
  if (record.policy.kind !== 'simple') return true;
  return recordsBehind(zone, record)?.some((next) => isRouted(zone, next)) ?? false;
}
