import type { Assembly } from '../../assembly';
import { type Problem, quoteFound } from '../../bad-input';
import { describeLack, hasFoothold } from '../faults/foothold';
import type { FaultEvent } from './fault-event';

/**
 * What keeps a fault from acting on an assembly: a Region that holds nothing of its place, or resources that are not there.
 *
 * @param path Path of the event in its file.
 */
export function misplacementsOf(fault: FaultEvent, assembly: Assembly, path: string): readonly Problem[] {
  const { target, region: place, peers, resources = [] } = fault;
  const where = { target, ...(peers ? { peers } : {}) };
  // That a content delivery network is in front is what the schedule supposes.
  if (target !== 'cdn' && !hasFoothold(assembly, where, place)) {
    return [
      {
        field: `${path}.region`,
        found: `${quoteFound(place)}, where there are ${describeLack([where], [place])}`,
        allowed: `a place where ${target} can fail`,
        remedy: 'name another Region, or take the event out',
      },
    ];
  }
  const known = resources.length === 0 ? undefined : resourceNames(assembly);
  return resources.flatMap((name, index) =>
    known?.has(name)
      ? []
      : [
          {
            field: `${path}.resources[${index}]`,
            found: quoteFound(name),
            allowed:
              'stack and logical id of a function, an API, a topic or a health check (Stack/Id), or the name of a table, a bucket or a parameter, as the assembly has them',
            remedy: 'mend the name',
          },
        ],
  );
}

/** Names by which faults know resources. */
function resourceNames(assembly: Assembly): ReadonlySet<string> {
  return new Set(
    assembly.resources.flatMap(({ stack, logicalId, properties }) => {
      const { TableName, BucketName, Name } = properties;
      const physical = [TableName, BucketName, Name].filter((name) => typeof name === 'string');
      // A table without a physical name goes by its logical id.
      return [`${stack.id}/${logicalId}`, logicalId, ...physical];
    }),
  );
}
