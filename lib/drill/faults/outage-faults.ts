import type { Assembly } from '../../assembly';
import { regionOfZone, type TransposedOutage, type TransposedPhase } from '../../outages';
import { numberConstant } from '../model/constants';
import { NotModelled } from '../not-modelled';
import { EVERYWHERE, type Fault, ONE_FOR_ALL } from './fault';
import { describeLack, hasFoothold } from './foothold';
import { type EffectClass, type FeltPlace, OPERATORS, SERVICE_REACH, type ServiceReach } from './service-reach';
import { describeLoss, zoneFaults, zoneLosses } from './zone-loss';

/** What became of one service of one phase. */
export interface PhaseReach {
  readonly phaseId: string;
  readonly service: string;
  /**
   * `modelled`: it is replayed; `out-of-reach`: the design has nothing that it could act on; `not-modelled`: it matters, and what it does
   * is not known.
   */
  readonly outcome: 'modelled' | 'out-of-reach' | 'not-modelled';
  /** Why it cannot reach the design, or what it does there. */
  readonly why: string;
}

/** An outage as faults of a world, and an account of every phase. */
export interface OutageFaults {
  readonly faults: readonly Fault[];
  readonly reach: readonly PhaseReach[];
}

/** Classes of effects, by the catalogue's kinds; effects of other kinds are not modelled. */
const CLASSES: Readonly<Record<string, EffectClass>> = {
  unavailable: 'fails',
  'error-rate': 'fails',
  latency: 'late',
  'delivery-delayed': 'held',
  'replication-delayed': 'held',
  'packet-loss': 'loses',
};

const ZONES_OF_A_REGION = numberConstant('az.perRegion');

/**
 * Turns an outage's phases into faults.
 *
 * @param strikeMs Virtual time of the outage's start.
 * @param limitMs How much of it is replayed; what still lasts then ends there.
 * @throws NotModelled for a service, an effect or a resource that matters and is not modelled.
 */
export function outageFaults(
  outage: TransposedOutage,
  assembly: Assembly,
  strikeMs: number,
  limitMs: number,
): OutageFaults {
  const { faults, reach } = accountFor(outage, assembly, strikeMs, limitMs);
  const unknown = reach.find(({ outcome }) => outcome === 'not-modelled');
  if (unknown) throw new NotModelled(unknown.why);
  return { faults, reach };
}

/** The same without a refusal: what is not modelled is said of each phase, and has no faults. */
export function accountFor(
  outage: TransposedOutage,
  assembly: Assembly,
  strikeMs: number,
  limitMs: number,
): OutageFaults {
  // Services of a phase that have one role in the design are one failure of it.
  const faults = new Map<string, Fault>();
  const reach: PhaseReach[] = [];
  for (const phase of outage.phases) {
    if (phase.startSeconds * 1000 >= limitMs) continue;
    const { id: phaseId } = phase;
    for (const service of phase.services) {
      const { places, outcome, why } = feltBy(
        assembly,
        phase,
        service,
        `${service} in phase ${phaseId} of ${outage.id}`,
      );
      reach.push({ phaseId, service, outcome, why });
      for (const place of places) {
        for (const fault of faultsOf(phase, place, strikeMs, limitMs)) {
          if (hasFoothold(assembly, place, fault.region)) faults.set(JSON.stringify(fault), fault);
        }
      }
    }
    for (const loss of zoneLosses(outage, phase)) {
      const lost = zoneFaults(loss, phase, strikeMs, limitMs).filter((fault) =>
        hasFoothold(assembly, fault, loss.region),
      );
      const felt: Pick<PhaseReach, 'outcome' | 'why'> =
        lost.length > 0
          ? { outcome: 'modelled', why: describeLoss(loss) }
          : { outcome: 'out-of-reach', why: `the design has nothing in ${loss.region} that requests pass` };
      reach.push({ phaseId, service: `zone ${loss.zone}`, ...felt });
      for (const fault of lost) faults.set(JSON.stringify(fault), fault);
    }
  }
  return { faults: [...faults.values()], reach };
}

/** How an assembly feels a service of a phase. */
interface Felt extends Pick<PhaseReach, 'outcome' | 'why'> {
  readonly places: readonly FeltPlace[];
}

function feltBy(assembly: Assembly, phase: TransposedPhase, service: string, what: string): Felt {
  const notModelled = (why: string): Felt => ({ outcome: 'not-modelled', why, places: [] });
  const outOfReach = (why: string): Felt => ({ outcome: 'out-of-reach', why, places: [] });
  const { effect, scope } = phase;
  const reach = reachIn(assembly, service);
  if (!reach) return notModelled(what);
  if (reach.kind === 'bystander') return outOfReach(reach.why);
  if (scope.kind !== 'global' && scope.ids.length === 0) return outOfReach('the design has no further Region');
  if (reach.kind === 'through') {
    const hit = assembly.resources.find(reach.isSuch);
    if (!hit) return outOfReach(`the design has no ${reach.what}`);
    return notModelled(`${what}, felt through ${hit.type} (${hit.stack.id}/${hit.logicalId})`);
  }
  const meant = reach.planes?.[phase.plane] ?? reach.places;
  const there = meant.filter((place) => regionsOf(phase, place).some((region) => hasFoothold(assembly, place, region)));
  const [first] = meant;
  if (first && there.length === 0) return outOfReach(`the design has ${describeLack(meant, regionsOf(phase, first))}`);
  const refused = notModelled(`${what}: ${effect.kind} of ${effect.model.value} ${effect.model.unit}`);
  const { places, leavesOut } = placesOf(there, reach, phase);
  // Replication that goes on as if nothing were wrong would flatter the design.
  if (leavesOut && places.length > 0)
    return { ...refused, why: `${refused.why}, of which replication cannot feel a share` };
  if (places.length > 0) return { outcome: 'modelled', why: describeEffect(phase, reach.role, places), places };
  // A control plane that is slow delays deployments.
  if (phase.plane === 'control' && effect.kind === 'latency' && OPERATORS.kind === 'bystander')
    return outOfReach(OPERATORS.why);
  return refused;
}

