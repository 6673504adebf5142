import type { Assembly } from '../../assembly';
import { TABLE_TYPES } from '../data/table-definition';

/**
 * The same assembly with every other Region taken away: its single-Region twin. Tables stay in the list wherever they
 * are declared; the world keeps their replica in this Region. Alarms stay too, as a health check may name one of another Region;
 * what nobody publishes any more counts as missing.
 */
export function restrictToRegion(assembly: Assembly, region: string): Assembly {
  const stays: ReadonlySet<string> = new Set([...TABLE_TYPES, 'AWS::CloudWatch::Alarm']);
  const resources = assembly.resources.filter(({ type, stack }) => stack.region === region || stays.has(type));
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
