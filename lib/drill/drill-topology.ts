import { type Assembly, readAssembly, UNKNOWN_REGION } from '../assembly';
import { BadInput } from '../bad-input';
import { findOutage } from '../outages';
import { leavesOf, serviceNames } from './dns';
import { DRILL_DEFAULTS, type DrillOptions, outageSource, refuseUnknownRegion, wholeSeconds } from './run-drill';
import { servingRegions } from './run-world';
import { readScenario } from './scenarios/scenario-source';
import { declaredTables } from './topology/data-topology';
import { judgeTopology } from './topology/judge-topology';
import { readPlacedZone, UNKNOWN_PLACE } from './topology/placed-zone';
import { surveyNotModelled } from './topology/survey';
import type { TopologyReport } from './topology/topology-report';

/** What a topology is judged by. */
export type TopologyOptions = Pick<DrillOptions, 'assemblyDirectory' | 'outageId' | 'struckRegion' | 'seed' | 'hours'>;

/**
 * Judges of an assembly what needs no code to run, as if an outage took everything in the Regions that it strikes.
 *
 * @param refusal What stopped a drill of it. @default - none was tried
 * @throws BadInput for an assembly, an outage or a Region that cannot be used.
 */
export async function drillTopology(options: TopologyOptions, refusal?: string): Promise<TopologyReport> {
  const assembly = readAssembly(options.assemblyDirectory);
  const regions = candidateRegions(assembly);
  const struckRegion = options.struckRegion ?? regions[0] ?? UNKNOWN_REGION;
  if (regions.length === 0) refuseWithoutRegions(assembly);
  refuseUnknownRegion(struckRegion, regions);
  const outage = findOutage(options.outageId);
  const scenario = readScenario(outageSource(outage.id, struckRegion, regions, options.hours), assembly);
  const limitSeconds = wholeSeconds(options.hours ?? Number.POSITIVE_INFINITY);
  const surveyed = surveyNotModelled(assembly);
  const isSurveyed = refusal === undefined || surveyed.some((what) => refusal.includes(what) || what.includes(refusal));
  return judgeTopology({
    assembly,
    scenario: { ...scenario, durationSeconds: Math.min(scenario.durationSeconds, limitSeconds) },
    seed: options.seed ?? DRILL_DEFAULTS.seed,
    notModelled: isSurveyed ? surveyed : [...surveyed, refusal],
  });
}

/** Regions that can be struck, the likeliest first: those that serve clients, those that names lead to, those of stacks and replicas. */
function candidateRegions(assembly: Assembly): readonly string[] {
  const { zone } = readPlacedZone(assembly);
  const routed = serviceNames(zone).flatMap((name) => zone.records.filter((record) => record.name === name));
  const named = routed.flatMap((record) => leavesOf(zone, record)).map(({ region }) => region);
  const tables = declaredTables(assembly).flatMap(({ replicaRegions, witnessRegions }) => [
    ...replicaRegions,
    ...witnessRegions,
  ]);
  const all = new Set([...servingRegions(assembly), ...named, ...assembly.regions, ...tables]);
  return [...all].filter((region) => region !== UNKNOWN_REGION && region !== UNKNOWN_PLACE);
}

function refuseWithoutRegions({ directory, stacks }: Assembly): never {
  throw new BadInput(
    directory,
    stacks.map(({ id }) => ({
      field: id,
      found: 'a stack without a Region',
      allowed: 'stacks of which the Region is known',
      remedy: 'give the stack an env with a Region, and synthesize anew',
    })),
  );
}
