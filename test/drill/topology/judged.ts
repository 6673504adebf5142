import type { Assembly } from '../../../lib/assembly';
import { judgeTopology } from '../../../lib/drill/topology/judge-topology';
import type { NameReport, TopologyReport } from '../../../lib/drill/topology/topology-report';

/** Judges an assembly for the loss of Regions for two hours, or for as long as is said. */
export function judged(
  assembly: Assembly,
  struckRegions: readonly string[],
  durationSeconds = 7200,
  seed = 7,
): Promise<TopologyReport> {
  const scenario = { id: 'loss', title: 'A Region is lost', struckRegions, durationSeconds };
  return judgeTopology({ assembly, scenario, seed, notModelled: [] });
}

/** What is said of one name. */
export function nameIn({ names }: TopologyReport, name: string): NameReport {
  const found = names.find((each) => each.name === name);
  if (!found) throw new Error(`${name} is not among ${names.map((each) => each.name).join(', ')}`);
  return found;
}

/** Kinds of what was found of one name. */
export function findingsIn(report: TopologyReport, name: string): readonly string[] {
  return nameIn(report, name).findings.map(({ kind }) => kind);
}
