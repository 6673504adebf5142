import { regionOfZone, type TransposedOutage, type TransposedPhase } from '../../outages';
import { numberConstant } from '../model/constants';
import type { Fault, FaultTarget } from './fault';

/** Services whose loss in a zone means that its hosts are lost, and with them what Regional services run there. */
const HOSTS: readonly string[] = ['ec2', 'all-zonal-resources'];

/**
 * Regional services that requests pass; each runs in several zones.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/security-resilience.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/disaster-recovery-resiliency.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/disaster-recovery-resiliency.html
 */
const SPREAD: readonly FaultTarget[] = ['api-gateway', 'lambda', 'dynamodb', 's3', 'ssm'];

const ZONES = numberConstant('az.perRegion');
const EVACUATION_SECONDS = numberConstant('az.evacuation');

/** What the loss of hosts in a zone does to a Region's services. */
export interface ZoneLoss {
  readonly zone: string;
  readonly region: string;
  /** Share of requests to each service that land in what is lost, from 0 to 1. */
  readonly share: number;
  /** Seconds from the phase's start until the services have left the zone. */
  readonly seconds: number;
}

/**
 * The losses of zones that a phase brings: the first trouble of each zone. Services that span zones leave it then, holding what they
 * need to serve without it, and do not come back while the outage lasts.
 */
export function zoneLosses(outage: TransposedOutage, phase: TransposedPhase): readonly ZoneLoss[] {
  if (!losesHosts(phase)) return [];
  const { scope, effect, startSeconds, endSeconds } = phase;
  const earlier = outage.phases.slice(0, outage.phases.indexOf(phase)).filter(losesHosts);
  return scope.ids
    .filter((zone) => !earlier.some((before) => before.scope.ids.includes(zone)))
    .map((zone) => ({
      zone,
      region: regionOfZone(zone) ?? zone,
      share: effect.model.value / 100 / ZONES,
      seconds: Math.min(EVACUATION_SECONDS, endSeconds - startSeconds),
    }));
}

/** A zone's loss as faults of each service. */
export function zoneFaults(
  { zone, region, share, seconds }: ZoneLoss,
  { id, startSeconds }: TransposedPhase,
  strikeMs: number,
  limitMs: number,
): readonly Fault[] {
  const startMs = strikeMs + 1000 * startSeconds;
  const courseEndMs = startMs + 1000 * seconds;
  return SPREAD.map((target) => ({
    phaseId: id,
    target,
    region,
    zone,
    startMs,
    endMs: Math.min(courseEndMs, strikeMs + limitMs),
    courseEndMs,
    kind: 'error',
    share,
    pattern: 'steady',
  }));
}

function losesHosts({ scope, plane, effect, services }: TransposedPhase): boolean {
  const { kind, model } = effect;
  const isLoss = (kind === 'unavailable' || kind === 'error-rate') && model.unit === 'percent';
  return scope.kind === 'az' && plane === 'data' && isLoss && services.some((service) => HOSTS.includes(service));
}

/** What a zone's loss does, in words. */
export function describeLoss({ share, seconds }: ZoneLoss): string {
  const percent = Number((100 * share).toFixed(1));
  return `${percent} % of the requests to services that span zones, until they have left it after ${seconds} s`;
}
