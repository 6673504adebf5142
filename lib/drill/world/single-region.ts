import type { Assembly, AssemblyResource, AssemblyStack } from '../../assembly';
import { TABLE_TYPES } from '../data/table-definition';

/** Types of resources that hold records. */
const RECORDS: readonly string[] = ['AWS::Route53::RecordSet', 'AWS::Route53::RecordSetGroup'];

/** Type of a health check. */
const HEALTH_CHECK = 'AWS::Route53::HealthCheck';

/**
 * The same assembly with every other Region taken away: its single-Region twin. Tables stay in the list wherever they
 * are declared; the world keeps their replica in this Region. Alarms stay too, as a health check may name one of another Region;
 * what nobody publishes any more counts as missing. So do records that a stack of another Region declares for this one, of which
 * the world keeps those that lead here, and the health checks that records carry, wherever they are declared.
 */
export function restrictToRegion(assembly: Assembly, region: string): Assembly {
  const stays: ReadonlySet<string> = new Set([...TABLE_TYPES, 'AWS::CloudWatch::Alarm']);
  const naming = new Set(assembly.stacks.filter((stack) => namesFor(assembly, stack, region)));
  const isOwn = ({ type, stack }: AssemblyResource): boolean =>
    stack.region === region || (RECORDS.includes(type) && naming.has(stack));
  const checks = healthChecksOf(assembly, assembly.resources.filter(isOwn));
  const resources = assembly.resources.filter(
    (resource) => isOwn(resource) || stays.has(resource.type) || checks.has(resource),
  );
  return {
    directory: assembly.directory,
    stacks: assembly.stacks.filter((stack) => stack.region === region),
    regions: [region],
    resources,
    resourcesOf: (type) => resources.filter((resource) => resource.type === type),
    referenceIn: (value, query) => assembly.referenceIn(value, query),
    referencesIn: (value) => assembly.referencesIn(value),
  };
}

/** Whether a stack of another Region declares records for what this one holds. */
function namesFor(assembly: Assembly, stack: AssemblyStack, region: string): boolean {
  const leadsThere = ({ type, properties }: AssemblyResource): boolean =>
    RECORDS.includes(type) &&
    assembly.referencesIn(properties).some(({ resource }) => resource.stack.region === region);
  return stack.region !== region && stack.resources.some(leadsThere);
}

/** The health checks that records carry, and those that these count. */
function healthChecksOf(assembly: Assembly, resources: readonly AssemblyResource[]): ReadonlySet<AssemblyResource> {
  const checksIn = ({ properties }: AssemblyResource): readonly AssemblyResource[] =>
    assembly.referencesIn(properties).flatMap(({ resource }) => (resource.type === HEALTH_CHECK ? [resource] : []));
  const carried = resources.filter(({ type }) => RECORDS.includes(type)).flatMap(checksIn);
  return new Set([...carried, ...carried.flatMap(checksIn)]);
}
