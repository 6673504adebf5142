import type { Assembly } from '../../assembly';
import { regionOfZone, type TransposedOutage, type TransposedPhase } from '../../outages';
import { numberConstant } from '../model/constants';
import { NotModelled } from '../not-modelled';
import { EVERYWHERE, type Fault, type FaultTarget } from './fault-plan';
import { CONTROL_PLANE, SERVICE_REACH, type ServiceReach, type Strike } from './service-reach';

/** Effects that hold back and do not refuse. */
const DELAYS: ReadonlySet<string> = new Set(['replication-delayed', 'delivery-delayed']);

/** Effects that hit a share of requests. */
const SHARES: ReadonlySet<string> = new Set(['unavailable', 'error-rate', 'packet-loss']);

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
  const faults: Fault[] = [];
  const reach: PhaseReach[] = [];
  for (const phase of outage.phases) {
    if (phase.startSeconds * 1000 >= limitMs) continue;
    for (const service of phase.services) {
      const place = `${service} in phase ${phase.id} of ${outage.id}`;
      const felt = feltBy(assembly, phase, service, place);
      reach.push({ phaseId: phase.id, service, outcome: felt.outcome, why: felt.why });
      for (const { strike, region } of felt.strikes) {
        const fault = faultOf(phase, region, strike, strikeMs, limitMs);
        // Two services of a phase that have one role in the design are one failure of it.
        if (!faults.some((other) => isSame(other, fault))) faults.push(fault);
      }
    }
  }
  return { faults, reach };
}

/** How an assembly feels a service of a phase. */
interface Felt {
  readonly outcome: PhaseReach['outcome'];
  readonly why: string;
  readonly strikes: readonly { readonly strike: Strike; readonly region: string }[];
}

function feltBy(assembly: Assembly, phase: TransposedPhase, service: string, place: string): Felt {
  const notModelled = (why: string): Felt => ({ outcome: 'not-modelled', why, strikes: [] });
  const outOfReach = (why: string): Felt => ({ outcome: 'out-of-reach', why, strikes: [] });
  const reach = reachOf(phase, service);
  if (!reach) return notModelled(place);
  if (reach.kind === 'bystander') return outOfReach(reach.why);
  if (phase.scope.kind !== 'global' && phase.scope.ids.length === 0)
    return outOfReach('the design has no further Region');
  if (reach.kind === 'through') {
    const hit = assembly.resources.find(({ type }) => reach.types.some((pattern) => pattern.test(type)));
    if (!hit) return outOfReach(`the design has no ${reach.what}`);
    return notModelled(`${place}, felt through ${hit.type} (${hit.stack.id}/${hit.logicalId})`);
  }
  const unusable = reach.strikes.find((strike) => !isExpressible(strike, phase));
  const { kind, model } = phase.effect;
  if (unusable) return notModelled(`${place}: ${kind} of ${model.value} ${model.unit}`);
  const strikes = reach.strikes.flatMap((strike) =>
    regionsOf(assembly, phase, strike.target).map((region) => ({ strike, region })),
  );
  return { outcome: 'modelled', why: describeEffect(phase), strikes };
}

/** A slow control plane delays deployments; where it fails, the worse case is that the service does. */
function reachOf({ plane, effect }: TransposedPhase, service: string): ServiceReach | undefined {
  const reach = SERVICE_REACH[service];
  return reach?.kind === 'modelled' && plane === 'control' && effect.kind === 'latency' ? CONTROL_PLANE : reach;
}

/** Where a phase strikes: everywhere at once when it was global. */
function regionsOf(assembly: Assembly, { scope }: TransposedPhase, target: FaultTarget): readonly string[] {
  if (target === 'route53') return [EVERYWHERE];
  if (scope.kind === 'global') return assembly.regions;
  return scope.kind === 'az' ? [...new Set(scope.ids.map((id) => regionOfZone(id) ?? id))] : scope.ids;
}

/** How requests fail: an endpoint whose name failed has no address, and a service that can fail in two ways fails as the effect says. */
function failureOf({ target, failure }: Strike, phase: TransposedPhase): Fault['kind'] {
  if (target === 'dynamodb' && phase.plane === 'dns') return 'name';
  if (failure === 'cut') return 'delay';
  if (failure !== 'by-effect') return failure;
  return holdsBack(target, phase) ? 'delay' : 'error';
}

/** Whether a phase delays what it strikes. What reaches a schedule's target is an event, so that its latency is a delay. */
function holdsBack(target: FaultTarget, { effect }: TransposedPhase): boolean {
  return DELAYS.has(effect.kind) || (target === 'scheduler' && effect.kind === 'latency');
}

/** Whether a phase's effect is one that the failure can have. */
function isExpressible(strike: Strike, phase: TransposedPhase): boolean {
  const { effect } = phase;
  const { target, failure } = strike;
  if (failure !== 'cut' && failureOf(strike, phase) === 'delay')
    return holdsBack(target, phase) && DELAY_UNITS.has(effect.model.unit);
  return SHARES.has(effect.kind) && effect.model.unit === 'percent';
}

const DELAY_UNITS: ReadonlySet<string> = new Set(['minutes', 'seconds']);

function faultOf(phase: TransposedPhase, region: string, strike: Strike, strikeMs: number, limitMs: number): Fault {
  const { effect, pattern } = phase;
  const { value, unit } = effect.model;
  const kind = failureOf(strike, phase);
  const startMs = strikeMs + phase.startSeconds * 1000;
  const courseEndMs = strikeMs + phase.endSeconds * 1000;
  return {
    phaseId: phase.id,
    target: strike.target,
    region,
    startMs,
    endMs: Math.min(courseEndMs, strikeMs + limitMs),
    courseEndMs,
    kind,
    share: kind === 'delay' ? 1 : (value * zonesOf(phase, region)) / (100 * ZONES_OF_A_REGION),
    pattern: pattern.kind,
    ...(pattern.periodSeconds === undefined ? {} : { periodMs: pattern.periodSeconds * 1000 }),
    ...(kind === 'delay' ? { delayMs: strike.failure === 'cut' ? courseEndMs - startMs : inMs(value, unit) } : {}),
  };
}

/**
 * Zones of a Region that a phase reaches. A Regional service works in every Availability Zone; while one of them fails, so does its share of the
 * requests, for as long as the phase lasts: the worse case, as services move away from a zone that fails.
 */
function zonesOf({ scope }: TransposedPhase, region: string): number {
  if (scope.kind !== 'az') return ZONES_OF_A_REGION;
  return scope.ids.filter((id) => regionOfZone(id) === region).length;
}

const ZONES_OF_A_REGION = numberConstant('az.perRegion');

function isSame(left: Fault, right: Fault): boolean {
  return (
    left.phaseId === right.phaseId &&
    left.target === right.target &&
    left.region === right.region &&
    left.kind === right.kind
  );
}

function inMs(value: number, unit: string): number {
  return value * (unit === 'minutes' ? 60_000 : 1000);
}

function describeEffect({ effect, pattern }: TransposedPhase): string {
  const { value, unit } = effect.model;
  const amount = unit === 'percent' ? `${value} %` : `${value} ${unit}`;
  const course = pattern.kind === 'steady' ? '' : `, ${pattern.kind}`;
  return `${effect.kind.replace('-', ' ')}, ${amount}${course}`;
}
