import { type DnsRecord, leavesOf, type Zone } from '../dns';
import type { NameFinding } from './topology-report';

/** Longest life of answers that Route 53 recommends beside health checks, in seconds. @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-geo.html */
const RECOMMENDED_TTL_SECONDS = 60;

/** API Gateway's own domains, whose health is that of the service. */
const GATEWAY = /^AWS::ApiGateway/;

/** Load balancers, which report the health of what is behind them. */
const LOAD_BALANCER = /^AWS::ElasticLoadBalancing/;

/** What keeps a name from leaving the struck Regions, or makes it slow to. */
export function nameFindings(
  zone: Zone,
  records: readonly DnsRecord[],
  struckRegions: readonly string[],
): readonly NameFinding[] {
  const isStruck = ({ region }: DnsRecord): boolean => struckRegions.includes(region);
  const findings = records.flatMap((record): NameFinding[] => {
    const leaves = leavesOf(zone, record);
    if (!leaves.some(isStruck) || record.policy.kind === 'simple') return [];
    const slow = leaves.filter(({ target }) => target.kind === 'values' && target.ttlSeconds > RECOMMENDED_TTL_SECONDS);
    return [
      ...gateFindings(zone, record),
      ...slow.map(({ address, target }) => {
        const seconds = target.kind === 'record' ? 0 : target.ttlSeconds;
        return { kind: 'long-life' as const, text: `${address} lives ${seconds} s in caches; beside health checks 60 s at most` };
      }),
    ];
  });
  return [...findings, ...locationFindings(records)];
}

/** Whether anything takes a record out of the answers when its Region is gone. */
export function isGated(zone: Zone, { healthCheckId, evaluateTargetHealth, target, type }: DnsRecord): boolean {
  if (healthCheckId !== undefined) return true;
  if (!evaluateTargetHealth) return false;
  if (target.kind === 'record') return zone.find(target.name, type).every((behind) => isGated(zone, behind));
  return target.kind === 'resource' && LOAD_BALANCER.test(target.resource.type);
}

function gateFindings(zone: Zone, record: DnsRecord): NameFinding[] {
  const { address, healthCheckId, evaluateTargetHealth, target } = record;
  if (isGated(zone, record)) return healthCheckId === undefined ? [] : alarmFindings(zone, record);
  if (target.kind === 'values') {
    return [{ kind: 'no-health-check', text: `${address} carries no health check: it counts as healthy whatever happens` }];
  }
  if (!evaluateTargetHealth) {
    return [
      { kind: 'target-not-evaluated', text: `${address} neither evaluates its target's health nor carries a health check` },
    ];
  }
  if (target.kind === 'resource' && GATEWAY.test(target.resource.type)) {
    return [
      {
        kind: 'gateway-health-only',
        text: `${address} evaluates API Gateway's health, which fails only with that service, and carries no health check`,
      },
    ];
  }
  return [{ kind: 'no-health-check', text: `${address} leads to records of which some carry no health check` }];
}

/** A record that only an alarm could take out: what its metric would say nobody knows here. */
function alarmFindings(zone: Zone, { address, healthCheckId = '' }: DnsRecord): NameFinding[] {
  const check = zone.healthCheck(healthCheckId);
  const ids = check.kind === 'calculated' ? check.children : [check.id];
  const kinds = ids.map((id) => zone.healthCheck(id).kind);
  if (kinds.includes('endpoint')) return [];
  const what = kinds.includes('metric') ? 'follows alarms alone, which are taken as well' : 'is disabled';
  return [{ kind: kinds.includes('metric') ? 'alarm-only' : 'no-health-check', text: `the health check of ${address} ${what}` }];
}

function locationFindings(records: readonly DnsRecord[]): NameFinding[] {
  const located = records.flatMap(({ policy }) => (policy.kind === 'geolocation' ? [policy.location] : []));
  const hasDefault = located.some((location) => Object.keys(location).length === 0);
  if (located.length === 0 || hasDefault) return [];
  return [{ kind: 'no-default-location', text: 'questions from other places get no answer: there is no default record' }];
}
