import { type DnsRecord, leavesOf } from '../dns';
import { cachedLifeSeconds } from './cached-life';
import { gateFindings } from './gate-findings';
import { UNKNOWN_PLACE } from './placed-zone';
import type { Struck } from './strike';
import type { NameFinding } from './topology-report';

/**
 * Longest life of answers that Route 53 recommends beside health checks, in seconds.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-geo.html
 */
const RECOMMENDED_TTL_SECONDS = 60;

/** What keeps a name from leaving the struck Regions, makes it slow to, or is taken for granted when it is said to. */
export function nameFindings(struck: Struck, records: readonly DnsRecord[]): readonly NameFinding[] {
  const { zone, struckRegions } = struck;
  const isStruck = ({ region }: DnsRecord): boolean => struckRegions.includes(region);
  const routed = records.filter(({ policy }) => policy.kind !== 'simple');
  const findings = routed.flatMap((record): NameFinding[] => {
    const leaves = leavesOf(zone, record);
    if (leaves.some(isStruck)) return [...gateFindings(struck, record), ...lifeFindings(struck, record)];
    const { address } = record;
    if (leaves.every(({ region }) => region !== UNKNOWN_PLACE)) return [];
    return [
      {
        kind: 'unknown-place',
        text: `${address} answers with a place of which the templates tell no Region: taken as not struck`,
      },
    ];
  });
  return [...findings, ...locationFindings(records)];
}

function lifeFindings({ zone, struckRegions }: Struck, record: DnsRecord): NameFinding[] {
  const seconds = cachedLifeSeconds(zone, record, struckRegions);
  if (seconds <= RECOMMENDED_TTL_SECONDS) return [];
  return [
    {
      kind: 'long-life',
      text: `answers of ${record.address} live ${seconds} s in caches; ${RECOMMENDED_TTL_SECONDS} s at most are recommended beside health checks`,
    },
  ];
}

function locationFindings(records: readonly DnsRecord[]): NameFinding[] {
  const located = records.flatMap(({ policy }) => (policy.kind === 'geolocation' ? [policy.location] : []));
  const hasDefault = located.some((location) => Object.keys(location).length === 0);
  if (located.length === 0 || hasDefault) return [];
  return [
    { kind: 'no-default-location', text: 'questions from other places get no answer: there is no default record' },
  ];
}
