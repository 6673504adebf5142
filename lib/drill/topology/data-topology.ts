import type { Assembly } from '../../assembly';
import { readTable, TABLE_TYPES, type TableDefinition } from '../data/table-definition';
import { lognormalConstant, quantilesConstant } from '../model/constants';
import { NotModelled } from '../not-modelled';
import { readBuckets } from '../objects/bucket-definition';
import type { BucketReport, StoreReport, TableReport } from './topology-report';

/**
 * Types that hold data which the drill does not model. Some of them can be replicated between Regions by resources of their own; whether
 * and how well is not judged.
 */
const OTHER_STORES: readonly RegExp[] = [
  /^AWS::RDS::(DBCluster|DBInstance|GlobalCluster)$/,
  /^AWS::(DocDB|Neptune)::(DBCluster|GlobalCluster)$/,
  /^AWS::DSQL::Cluster$/,
  /^AWS::(ElastiCache|MemoryDB)::(ReplicationGroup|CacheCluster|ServerlessCache|GlobalReplicationGroup|Cluster|MultiRegionCluster)$/,
  /^AWS::(OpenSearchService|Elasticsearch)::Domain$/,
  /^AWS::SQS::Queue$/,
  /^AWS::SNS::Topic$/,
  /^AWS::Kinesis::Stream$/,
  /^AWS::KinesisFirehose::DeliveryStream$/,
  /^AWS::MSK::(Cluster|ServerlessCluster)$/,
  /^AWS::(EFS|FSx)::FileSystem$/,
  /^AWS::Cognito::UserPool$/,
  /^AWS::SecretsManager::Secret$/,
  /^AWS::Timestream::/,
  /^AWS::Redshift/,
  /^AWS::Cassandra::Table$/,
];

/** What becomes of every table while Regions are lost. */
export function tablesOf(assembly: Assembly, struckRegions: readonly string[]): readonly TableReport[] {
  const isLeft = (region: string): boolean => !struckRegions.includes(region);
  return readableTables(assembly).map(({ name, consistency, replicaRegions, witnessRegions }) => {
    const left = replicaRegions.filter(isLeft);
    const members = [...replicaRegions, ...witnessRegions];
    const base = { name, consistency, regions: replicaRegions, witnessRegions, left };
    if (members.every(isLeft)) return { ...base, outcome: 'not-struck' };
    if (left.length === 0) return { ...base, outcome: 'gone', recoveryPoint: { kind: 'unknown' } };
    if (consistency === 'strong') {
      const isQuorate = members.filter(isLeft).length >= 2;
      return { ...base, outcome: isQuorate ? 'serves' : 'reads-only', recoveryPoint: { kind: 'none-lost' } };
    }
    const { p50 = 0, p99 = 0 } = quantilesConstant('ddb.mrec.rpo');
    return { ...base, outcome: 'serves', recoveryPoint: { kind: 'lag', typicalSeconds: p50, highSeconds: p99 } };
  });
}

/** The tables that the drill models; the survey names the others. */
export function readableTables(assembly: Assembly): readonly TableDefinition[] {
  return TABLE_TYPES.flatMap((type) => assembly.resourcesOf(type)).flatMap((resource) => {
    try {
      return readTable(resource);
    } catch (error) {
      if (error instanceof NotModelled) return [];
      throw error;
    }
  });
}

/** What becomes of every bucket with a name while Regions are lost. */
export function bucketsOf(assembly: Assembly, struckRegions: readonly string[]): readonly BucketReport[] {
  const buckets = readable(assembly);
  const regions = new Map(buckets.map(({ name, region }) => [name, region]));
  const usual = lognormalConstant('s3.crr.typical');
  const { p999 = 0 } = quantilesConstant('s3.rtc');
  return buckets.map(({ name, region, rules }) => {
    const copies = rules.map(({ destination, timeControl }) => ({
      bucket: destination,
      ...(regions.has(destination) ? { region: regions.get(destination) } : {}),
      timeControl,
    }));
    const base = { name, region, copies };
    if (!struckRegions.includes(region)) return { ...base, outcome: 'not-struck' as const };
    const isSafe = copies.some((copy) => copy.region !== undefined && !struckRegions.includes(copy.region));
    if (!isSafe) return { ...base, outcome: 'gone' as const, recoveryPoint: { kind: 'unknown' as const } };
    const highSeconds = copies.every(({ timeControl }) => timeControl) ? p999 : (usual.p99 ?? usual.p50);
    return {
      ...base,
      outcome: 'copied' as const,
      recoveryPoint: { kind: 'lag' as const, typicalSeconds: usual.p50, highSeconds },
    };
  });
}

/** Everything else that holds data, which is not judged. */
export function otherStoresOf(assembly: Assembly): readonly StoreReport[] {
  return assembly.resources
    .filter(({ type }) => OTHER_STORES.some((pattern) => pattern.test(type)))
    .map(({ type, stack, logicalId }) => ({ id: `${stack.id}/${logicalId}`, type, region: stack.region }));
}

function readable(assembly: Assembly): ReturnType<typeof readBuckets> {
  try {
    return readBuckets(assembly);
  } catch (error) {
    if (error instanceof NotModelled) return [];
    throw error;
  }
}
