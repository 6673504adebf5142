import type { Assembly, AssemblyResource } from '../../assembly';
import { declaredTable, TABLE_TYPES, type TableDefinition } from '../data/table-definition';
import { lognormalConstant, quantilesConstant } from '../model/constants';
import { NotModelled } from '../not-modelled';
import { type BucketDefinition, readBucket, rulesPutLater } from '../objects/bucket-definition';
import type { BucketReport, RecoveryPoint, StoreReport, TableReport } from './topology-report';

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
  return declaredTables(assembly).map(({ name, consistency, replicaRegions, witnessRegions }) => {
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
    return { ...base, outcome: 'serves', recoveryPoint: lag(p50, p99, 0.99) };
  });
}

/** Every table of an assembly, as far as it is declared; whether it is modelled does not matter to where its replicas are. */
export function declaredTables(assembly: Assembly): readonly TableDefinition[] {
  return TABLE_TYPES.flatMap((type) => assembly.resourcesOf(type)).map(declaredTable);
}

/** What becomes of every bucket while Regions are lost, and those of which it is not known. */
export function bucketsOf(
  assembly: Assembly,
  struckRegions: readonly string[],
): { readonly buckets: readonly BucketReport[]; readonly left: readonly StoreReport[] } {
  const { buckets, left } = judgeableBuckets(assembly);
  return { buckets: buckets.map((bucket) => bucketReport(bucket, buckets, struckRegions)), left };
}

/** Everything else that holds data, which is not judged. */
export function otherStoresOf(assembly: Assembly): readonly StoreReport[] {
  return assembly.resources.filter(({ type }) => OTHER_STORES.some((pattern) => pattern.test(type))).map(storeReport);
}

function bucketReport(
  { name, region, rules }: BucketDefinition,
  all: readonly BucketDefinition[],
  struckRegions: readonly string[],
): BucketReport {
  const copies = rules.map(({ destination, timeControl, prefix }) => {
    const to = all.find((bucket) => bucket.name === destination);
    return { bucket: destination, timeControl, prefix, ...(to === undefined ? {} : { region: to.region }) };
  });
  const isLeft = (place: string): boolean => !struckRegions.includes(place);
  const sources = all.filter(
    (bucket) => isLeft(bucket.region) && bucket.rules.some((rule) => rule.destination === name),
  );
  const base = { name, region, copies, copyOf: sources.map((source) => source.name) };
  if (isLeft(region)) return { ...base, outcome: 'not-struck' };
  const elsewhere = copies.filter((copy) => copy.region !== undefined && isLeft(copy.region));
  const safe = elsewhere.filter(({ prefix }) => prefix === '');
  if (safe.length === 0) {
    const outcome = elsewhere.length > 0 ? 'partly' : sources.length > 0 ? 'copy' : 'gone';
    return { ...base, outcome, recoveryPoint: { kind: 'unknown' } };
  }
  const { p50, p99 = p50 } = lognormalConstant('s3.crr.typical');
  const { p999 = 0 } = quantilesConstant('s3.rtc');
  const isTimed = safe.every(({ timeControl }) => timeControl);
  return { ...base, outcome: 'copied', recoveryPoint: isTimed ? lag(p50, p999, 0.999) : lag(p50, p99, 0.99) };
}

function lag(typicalSeconds: number, highSeconds: number, highShare: number): RecoveryPoint {
  return { kind: 'lag', typicalSeconds, highSeconds, highShare };
}

/** Buckets whose replication is modelled, and the others. */
function judgeableBuckets(assembly: Assembly): {
  readonly buckets: readonly BucketDefinition[];
  readonly left: readonly StoreReport[];
} {
  const resources = assembly.resourcesOf('AWS::S3::Bucket');
  // Rules that cannot be read are for nobody knows which bucket.
  const later = modelled(() => rulesPutLater(assembly));
  const read = resources.map((resource) => (later ? modelled(() => readBucket(resource, later)) : undefined));
  return {
    buckets: read.filter((bucket) => bucket !== undefined),
    left: resources.filter((_, index) => read[index] === undefined).map(storeReport),
  };
}

function modelled<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotModelled) return undefined;
    throw error;
  }
}

function storeReport({ type, stack, logicalId }: AssemblyResource): StoreReport {
  return { id: `${stack.id}/${logicalId}`, type, region: stack.region };
}
