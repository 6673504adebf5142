import { numberConstant } from '../model/constants';
import { placeOf } from '../model/places';
import { backboneRoundTripMs, type Geography } from '../model/round-trips';
import type { DnsRecord } from './record';

/** A record and its weight among those that may be answered. */
export type WeighedRecord = readonly [record: DnsRecord, weight: number];

/** Most records of a multivalue answer (`r53.multivalue.most`). */
const MULTIVALUE_MOST = numberConstant('r53.multivalue.most');

/**
 * The record Route 53 answers with, among the records of one name and type.
 *
 * A pure function but for the draw: the policy chooses among the healthy records; when none is healthy all count as
 * healthy. Choosing first and looking at health afterwards, as the documentation tells it, gives the same
 * distribution.
 *
 * @param records At least one record, all of one policy.
 * @param isHealthy Whether a record counts as healthy, by its health check and the target of an alias.
 * @param geography Where the asking resolver is.
 * @param draw A number in [0, 1); called for weighted and multivalue records only.
 * @returns nothing when no geolocation record is for the asking place. Of a multivalue answer, the first record.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
 */
export function chooseRecord(
  records: readonly DnsRecord[],
  isHealthy: (record: DnsRecord) => boolean,
  geography: Geography,
  draw: () => number,
): DnsRecord | undefined {
  const weighed = weighRecords(records, isHealthy, geography);
  const kind = records[0]?.policy.kind;
  if (kind !== 'weighted' && kind !== 'multivalue') return weighed[0]?.[0];
  let remaining = draw() * weighed.reduce((sum, [, weight]) => sum + weight, 0);
  const chosen = weighed.find(([, weight]) => {
    remaining -= weight;
    return remaining < 0;
  });
  return (chosen ?? weighed.at(-1))?.[0];
}

/** The records that may be answered, each with its weight: one alone, but for weighted and multivalue records. */
export function weighRecords(
  records: readonly DnsRecord[],
  isHealthy: (record: DnsRecord) => boolean,
  geography: Geography,
): readonly WeighedRecord[] {
  const asked = records.filter((record) => isFor(record, geography));
  const healthy = asked.filter(isHealthy);
  const candidates = healthy.length > 0 ? healthy : asked;
  const [first] = candidates;
  if (!first) return [];
  switch (first.policy.kind) {
    case 'simple':
      return [[first, 1]];
    case 'latency':
      return [[closest(candidates, geography), 1]];
    case 'weighted':
      return byWeight(candidates);
    case 'failover':
      return [[candidates.find(({ policy }) => policy.kind === 'failover' && policy.role === 'PRIMARY') ?? first, 1]];
    case 'geolocation':
      return [[candidates.reduce((best, record) => (sizeOf(record) < sizeOf(best) ? record : best)), 1]];
    case 'multivalue':
      return candidates.map((record) => [record, 1]);
  }
}

/**
 * The records that stand beside the first one in a multivalue answer: all healthy ones, or as many of them at random as the
 * answer holds.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-multivalue.html
 */
export function besideFirst(
  first: DnsRecord,
  records: readonly DnsRecord[],
  isHealthy: (record: DnsRecord) => boolean,
  draw: () => number,
): readonly DnsRecord[] {
  if (first.policy.kind !== 'multivalue') return NONE;
  const healthy = records.filter(isHealthy);
  const others = (healthy.length > 0 ? healthy : records).filter((record) => record !== first);
  for (let index = others.length - 1; index > 0; index--) {
    const other = Math.floor(draw() * (index + 1));
    [others[index], others[other]] = [others[other] as DnsRecord, others[index] as DnsRecord];
  }
  return others.slice(0, MULTIVALUE_MOST - 1);
}

const NONE: readonly DnsRecord[] = [];

/** Whether a record may be answered to questions from a geography: only geolocation records ask where they come from. */
export function isFor({ policy }: DnsRecord, geography: Geography): boolean {
  if (policy.kind !== 'geolocation') return true;
  const place = placeOf(geography);
  const { continent, country, subdivision } = policy.location;
  if (subdivision !== undefined) return country === place.country && subdivision === place.subdivision;
  if (country !== undefined) return country === place.country;
  return continent === undefined || continent === place.continent;
}

/**
 * Smaller places go first: a state, its country, its continent, the default. An unhealthy record gives way to the one for
 * the place around it.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-geo.html
 */
function sizeOf({ policy }: DnsRecord): number {
  const { continent, country, subdivision } = policy.kind === 'geolocation' ? policy.location : {};
  if (subdivision !== undefined) return 0;
  if (country !== undefined) return 1;
  return continent === undefined ? 3 : 2;
}

/**
 * The latency record whose Region has the shortest round trip from the geography, by long-run data; ties go to the
 * first set identifier. The client's own access network adds the same to every Region.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-latency.html
 */
function closest(records: readonly DnsRecord[], geography: Geography): DnsRecord {
  const distance = ({ policy }: DnsRecord): number =>
    policy.kind === 'latency' ? backboneRoundTripMs(geography, policy.region) : Number.POSITIVE_INFINITY;
  return records.reduce((best, record) => {
    const difference = distance(record) - distance(best);
    return difference < 0 || (difference === 0 && record.setIdentifier < best.setIdentifier) ? record : best;
  });
}

/**
 * Records by weight. Those of weight 0 are considered only when no other is left, and then with equal chances.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-weighted.html
 */
function byWeight(records: readonly DnsRecord[]): readonly WeighedRecord[] {
  const weighed = records.map((record): WeighedRecord => {
    const { policy } = record;
    return [record, policy.kind === 'weighted' ? policy.weight : 0];
  });
  return weighed.some(([, weight]) => weight > 0) ? weighed : records.map((record) => [record, 1]);
}
