import type { Assembly } from '../assembly';
import { listOutages, type Outage, transpose } from '../outages';
import { accountFor, type PhaseReach, replayOf } from './faults/outage-faults';
import { SERVICE_REACH } from './faults/service-reach';
import { deployedRegions, outageSource } from './run-drill';
import { servingRegions } from './run-world';

/** Hours of an outage that is not over for which it is asked what it could reach. */
const HOURS_LOOKED_AT = 24;

/**
 * The catalogue as a list for people: id, length, and whether the drill can replay it.
 *
 * @param assembly What it would be replayed against. @default - nothing, so that nobody knows what an outage could reach
 */
export function renderOutages(assembly?: Assembly): string {
  const rows = listOutages().map((outage) => {
    const length = outage.durationMinutes === null ? 'not over' : `${outage.durationMinutes} min`;
    return [outage.id, length.padStart(9), replayability(outage, assembly)];
  });
  const width = Math.max(...rows.map(([id = '']) => id.length));
  const lines = rows.map(([id = '', length, can]) => `${id.padEnd(width)}  ${length}  ${can}`);
  const about = assembly
    ? `Read against ${assembly.directory}: what can be replayed reaches it in some Region at least.`
    : 'Whether they can reach a design is not known without one: name it with --assembly DIR.';
  return `${[...lines, '', about].join('\n')}\n`;
}

function replayability(outage: Outage, assembly: Assembly | undefined): string {
  const replayed = outage.end === null ? 'can be replayed for as long as --hours says' : 'can be replayed';
  if (assembly) return whyNotReplayed(outage, assembly) ?? replayed;
  if (outage.end === null) return replayed;
  const services = new Set(outage.phases.flatMap((phase) => phase.services));
  const unknown = [...services].filter((service) => !(service in SERVICE_REACH));
  return unknown.length === 0 ? replayed : `not modelled: ${unknown.join(', ')}`;
}

/** Why no replay against an assembly would show anything; nothing when one would. */
function whyNotReplayed(outage: Outage, assembly: Assembly): string | undefined {
  const serving = servingRegions(assembly);
  const regions = deployedRegions(assembly);
  const reaches = regions.map((region) => reachOf(outage, region, serving, assembly));
  if (reaches.some((reach) => replayOf(reach) === 'replayed')) return undefined;
  const unknown = reaches.flatMap((reach) => reach.filter((service) => service.outcome === 'not-modelled'));
  if (unknown.length === 0) return 'cannot reach this design: a drill would show a calm time';
  return `not modelled: ${[...new Set(unknown.map(({ service }) => service))].join(', ')}`;
}

function reachOf(
  outage: Outage,
  region: string,
  serving: readonly string[],
  assembly: Assembly,
): readonly PhaseReach[] {
  const { partnerRegion } = outageSource(outage.id, region, serving);
  const moved = transpose(outage, region, {
    ...(partnerRegion === undefined ? {} : { partnerRegion }),
    ...(outage.end === null ? { limitHours: HOURS_LOOKED_AT } : {}),
  });
  return accountFor(moved, assembly, 0, 1000 * moved.durationSeconds).reach;
}
