import { type AnswerShares, type DnsRecord, leavesOf, type Zone } from '../dns';
import type { Geography } from '../model/round-trips';
import { nameFindings } from './name-findings';
import type { NameReport, RegionShares } from './topology-report';
import { ASKING, type StrikeInstant } from './strike';

/** Types that clients ask for, the likeliest first. */
const TYPES = ['A', 'AAAA', 'CNAME'];

/** Shares that differ by less are the same. */
const ROUNDING = 1e-9;

/** How one name comes through a strike. @returns nothing for a name that has no address. */
export function courseOf(
  zone: Zone,
  name: string,
  instants: readonly StrikeInstant[],
  struckRegions: readonly string[],
): NameReport | undefined {
  const type = TYPES.find((candidate) => zone.find(name, candidate).length > 0);
  const [before, ...rest] = instants;
  if (type === undefined || !before) return undefined;
  const records = zone.find(name, type);
  const leaves = records.flatMap((record) => leavesOf(zone, record));
  const regions = [...new Set(leaves.map(({ region }) => region))];
  const report = {
    name,
    type,
    policy: records[0]?.policy.kind ?? 'simple',
    regions,
    findings: nameFindings(zone, records, struckRegions),
  };
  const struckShare = (instant: StrikeInstant): number =>
    ASKING.reduce((sum, geography) => sum + shareIn(instant.answers(name, type, geography), struckRegions), 0);
  const first = struckShare(before);
  if (first < ROUNDING) return { ...report, verdict: 'not-struck', answers: [] };
  if (regions.every((region) => struckRegions.includes(region))) return { ...report, verdict: 'nowhere-else', answers: [] };
  const during = rest.filter(({ since }) => since === 'strike').map((instant) => ({ instant, share: struckShare(instant) }));
  const least = Math.min(...during.map(({ share }) => share));
  const left = during.find(({ share }) => share < least + ROUNDING)?.instant;
  const back = rest.find((instant) => instant.since === 'end' && Math.abs(struckShare(instant) - first) < ROUNDING);
  const verdict = least < ROUNDING ? 'fails-over' : first - least < ROUNDING ? 'stays' : 'partly';
  const life = Math.max(...leaves.filter(({ region }) => struckRegions.includes(region)).map(ttlOf));
  return {
    ...report,
    verdict,
    answers: ASKING.flatMap((geography) => answersOf(before, during.at(-1)?.instant ?? before, name, type, geography)),
    ...(verdict === 'stays' || !left
      ? {}
      : {
          leaves: { decidedSeconds: left.decidedSeconds, answersSeconds: left.seconds, forgottenSeconds: left.seconds + life },
        }),
    ...(verdict === 'stays' || !back ? {} : { returns: { decidedSeconds: back.decidedSeconds, answersSeconds: back.seconds } }),
  };
}

function answersOf(
  before: StrikeInstant,
  during: StrikeInstant,
  name: string,
  type: string,
  geography: Geography,
): NameReport['answers'] {
  const [earlier, later] = [before, during].map((instant) => byRegion(instant.answers(name, type, geography))) as [
    RegionShares,
    RegionShares,
  ];
  return [{ geography: geography.id, before: earlier, during: later }];
}

/** Shares of answers by the Region that they lead to; `nothing` where there is no answer. */
function byRegion(shares: AnswerShares): RegionShares {
  const sums: Record<string, number> = {};
  for (const [record, share] of shares) {
    const region = record?.region ?? 'nothing';
    sums[region] = (sums[region] ?? 0) + share;
  }
  return sums;
}

function shareIn(shares: AnswerShares, regions: readonly string[]): number {
  let sum = 0;
  for (const [record, share] of shares) if (record && regions.includes(record.region)) sum += share;
  return sum;
}

function ttlOf({ target }: DnsRecord): number {
  return target.kind === 'record' ? 0 : target.ttlSeconds;
}
