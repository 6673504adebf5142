import { type Assembly, type AssemblyResource, addressOf } from '../../assembly';
import type { Problem } from '../../bad-input';
import { numberConstant } from '../model/constants';
import type { HealthCheck } from './health-check';
import { PropertyReader } from './property-reader';
import { readEndpointCheck } from './read-endpoint-check';
import { readMetricCheck } from './read-metric-check';

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
  const check = readByType(assembly, config);
  if (problems.length > before || !check) return undefined;
  // A setting of the API that CloudFormation's documentation does not list; a check that has it must not come to life.
  return config.flag('Disabled') ? { kind: 'disabled', id: check.id, inverted: check.inverted } : check;
}

function readByType(assembly: Assembly, config: PropertyReader): HealthCheck | undefined {
  switch (config.text('Type')) {
    case 'CALCULATED':
      return readCalculated(assembly, config);
    case 'CLOUDWATCH_METRIC':
      return readMetricCheck(assembly, config);
    default:
      return readEndpointCheck(assembly, config);
  }
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
