import { type DnsRecord, type HealthCheck, leavesOf, type Zone } from '../dns';
import { placeOfCheck } from './check-region';
import { LOAD_BALANCER } from './load-balancer';
import type { Struck } from './strike';
import type { NameFinding } from './topology-report';

/** API Gateway's own domains, whose health is that of the service. */
const GATEWAY = /^AWS::ApiGateway/;

/**
 * What keeps a record of a struck Region among the answers.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-problems.html
 */
export function gateFindings(struck: Struck, record: DnsRecord): NameFinding[] {
  const { address, healthCheckId, evaluateTargetHealth, target } = record;
  const find = (kind: NameFinding['kind'], text: string): NameFinding[] => [{ kind, text: `${address} ${text}` }];
  if (healthCheckId !== undefined) return checkFindings(struck, record, healthCheckId);
  if (target.kind === 'values') return find('no-health-check', 'carries no health check: it is well whatever happens');
  if (!evaluateTargetHealth) {
    return find('target-not-evaluated', "neither evaluates its target's health nor carries a health check");
  }
  if (target.kind === 'record') {
    if (isGated(struck.zone, record)) return [];
    return find('no-health-check', `leads to ${target.name}, of which some records carry no health check`);
  }
  if (LOAD_BALANCER.test(target.resource.type)) {
    return find(
      'load-balancer-health',
      'follows its load balancer, which is taken to be unwell at once; when it is, is not modelled',
    );
  }
  if (GATEWAY.test(target.resource.type)) {
    return find(
      'gateway-health-only',
      "follows the health of API Gateway's service, not of what it serves, and carries no health check",
    );
  }
  return find(
    'no-health-check',
    `follows ${target.resource.type}, which is taken as well, and carries no health check`,
  );
}

/** Whether anything takes a record out of the answers when its Region is gone. */
function isGated(zone: Zone, { healthCheckId, evaluateTargetHealth, target, type }: DnsRecord): boolean {
  if (healthCheckId !== undefined) return true;
  if (!evaluateTargetHealth) return false;
  if (target.kind === 'record') return zone.find(target.name, type).every((behind) => isGated(zone, behind));
  return target.kind === 'resource' && LOAD_BALANCER.test(target.resource.type);
}

/** Why a health check may not notice that what it gates is gone. */
function checkFindings({ assembly, zone }: Struck, record: DnsRecord, healthCheckId: string): NameFinding[] {
  const check = zone.healthCheck(healthCheckId);
  const watched: readonly HealthCheck[] =
    check.kind === 'calculated' ? check.children.map((child) => zone.healthCheck(child)) : [check];
  const endpoints = watched.flatMap((each) => (each.kind === 'endpoint' ? [each] : []));
  const find = (kind: NameFinding['kind'], text: string): NameFinding => ({
    kind,
    text: `the health check of ${record.address} ${text}`,
  });
  if (endpoints.length === 0) {
    const followsAlarm = watched.some(({ kind }) => kind === 'metric');
    return [
      followsAlarm
        ? find('alarm-only', 'follows alarms alone, which are taken as well')
        : find('no-health-check', 'is disabled'),
    ];
  }
  const gated = leavesOf(zone, record).map(({ region }) => region);
  return endpoints.flatMap((endpoint) => {
    const { region } = placeOfCheck(assembly, zone, endpoint);
    const host = endpoint.ipAddress ?? endpoint.fullyQualifiedDomainName;
    if (region === undefined)
      return [find('unknown-place', `watches ${host}, of which the templates tell no Region: taken as well`)];
    return gated.includes(region)
      ? []
      : [find('check-elsewhere', `watches ${host} in ${region}, which the record does not lead to`)];
  });
}
