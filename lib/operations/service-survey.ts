import { holderOf, names, type QualifiedConfig } from '../config';
import type { ParameterStore } from './parameter-store';
import { messageOf, whatAilsRegion } from './regional-health';

/** What was found out about one Region. */
export interface RegionFinding {
  /** The Region. */
  readonly region: string;
  /** Whether clients can be sent there. */
  readonly inService: boolean;
  /** Why, in words for the operator. */
  readonly reason: string;
}

/** Ways to the world that an operation uses. */
export interface Outside {
  /** Sends an HTTP request. */
  readonly fetch: typeof fetch;
  /** Parameters of a Region, with the caller's credentials. */
  readonly parameters: (region: string) => ParameterStore;
}

/** Phases of a judgement in which most clients are kept away: a Region that returns has a tenth of them. */
const OUT_PHASES: readonly string[] = ['evacuated', 'returning'];

/**
 * Finds out which of some Regions are in service: those that answer that they are healthy and whose switch does not say that they are
 * evacuated.
 *
 * A switch that cannot be read does not speak against its Region: with two Regions, the switch of the one that stays lies in the one
 * that is lost, and Route 53 takes its silence for healthy, too.
 */
export function surveyRegions(
  config: QualifiedConfig,
  regions: readonly string[],
  outside: Outside,
): Promise<readonly RegionFinding[]> {
  return Promise.all(regions.map((region) => survey(config, region, outside)));
}

async function survey(config: QualifiedConfig, region: string, outside: Outside): Promise<RegionFinding> {
  const [ailment, position] = await Promise.all([
    whatAilsRegion(config, region, outside.fetch),
    readSwitch(config, region, outside),
  ]);
  const reason = `${ailment ?? 'answers that it is healthy'}; ${position.said}`;
  return { region, inService: ailment === undefined && !position.evacuated, reason };
}

async function readSwitch(
  { application, regions }: QualifiedConfig,
  ward: string,
  { parameters }: Outside,
): Promise<{ readonly evacuated: boolean; readonly said: string }> {
  const holder = holderOf(regions, ward);
  const handName = names.handParameter(application, ward);
  const judgementName = names.judgementParameter(application, ward);
  try {
    const values = await parameters(holder).read([handName, judgementName]);
    const hand = values.get(handName);
    if (hand === undefined) return { evacuated: false, said: `${holder} has no switch for it` };
    const judged = judgedPhase(values.get(judgementName));
    const evacuated = hand === 'evacuated' || (hand === 'automatic' && OUT_PHASES.includes(judged));
    const said = hand === 'automatic' ? `automatic, judged ${judged}` : hand;
    return { evacuated, said: `its switch in ${holder} is ${said}` };
  } catch (error) {
    return { evacuated: false, said: `its switch in ${holder} cannot be read: ${messageOf(error)}` };
  }
}

/** Phase that a judge has written down; a judge that has not judged yet leaves its ward in service. */
function judgedPhase(judgement: string | undefined): string {
  try {
    const { phase } = JSON.parse(judgement ?? '{}') as { readonly phase?: unknown };
    return typeof phase === 'string' ? phase : 'in-service';
  } catch {
    return 'unreadable';
  }
}
