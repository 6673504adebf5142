import { type AnswerShares, type DnsRecord, leavesOf } from '../dns';
import { cachedLifeSeconds } from './cached-life';
import { nameFindings } from './name-findings';
import { ASKING, type StrikeInstant, type Struck } from './strike';
import type { NameFinding, NameReport, RegionShares } from './topology-report';

/** Types that clients ask for, the likeliest first. */
const TYPES = ['A', 'AAAA', 'CNAME'];

/** Shares that differ by less are the same. */
const ROUNDING = 1e-9;

/** How one name comes through a strike. @returns nothing for a name that has no address. */
export function courseOf(struck: Struck, name: string, instants: readonly StrikeInstant[]): NameReport | undefined {
  const { zone, struckRegions } = struck;
  const records = TYPES.map((type) => zone.find(name, type)).find(({ length }) => length > 0);
  const [before, ...rest] = instants;
  const [first] = records ?? [];
  if (!records || !first || !before) return undefined;
  // Nobody asks for a CNAME; whoever asks for an address is led on by it.
  const question = { name, type: first.type === 'CNAME' ? 'A' : first.type };
  const struckShare = ({ answers }: StrikeInstant): number =>
    ASKING.reduce((sum, geography) => sum + shareIn(answers({ ...question, geography }), struckRegions), 0);
  const during = rest.filter(({ since }) => since === 'strike');
  const last = during.at(-1) ?? before;
  const failsOpen = isFailOpen(records, last) && !isFailOpen(records, before);
  const leaves = records.flatMap((record) => leavesOf(zone, record));
  const regions = [...new Set(leaves.map(({ region }) => region))];
  const report = {
    name,
    type: first.type,
    policy: first.policy.kind,
    regions,
    findings: [...nameFindings(struck, records), ...(failsOpen ? [FAIL_OPEN] : [])],
  };
  const usual = struckShare(before);
  if (usual < ROUNDING) return { ...report, verdict: 'not-struck', answers: [] };
  const isElsewhere = regions.some((region) => !struckRegions.includes(region));
  if (!isElsewhere) return { ...report, verdict: 'nowhere-else', answers: [] };
  const answers = ASKING.map((geography) => {
    const [earlier, later] = [before, last].map((instant) => byRegion(instant.answers({ ...question, geography })));
    return { geography: geography.id, before: earlier as RegionShares, during: later as RegionShares };
  });
  // Checks may turn one after the other: what counts is where the last of them leaves the name, and since when.
  const final = struckShare(last);
  if (usual - final < ROUNDING) return { ...report, verdict: 'stays', answers };
  const isSettled = (instant: StrikeInstant): boolean => Math.abs(struckShare(instant) - final) < ROUNDING;
  const left = during[during.findLastIndex((instant) => !isSettled(instant)) + 1] ?? last;
  const back = rest.find((instant) => instant.since === 'end' && Math.abs(struckShare(instant) - usual) < ROUNDING);
  // What changes with the strike itself was decided by load balancers, whose own time is not modelled.
  const isTimed = left.seconds > 0;
  const life = Math.max(...records.map((record) => cachedLifeSeconds(zone, record, struckRegions)));
  return {
    ...report,
    verdict: final < ROUNDING ? 'fails-over' : 'partly',
    answers,
    ...(isTimed ? { leaves: { ...timesOf(left), forgottenSeconds: left.seconds + life } } : {}),
    ...(isTimed && back ? { returns: timesOf(back) } : {}),
  };
}

/** Whether none of a name's records counts as healthy, so that Route 53 answers as if all were. */
function isFailOpen(records: readonly DnsRecord[], { isHealthy }: StrikeInstant): boolean {
  return !records.some(isHealthy);
}

const FAIL_OPEN: NameFinding = {
  kind: 'fail-open',
  text: 'no record is healthy then, the ones elsewhere neither: Route 53 answers as if all were (fail-open)',
};

function timesOf({ decidedSeconds, seconds }: StrikeInstant): { decidedSeconds: number; answersSeconds: number } {
  return { decidedSeconds, answersSeconds: seconds };
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
