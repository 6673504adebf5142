import type { Assembly } from '../../assembly';
import type { TransposedOutage, TransposedPhase } from '../../outages';
import { NotModelled } from '../not-modelled';
import type { Fault } from './fault-plan';
import { SERVICE_REACH, type ServiceReach } from './service-reach';

/** Effects that hold back and do not refuse. */
const DELAYS: ReadonlySet<string> = new Set(['replication-delayed', 'delivery-delayed']);

/** What became of one service of one phase. */
export interface PhaseReach {
  readonly phaseId: string;
  readonly service: string;
  /** `modelled`: it is replayed; `out-of-reach`: the design has nothing that it could act on. */
  readonly outcome: 'modelled' | 'out-of-reach';
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
  const faults: Fault[] = [];
  const reach: PhaseReach[] = [];
  for (const phase of outage.phases) {
    if (phase.startSeconds * 1000 >= limitMs) continue;
    for (const service of phase.services) {
      const place = `${service} in phase ${phase.id} of ${outage.id}`;
      const known = SERVICE_REACH[service];
      if (!known) throw new NotModelled(place);
      if (known.kind === 'bystander') {
        reach.push({ phaseId: phase.id, service, outcome: 'out-of-reach', why: known.why });
      } else if (known.kind === 'through') {
        const hit = assembly.resources.find(({ type }) => known.types.some((pattern) => pattern.test(type)));
        if (hit) throw new NotModelled(`${place}, felt through ${hit.type} (${hit.stack.id}/${hit.logicalId})`);
        reach.push({ phaseId: phase.id, service, outcome: 'out-of-reach', why: `the design has no ${known.what}` });
      } else {
        if (phase.scope.kind !== 'region') throw new NotModelled(`${place}: its scope is ${phase.scope.kind}`);
        const kind = failureOf(known, phase);
        const { target, operations } = known;
        const placed = { target, kind, ...(operations ? { operations } : {}) } as const;
        for (const region of phase.scope.ids) faults.push(faultOf(phase, place, region, placed, strikeMs, limitMs));
        reach.push({ phaseId: phase.id, service, outcome: 'modelled', why: describeEffect(phase) });
      }
    }
  }
  return { faults, reach };
}

/** How requests fail: an endpoint whose name failed has no address, and a service that can fail in two ways fails as the effect says. */
function failureOf({ target, failure }: ServiceReach & { kind: 'modelled' }, phase: TransposedPhase): Fault['kind'] {
  if (target === 'dynamodb' && phase.plane === 'dns') return 'name';
  if (failure !== 'by-effect') return failure;
  return holdsBack(target, phase) ? 'delay' : 'error';
}

/** Whether a phase delays what it strikes. What reaches a schedule's target is an event, so that its latency is a delay. */
function holdsBack(target: Fault['target'], { effect }: TransposedPhase): boolean {
  return DELAYS.has(effect.kind) || (target === 'scheduler' && effect.kind === 'latency');
}

function faultOf(
  phase: TransposedPhase,
  place: string,
  region: string,
  { target, kind, operations }: Pick<Fault, 'target' | 'kind' | 'operations'>,
  strikeMs: number,
  limitMs: number,
): Fault {
  const { effect, pattern } = phase;
  const { value, unit } = effect.model;
  const isShare = (effect.kind === 'unavailable' || effect.kind === 'error-rate') && unit === 'percent';
  const isDelay = holdsBack(target, phase) && (unit === 'minutes' || unit === 'seconds');
  if (kind === 'delay' ? !isDelay : !isShare) {
    throw new NotModelled(`${place}: ${effect.kind} of ${value} ${unit}`);
  }
  const courseEndMs = strikeMs + phase.endSeconds * 1000;
  return {
    phaseId: phase.id,
    target,
    region,
    ...(operations ? { operations } : {}),
    startMs: strikeMs + phase.startSeconds * 1000,
    endMs: Math.min(courseEndMs, strikeMs + limitMs),
    courseEndMs,
    kind,
    share: isShare ? value / 100 : 1,
    pattern: pattern.kind,
    ...(pattern.periodSeconds === undefined ? {} : { periodMs: pattern.periodSeconds * 1000 }),
    ...(isDelay ? { delayMs: value * (unit === 'minutes' ? 60_000 : 1000) } : {}),
  };
}

function describeEffect({ effect, pattern }: TransposedPhase): string {
  const { value, unit } = effect.model;
  const amount = unit === 'percent' ? `${value} %` : `${value} ${unit}`;
  const course = pattern.kind === 'steady' ? '' : `, ${pattern.kind}`;
  return `${effect.kind.replace('-', ' ')}, ${amount}${course}`;
}
