import type { Assembly } from '../../assembly';
import { regionOfZone, type TransposedOutage, type TransposedPhase } from '../../outages';
import { numberConstant } from '../model/constants';
import { NotModelled } from '../not-modelled';
import { EVERYWHERE, type Fault } from './fault';
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

/** Places that are one for all Regions. */
const ONE_FOR_ALL: ReadonlySet<Fault['target']> = new Set(['route53', 'identity-provider']);

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
        for (const fault of faultsOf(phase, place, strikeMs, limitMs)) faults.set(JSON.stringify(fault), fault);
      }
    }
    for (const loss of zoneLosses(outage, phase)) {
      reach.push({ phaseId, service: `zone ${loss.zone}`, outcome: 'modelled', why: describeLoss(loss) });
      for (const fault of zoneFaults(loss, phase, strikeMs, limitMs)) faults.set(JSON.stringify(fault), fault);
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
  const reach = SERVICE_REACH[service];
  if (!reach) return notModelled(what);
  if (reach.kind === 'bystander') return outOfReach(reach.why);
  if (scope.kind !== 'global' && scope.ids.length === 0) return outOfReach('the design has no further Region');
  if (reach.kind === 'through') {
    const hit = assembly.resources.find(reach.isSuch);
    if (!hit) return outOfReach(`the design has no ${reach.what}`);
    return notModelled(`${what}, felt through ${hit.type} (${hit.stack.id}/${hit.logicalId})`);
  }
  const places = placesOf(reach, phase);
  if (places.length > 0) return { outcome: 'modelled', why: describeEffect(phase, reach.role), places };
  // A control plane that is slow delays deployments.
  if (phase.plane === 'control' && effect.kind === 'latency' && OPERATORS.kind === 'bystander')
    return outOfReach(OPERATORS.why);
  return notModelled(`${what}: ${effect.kind} of ${effect.model.value} ${effect.model.unit}`);
}

/** The places of a service that feel the phase's effect. */
function placesOf(
  reach: ServiceReach & { kind: 'modelled' },
  { plane, effect }: TransposedPhase,
): readonly FeltPlace[] {
  const { value, unit } = effect.model;
  const effectClass = CLASSES[effect.kind];
  if (effectClass === undefined) return [];
  const isShare = effectClass === 'fails' || effectClass === 'loses';
  if (isShare ? unit !== 'percent' : unit !== 'seconds' && unit !== 'minutes') return [];
  const places = reach.planes?.[plane] ?? (plane === 'control' && effectClass === 'late' ? [] : reach.places);
  return places.filter(({ ways }) => {
    const kind = ways[effectClass];
    // What holds everything back cannot hold back a share.
    return kind !== undefined && !(kind === 'delay' && isShare && value < 100);
  });
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
    share: isTime || kind === 'delay' ? 1 : (value * zonesOf(phase, region)) / (100 * ZONES_OF_A_REGION),
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

/**
 * Zones of a Region that a phase reaches. A Regional service that is named with a zone fails for that zone's share of the requests, for
 * as long as the phase lasts.
 */
function zonesOf({ scope }: TransposedPhase, region: string): number {
  if (scope.kind !== 'az') return ZONES_OF_A_REGION;
  return scope.ids.filter((id) => regionOfZone(id) === region).length;
}

function describeEffect({ effect, pattern }: TransposedPhase, role: string | undefined): string {
  const { value, unit } = effect.model;
  const amount = unit === 'percent' ? `${value} %` : `${value} ${unit}`;
  const course = pattern.kind === 'steady' ? '' : `, ${pattern.kind}`;
  const as = role === undefined ? '' : `as ${role}: `;
  return `${as}${effect.kind.replace('-', ' ')}, ${amount}${course}`;
}
