import { type DnsQuestion, type HealthView, recordHealth } from './answer-query';
import { weighRecords } from './choose-record';
import { type DnsRecord, normalizeName } from './record';
import type { Zone } from './zone';

/** The records that questions end with, each with its share of the answers; without a record: the name has no answer. */
export type AnswerShares = ReadonlyMap<DnsRecord | undefined, number>;

/** Links of one chain before resolvers give up on it. */
const MAX_CHAIN = 16;

/** What a question is answered with, as shares instead of draws. */
export function answerShares(
  zone: Zone,
  view: HealthView,
  { name, type, geography }: Omit<DnsQuestion, 'draw'>,
): AnswerShares {
  const isHealthy = recordHealth(zone, view, geography);
  const shares = new Map<DnsRecord | undefined, number>();
  const follow = (asked: string, share: number, link: number): void => {
    const exact = zone.find(asked, type);
    const weighed = weighRecords(exact.length > 0 ? exact : zone.find(asked, 'CNAME'), isHealthy, geography);
    const total = weighed.reduce((sum, [, weight]) => sum + weight, 0);
    if (total === 0 || link === MAX_CHAIN) shares.set(undefined, (shares.get(undefined) ?? 0) + share);
    for (const [record, weight] of weighed) {
      if (weight === 0 || link === MAX_CHAIN) continue;
      const next = nextName(zone, record, type);
      const part = (share * weight) / total;
      if (next === undefined) shares.set(record, (shares.get(record) ?? 0) + part);
      else follow(next, part, link + 1);
    }
  };
  follow(name, 1, 0);
  return shares;
}

/** The name of the zone that an alias or a CNAME leads on to. */
function nextName(zone: Zone, { type, target }: DnsRecord, asked: string): string | undefined {
  if (target.kind === 'record') return target.name;
  if (type !== 'CNAME' || asked === 'CNAME' || target.kind !== 'values') return undefined;
  const name = normalizeName(target.values[0] ?? '');
  return zone.has(name) ? name : undefined;
}
