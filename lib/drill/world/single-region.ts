import type { Assembly } from '../../assembly';
import { TABLE_TYPES } from '../data/table-definition';

/**
 * The same assembly with every other Region taken away: its single-Region twin. Tables stay in the list wherever they
 * are declared; the world keeps their replica in this Region.
 */
export function restrictToRegion(assembly: Assembly, region: string): Assembly {
  const isTable = (type: string): boolean => (TABLE_TYPES as readonly string[]).includes(type);
  const resources = assembly.resources.filter(({ type, stack }) => stack.region === region || isTable(type));
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
