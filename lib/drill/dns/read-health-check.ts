import type { Assembly, AssemblyResource } from '../../assembly';
import type { Problem } from '../../bad-input';
import { listConstant, numberConstant } from '../model/constants';
import type { HealthCheck } from './health-check';
import { addressOf, PropertyReader } from './property-reader';
import { readMetricCheck } from './read-metric-check';
import { normalizeName } from './record';

const ENDPOINT_TYPES: readonly string[] = ['HTTP', 'HTTPS', 'HTTP_STR_MATCH', 'HTTPS_STR_MATCH'];

/**
 * Reads one `AWS::Route53::HealthCheck`.
 *
 * @returns undefined when it has a problem, which is added to `problems`.
 * @throws NotModelled for the types and settings this model leaves out.
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
 */
export function readHealthCheck(
  assembly: Assembly,
  resource: AssemblyResource,
  problems: Problem[],
): HealthCheck | undefined {
  const before = problems.length;
  const whole = new PropertyReader(resource, resource.properties, problems);
  whole.refuseUndecided();
  const config = whole.section('HealthCheckConfig');
  if (!config) {
    whole.problem('HealthCheckConfig', 'an object', 'describe the health check');
    return undefined;
  }
  // Not a CloudFormation property today; were it to arrive, ignoring it would turn a disabled check into a live one.
  if (config.flag('Disabled')) throw config.notModelled('a disabled health check');
  const check = readByType(assembly, config);
  return problems.length > before ? undefined : check;
}

function readByType(assembly: Assembly, config: PropertyReader): HealthCheck | undefined {
  switch (config.text('Type')) {
    case 'CALCULATED':
      return readCalculated(assembly, config);
    case 'CLOUDWATCH_METRIC':
      return readMetricCheck(assembly, config);
    default:
      return readEndpoint(config);
  }
}

function readEndpoint(config: PropertyReader): HealthCheck {
  const type = config.requiredText('Type');
  if (!ENDPOINT_TYPES.includes(type)) throw config.notModelled(`a health check of type ${type || 'nothing'}`);
  if (config.has('IPAddress')) throw config.notModelled('an endpoint given by its IP address');
  if (config.has('EnableSNI') && !config.flag('EnableSNI')) throw config.notModelled('EnableSNI: false');
  const protocol = type.startsWith('HTTPS') ? 'HTTPS' : 'HTTP';
  const path = config.text('ResourcePath');
  const searchString = type.endsWith('_STR_MATCH') ? config.requiredText('SearchString') : undefined;
  if (searchString !== undefined && searchString.length > 255) {
    config.problem('SearchString', 'at most 255 characters', 'search for a shorter text');
  }
  return {
    kind: 'endpoint',
    id: addressOf(config.resource),
    protocol,
    fullyQualifiedDomainName: normalizeName(config.requiredText('FullyQualifiedDomainName')),
    port: config.integer('Port', 1, 65_535, protocol === 'HTTPS' ? 443 : 80),
    path: path.startsWith('/') ? path : `/${path}`,
    ...(searchString === undefined ? {} : { searchString }),
    intervalSeconds: readInterval(config),
    failureThreshold: config.integer('FailureThreshold', 1, 10, numberConstant('r53.threshold.default')),
    checkerRegions: readCheckerRegions(config),
    inverted: config.flag('Inverted'),
  };
}

function readInterval(config: PropertyReader): number {
  const standard = numberConstant('r53.interval.default');
  const fast = numberConstant('r53.interval.fast');
  const interval = config.integer('RequestInterval', fast, standard, standard);
  if (interval !== fast && interval !== standard) {
    config.problem('RequestInterval', `${fast} or ${standard} seconds`, 'choose one of the two');
  }
  return interval;
}

function readCheckerRegions(config: PropertyReader): readonly string[] {
  const all = listConstant('r53.checker.regions');
  if (!config.has('Regions')) return all;
  const chosen = config.list('Regions').map(String);
  const fewest = numberConstant('r53.checker.minRegions');
  if (new Set(chosen).size < fewest || !chosen.every((region) => all.includes(region))) {
    config.problem('Regions', `at least ${fewest} different ones of ${all.join(', ')}`, 'leave it out for all of them');
  }
  return chosen;
}

function readCalculated(assembly: Assembly, config: PropertyReader): HealthCheck {
  if (!config.has('HealthThreshold')) throw config.notModelled('a calculated health check without HealthThreshold');
  const most = numberConstant('r53.calculated.children');
  const children = config.list('ChildHealthChecks').map((child) => {
    const reference = assembly.referenceIn(child, {
      type: 'AWS::Route53::HealthCheck',
      from: config.resource.stack,
    });
    if (!reference) {
      throw config.notModelled(`child health check ${String(child)} is not in the assembly`);
    }
    if (isCalculated(reference.resource)) {
      config.problem('ChildHealthChecks', 'health checks that are not calculated', 'name their children instead');
    }
    return addressOf(reference.resource);
  });
  if (children.length > most) config.problem('ChildHealthChecks', `at most ${most}`, 'watch fewer health checks');
  return {
    kind: 'calculated',
    id: addressOf(config.resource),
    children,
    healthThreshold: config.integer('HealthThreshold', 0, most, 0),
    inverted: config.flag('Inverted'),
  };
}

function isCalculated(resource: AssemblyResource): boolean {
  const config = resource.properties.HealthCheckConfig as Readonly<Record<string, unknown>> | undefined;
  return config?.Type === 'CALCULATED';
}
