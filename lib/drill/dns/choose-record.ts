import { backboneRoundTripMs, type Geography } from '../model/round-trips';
import type { DnsRecord } from './record';

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
 * @param draw A number in [0, 1); called for weighted records only.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
 */
export function chooseRecord(
  records: readonly DnsRecord[],
  isHealthy: (record: DnsRecord) => boolean,
  geography: Geography,
  draw: () => number,
): DnsRecord {
  const healthy = records.filter(isHealthy);
  const candidates = healthy.length > 0 ? healthy : records;
  const [first] = candidates;
  if (!first) throw new Error('chooseRecord: no records to choose from');
  switch (first.policy.kind) {
    case 'simple':
      return first;
    case 'latency':
      return closest(candidates, geography);
    case 'weighted':
      return byWeight(candidates, draw);
    case 'failover':
      return candidates.find(({ policy }) => policy.kind === 'failover' && policy.role === 'PRIMARY') ?? first;
  }
}

/**
 * The latency record whose Region has the shortest round trip from the geography, by long-run data; ties go to the
 * first set identifier. The client's own access network adds the same to every Region.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-latency.html
 */
function closest(records: readonly DnsRecord[], geography: Geography): DnsRecord {
  const distance = ({ region }: DnsRecord): number => backboneRoundTripMs(geography, region);
  return records.reduce((best, record) => {
    const difference = distance(record) - distance(best);
    return difference < 0 || (difference === 0 && record.setIdentifier < best.setIdentifier) ? record : best;
  });
}

/**
 * A record drawn by weight. Records of weight 0 are considered only when no other is left, and then with equal chances.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-weighted.html
 */
function byWeight(records: readonly DnsRecord[], draw: () => number): DnsRecord {
  const weights = records.map(({ policy }) => (policy.kind === 'weighted' ? policy.weight : 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let remaining = draw() * (total > 0 ? total : records.length);
  const index = weights.findIndex((weight) => {
    remaining -= total > 0 ? weight : 1;
    return remaining < 0;
  });
  return records[index] ?? (records.at(-1) as DnsRecord);
}
