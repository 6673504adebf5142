import type { Assembly } from '../assembly';
import { readTables } from '../drill/data/table-definition';
import type { Sighting } from '../drill/kernel/sightings';

/**
 * Rare states that a design cannot be in whatever happens, each with the reason: a search need not reach them. Only what the templates rule out is
 * here; what is merely unlikely must be reached.
 */
export function impossibleSightings(assembly: Assembly): Readonly<Partial<Record<Sighting, string>>> {
  const isReplicated = readTables(assembly).some(({ replicaRegions }) => replicaRegions.length > 1);
  const isEvacuated = assembly.resourcesOf('AWS::Route53::HealthCheck').some(({ properties }) => {
    const { HealthCheckConfig: config } = properties as { HealthCheckConfig?: { Type?: unknown } };
    return config?.Type === 'CLOUDWATCH_METRIC';
  });
  const [alone, unevacuated] = [
    'no table has replicas in two Regions',
    'no health check on an alarm evacuates a Region',
  ];
  return {
    ...(isReplicated ? {} : { 'accepted-by-one-replica': alone, 'write-conflict': alone }),
    ...(isEvacuated && isReplicated ? {} : { 'evacuation-during-partition': isEvacuated ? alone : unevacuated }),
  };
}
