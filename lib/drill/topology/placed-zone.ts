import { type Assembly, UNKNOWN_REGION } from '../../assembly';
import {
  type DnsRecord,
  type JudgeableZone,
  type LeftName,
  leavesOf,
  readJudgeableZone,
  regionOfTarget,
  Zone,
} from '../dns';

/** What stands for the Region of a target of which the templates tell none, such as a plain address. */
export const UNKNOWN_PLACE = 'an unknown place';

/**
 * The names of an assembly whose answers the templates place in Regions, in part at least. A drill takes the Region of the stack for
 * that of a plain address; here, where nothing is asked of it, that would be a guess about what is judged.
 *
 * Names of which no answer is placed are not judged, though their records stand in the zone. An alias to another name lies where
 * that name leads, if it leads to one Region alone.
 *
 * @throws BadInput for what Route 53 would refuse.
 */
export function readPlacedZone(assembly: Assembly): JudgeableZone {
  const { zone, left } = readJudgeableZone(assembly);
  const placed = zone.records.map((record) => ({ ...record, region: placeOf(assembly, record) }));
  const ends = new Zone(placed, zone.healthChecks);
  const records = placed.map((record) => ({ ...record, region: commonRegion(leavesOf(ends, record)) }));
  const known = new Zone(records, zone.healthChecks);
  const unplaced = [...new Set(records.map(({ name }) => name))].flatMap((name): LeftName[] => {
    const leaves = records.filter((record) => record.name === name).flatMap((record) => leavesOf(known, record));
    if (leaves.some(({ region }) => region !== UNKNOWN_PLACE)) return [];
    return [{ name, why: `the templates do not tell in which Region ${leaves.map(answerOf).join(', ')} is` }];
  });
  return { zone: known, left: [...left, ...unplaced] };
}

function placeOf(assembly: Assembly, { target, policy }: DnsRecord): string {
  const region = regionOfTarget(assembly, target) ?? (policy.kind === 'latency' ? policy.region : UNKNOWN_REGION);
  return region === UNKNOWN_REGION ? UNKNOWN_PLACE : region;
}

function commonRegion(leaves: readonly DnsRecord[]): string {
  const [region = UNKNOWN_PLACE, ...others] = new Set(leaves.map((leaf) => leaf.region));
  return others.length === 0 ? region : UNKNOWN_PLACE;
}

function answerOf({ target, address }: DnsRecord): string {
  return target.kind === 'values' ? target.values.join(', ') : address;
}