/** What a replay of services would be: one without anything that is felt is a calm time, one with anything unknown has no verdict. */
export function replayOf(reach: readonly PhaseReach[]): 'replayed' | 'out-of-reach' | 'not-modelled' {
  const has = (outcome: PhaseReach['outcome']): boolean => reach.some((service) => service.outcome === outcome);
  if (has('not-modelled')) return 'not-modelled';
  return has('modelled') ? 'replayed' : 'out-of-reach';
}

/** How a service reaches an assembly. */
function reachIn(assembly: Assembly, service: string): ServiceReach | undefined {
  const reach = SERVICE_REACH[service];
  if (reach?.kind !== 'bystander' || !reach.unless) return reach;
  const { isSuch, reach: there } = reach.unless;
  return assembly.resources.some((resource) => isSuch(assembly, resource)) ? there : reach;
}

/** Places that feel an effect. */
interface FeltPlaces {
  readonly places: readonly FeltPlace[];
  /** Whether others would feel a part of it only, which they cannot: what holds everything back holds back no share. */
  readonly leavesOut: boolean;
}

/** Those places of a service that feel the phase's effect. */
function placesOf(
  there: readonly FeltPlace[],
  { planes }: ServiceReach & { kind: 'modelled' },
  phase: TransposedPhase,
): FeltPlaces {
  const { plane, effect } = phase;
  const { unit } = effect.model;
  const none: FeltPlaces = { places: [], leavesOut: false };
  const effectClass = CLASSES[effect.kind];
  if (effectClass === undefined) return none;
  const isShare = effectClass === 'fails' || effectClass === 'loses';
  if (isShare ? unit !== 'percent' : unit !== 'seconds' && unit !== 'minutes') return none;
  if (plane === 'control' && effectClass === 'late' && !planes?.[plane]) return none;
  const feel = there.filter(({ ways }) => ways[effectClass] !== undefined);
  const places = feel.filter(
    (place) =>
      place.ways[effectClass] !== 'delay' ||
      !isShare ||
      regionsOf(phase, place).every((region) => shareIn(phase, region) >= 1),
  );
  return { places, leavesOut: places.length < feel.length };
}

function faultsOf(phase: TransposedPhase, place: FeltPlace, strikeMs: number, limitMs: number): readonly Fault[] {
  const { effect, pattern } = phase;
  const { value, unit } = effect.model;
  const isTime = unit === 'seconds' || unit === 'minutes';
  const courseEndMs = strikeMs + phase.endSeconds * 1000;
  const kind = place.ways[CLASSES[effect.kind] as EffectClass] as Fault['kind'];
  return regionsOf(phase, place).map((region) => ({
    phaseId: phase.id,
    target: place.target,
    region,
    ...(place.operations ? { operations: place.operations } : {}),
    ...(place.peers ? { peers: place.peers } : {}),
    startMs: strikeMs + phase.startSeconds * 1000,
    endMs: Math.min(courseEndMs, strikeMs + limitMs),
    courseEndMs,
    kind,
    share: isTime || kind === 'delay' ? 1 : shareIn(phase, region),
    pattern: pattern.kind,
    ...(pattern.periodSeconds === undefined ? {} : { periodMs: pattern.periodSeconds * 1000 }),
    ...(isTime ? { delayMs: value * (unit === 'minutes' ? 60_000 : 1000) } : {}),
  }));
}

/** Where a phase strikes. */
function regionsOf({ scope }: TransposedPhase, { target }: FeltPlace): readonly string[] {
  if (scope.kind === 'global' || ONE_FOR_ALL.has(target)) return [EVERYWHERE];
  return scope.kind === 'az' ? [...new Set(scope.ids.map((id) => regionOfZone(id) ?? id))] : scope.ids;
}

/** Share of a Region's requests that a phase hits at its height, from 0 to 1, where it hits a share. */
function shareIn(phase: TransposedPhase, region: string): number {
  return (phase.effect.model.value * zonesOf(phase, region)) / (100 * ZONES_OF_A_REGION);
}

/**
 * Zones of a Region that a phase reaches. A Regional service that is named with a zone fails for that zone's share of the requests, for
 * as long as the phase lasts.
 */
function zonesOf({ scope }: TransposedPhase, region: string): number {
  if (scope.kind !== 'az') return ZONES_OF_A_REGION;
  return scope.ids.filter((id) => regionOfZone(id) === region).length;
}

function describeEffect(
  { effect, pattern }: TransposedPhase,
  role: string | undefined,
  places: readonly FeltPlace[],
): string {
  const { value, unit } = effect.model;
  const amount = unit === 'percent' ? `${value} %` : `${value} ${unit}`;
  const course = pattern.kind === 'steady' ? '' : `, ${pattern.kind}`;
  const as = role === undefined ? '' : `as ${role}: `;
  // What is held back is so in full, whatever the course.
  const isHeld = places.some(({ ways }) => ways[CLASSES[effect.kind] as EffectClass] === 'delay');
  const inFull = unit === 'percent' ? '; replication is cut all the while' : ', replayed as steady';
  return `${as}${effect.kind.replace('-', ' ')}, ${amount}${course}${isHeld && course !== '' ? inFull : ''}`;
}
