import { holderOf, names, type QualifiedConfig, tableOwner } from '../config';

/** Stacks that are deployed in one turn, in one Region. */
export interface Delivery {
  /** Region that is changed; also the name of the environment whose role may change it. */
  readonly region: string;
  /** Region that issues the credentials: not the one that is changed, if another is deployed to as well. */
  readonly credentialsRegion: string;
  /** The stacks, each before those that need it. */
  readonly stacks: readonly string[];
  /** Alarms that make CloudFormation roll the turn back, by ARN. */
  readonly rollbackAlarms: readonly string[];
}

/** In which order an assembly is deployed. */
export interface DeliveryPlan {
  /** What stacks of other Regions need to exist: created where it does not exist yet, Region by Region. */
  readonly foundations: readonly Delivery[];
  /** What all Regions share, null when its Region is left out. */
  readonly data: Delivery | null;
  /** The Regions, one after the other, each with all its stacks. */
  readonly regions: readonly Delivery[];
  /** What needs every Region's stack, none when a Region is left out. */
  readonly last: readonly Delivery[];
  /** Stacks that a person deploys, seldom and knowingly: the hosted zone, the vault in another account, what a fork has elsewhere. */
  readonly byHand: readonly string[];
}

/** A stack of an assembly, as far as its place in the order depends on it. */
export interface PlannedStack {
  /** CloudFormation's name of it. */
  readonly name: string;
  /** Region. */
  readonly region: string;
  /**
   * The stack it is nested in.
   *
   * @default - none
   */
  readonly parent?: unknown;
}

/**
 * Orders the stacks of an assembly so that one Region is changed at a time. The order of the Regions is that of the config.
 *
 * @param stacks Stacks of the assembly; nested ones go with their parents.
 * @param selected Regions to deploy to, the others being lost or left for later.
 */
export function deliveryPlan(
  stacks: readonly PlannedStack[],
  config: QualifiedConfig,
  selected: readonly string[],
): DeliveryPlan {
  const { application, account } = config;
  const own = stacks.filter(({ parent }) => !parent);
  const regions = config.regions.filter((region) => selected.includes(region));
  const owner = tableOwner(config);
  const pick = (wanted: readonly string[]): PlannedStack[] =>
    wanted.flatMap((name) => own.filter((stack) => stack.name === name));

  const data = pick([names.dataStack(application), names.backupStack(application)]);
  const last = pick([names.planStack(application), names.edgeStack(application)]);
  const seldom = pick([names.zoneStack(application), names.vaultStack(application)]);
  const rest = own.filter((stack) => ![data, last, seldom].some((others) => others.includes(stack)));
  const elsewhere = rest.filter(({ region }) => !config.regions.includes(region));

  const turn = (region: string, taken: readonly PlannedStack[], alarms: readonly string[] = []): Delivery => ({
    region,
    credentialsRegion: credentialsRegion(regions, region),
    stacks: taken.map(({ name }) => name),
    rollbackAlarms: alarms.map((name) => `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`),
  });
  return {
    foundations: regions.map((region) => turn(region, turnOf(rest, config, region).filter(servesNobody(config)))),
    data: regions.includes(owner) ? turn(owner, data) : null,
    regions: regions.map((region) => turn(region, turnOf(rest, config, region), names.releaseAlarms(application))),
    last: regions.length === config.regions.length ? last.map((stack) => turn(stack.region, [stack])) : [],
    byHand: [...seldom, ...elsewhere].map(({ name }) => name),
  };
}

/** The stacks of a Region: its key, its foundation, whatever a fork has added, and the one that serves. */
function turnOf(stacks: readonly PlannedStack[], { application }: QualifiedConfig, region: string): PlannedStack[] {
  const order = [names.keyStack(application, region), names.foundationStack(application, region)];
  const serving = names.regionStack(application, region);
  const rank = ({ name }: PlannedStack): number => {
    if (name === serving) return order.length + 1;
    return order.includes(name) ? order.indexOf(name) : order.length;
  };
  return stacks.filter((stack) => stack.region === region).sort((left, right) => rank(left) - rank(right));
}

/** Whether a stack does not serve clients itself. */
function servesNobody({ application, regions }: QualifiedConfig): (stack: PlannedStack) => boolean {
  const serving = regions.map((region) => names.regionStack(application, region));
  return ({ name }) => !serving.includes(name);
}

/** A Region that is deployed to at another time, so that credentials do not depend on the one that is changed. */
function credentialsRegion(regions: readonly string[], region: string): string {
  const other = regions.includes(region) && regions.length > 1 ? holderOf(regions, region) : regions[0];
  return other ?? region;
}
