import type { AssemblyResource } from '../../assembly';
import { numberConstant } from '../model/constants';
import type { Geography } from '../model/round-trips';
import { NotModelled } from '../not-modelled';
import { besideFirst, chooseRecord, isFor } from './choose-record';
import { type DnsRecord, normalizeName } from './record';
import type { Zone } from './zone';

/** What Route 53 answers to a question. */
export interface DnsAnswer {
  /** The record at the end of aliases and CNAMEs. @default - none: the name or the type does not exist */
  readonly record?: DnsRecord;
  /** Further records that stand beside it in a multivalue answer, which a client may try next. @default - none */
  readonly beside?: readonly DnsRecord[];
  /** Seconds that a resolver may keep the answer; the shortest life along a chain of CNAMEs. */
  readonly ttlSeconds: number;
  /** Outage phase that left the question without a proper answer. @default - none did */
  readonly phaseId?: string;
}

/** Health as the name servers see it when the question arrives. */
export interface HealthView {
  /** Status of a health check by its id. */
  isHealthy(healthCheckId: string): boolean;
  /**
   * Health of an aliased resource. A custom domain of API Gateway fails only when the API Gateway service is unavailable
   * in its Region.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/dns-failover.html
   */
  targetHealthy(resource: AssemblyResource): boolean;
  /** Whether a record is in its zone already, as that of a Region which has not joined yet is not. @default - every record is */
  isDeployed?(record: DnsRecord): boolean;
}

/** A question. */
export interface DnsQuestion {
  /** Normalised name. */
  readonly name: string;
  /** `A`, `AAAA`, … */
  readonly type: string;
  /** Where the resolver is that asks. */
  readonly geography: Geography;
  /** Chance for weighted and multivalue records: a number in [0, 1). */
  readonly draw: () => number;
}

/** Links of one chain before resolvers give up on it. */
const MAX_CHAIN = 16;

/**
 * Answers a question: chooses a record at every step, follows aliases within the zone, and CNAMEs as a resolver would.
 *
 * @throws NotModelled for a chain of CNAMEs that does not end.
 */
export function answerQuery(zone: Zone, view: HealthView, question: DnsQuestion): DnsAnswer {
  const { type, geography, draw } = question;
  const isHealthy = recordHealth(zone, view, geography);
  const find = (name: string, ofType: string): readonly DnsRecord[] =>
    zone.find(name, ofType).filter((record) => isDeployed(view, record));
  let { name } = question;
  let chainTtlSeconds = Number.POSITIVE_INFINITY;
  for (let link = 0; link < MAX_CHAIN; link++) {
    const exact = find(name, type);
    const records = exact.length > 0 ? exact : find(name, 'CNAME');
    const record = records.length > 0 ? chooseRecord(records, isHealthy, geography, draw) : undefined;
    if (!record) return { ttlSeconds: Math.min(chainTtlSeconds, numberConstant('r53.negative.ttl')) };
    if (record.target.kind === 'record') {
      name = record.target.name;
      continue;
    }
    chainTtlSeconds = Math.min(chainTtlSeconds, record.target.ttlSeconds);
    const next = nextName(record, type);
    if (next !== undefined && zone.has(next)) {
      name = next;
      continue;
    }
    const beside = besideFirst(record, records, isHealthy, draw);
    return { record, ...(beside.length > 0 ? { beside } : {}), ttlSeconds: chainTtlSeconds };
  }
  throw new NotModelled(`${question.name}: a chain of more than ${MAX_CHAIN} aliases and CNAMEs`);
}

/**
 * Whether a record counts as healthy: its own health check passes, if it has one, and so does its target, if it is an
 * alias that evaluates it. Another record name is a healthy target while any record of that name and type is healthy.
 * Each record is looked at once, however many aliases lead to it.
 *
 * @param geography Where the question comes from: geolocation records for other places do not make a target healthy.
 * @default - all of them count
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-complex-configs.html
 */
export function recordHealth(zone: Zone, view: HealthView, geography?: Geography): (record: DnsRecord) => boolean {
  const known = new Map<DnsRecord, boolean>();
  const isHealthy = (record: DnsRecord): boolean => {
    const before = known.get(record);
    if (before !== undefined) return before;
    const healthy = judge(record);
    known.set(record, healthy);
    return healthy;
  };
  const judge = ({ healthCheckId, evaluateTargetHealth, target, type }: DnsRecord): boolean => {
    if (healthCheckId !== undefined && !view.isHealthy(healthCheckId)) return false;
    if (!evaluateTargetHealth || target.kind === 'values') return true;
    if (target.kind === 'resource') return view.targetHealthy(target.resource);
    const behind = zone.find(target.name, type).filter((next) => isDeployed(view, next));
    return (geography ? behind.filter((next) => isFor(next, geography)) : behind).some(isHealthy);
  };
  return isHealthy;
}

function isDeployed(view: HealthView, record: DnsRecord): boolean {
  return view.isDeployed?.(record) ?? true;
}

function nextName(record: DnsRecord, type: string): string | undefined {
  if (record.type !== 'CNAME' || type === 'CNAME' || record.target.kind !== 'values') return undefined;
  return normalizeName(record.target.values[0] ?? '');
}
