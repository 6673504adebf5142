import type { Assembly, AssemblyResource } from '../../assembly';
import { BadInput, type Problem } from '../../bad-input';
import { NotModelled } from '../not-modelled';

/** One attribute of a key. */
export interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

/** A secondary index as DescribeTable shows it. */
export interface IndexDefinition {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection: {
    readonly ProjectionType: string;
    /** Attributes of a projection of type `INCLUDE`. @default - the type alone says which attributes */
    readonly NonKeyAttributes?: readonly string[];
  };
}

/** What the templates declare of a table. */
export interface TableDefinition {
  /** Physical name. */
  readonly name: string;
  /** `single`: one Region; `eventual`: asynchronous replication (MREC); `strong`: synchronous replication (MRSC). */
  readonly consistency: 'single' | 'eventual' | 'strong';
  /** Regions that hold a replica with an endpoint. */
  readonly replicaRegions: readonly string[];
  /** Regions that hold only a witness of a strong table. */
  readonly witnessRegions: readonly string[];
  /** Primary key. */
  readonly keySchema: readonly KeyElement[];
  /** Types of every key attribute. */
  readonly attributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  /** Global secondary indexes. */
  readonly globalIndexes: readonly IndexDefinition[];
  /** Local secondary indexes. */
  readonly localIndexes: readonly IndexDefinition[];
}

/** Resource types that hold tables. */
export const TABLE_TYPES = ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table'] as const;

/**
 * Reads a table from its resource, `AWS::DynamoDB::GlobalTable` or `AWS::DynamoDB::Table`.
 *
 * @throws BadInput for a strongly consistent table that DynamoDB would refuse; NotModelled for time to live.
 */
export function readTable(resource: AssemblyResource): TableDefinition {
  const { TimeToLiveSpecification: life } = resource.properties;
  if (life && (life as { Enabled?: unknown }).Enabled) {
    throw new NotModelled(`time to live of ${resource.stack.id}/${resource.logicalId}`);
  }
  return declaredTable(resource);
}

/** What a resource declares of a table, whether all that items go through is modelled or not. */
export function declaredTable(resource: AssemblyResource): TableDefinition {
  const { properties, stack } = resource;
  const where = `${stack.id}/${resource.logicalId}`;
  const list = <T>(name: string): readonly T[] => (properties[name] as readonly T[] | undefined) ?? [];
  if (properties.TableName !== undefined && typeof properties.TableName !== 'string') {
    throw new NotModelled(`${where} TableName ${JSON.stringify(properties.TableName)}`);
  }
  const global = resource.type === 'AWS::DynamoDB::GlobalTable';
  const replicaRegions = global ? list<{ Region: string }>('Replicas').map(({ Region }) => Region) : [stack.region];
  const witnessRegions = list<{ Region: string }>('GlobalTableWitnesses').map(({ Region }) => Region);
  const strong = properties.MultiRegionConsistency === 'STRONG';
  const table: TableDefinition = {
    name: properties.TableName ?? resource.logicalId,
    consistency: strong ? 'strong' : replicaRegions.length > 1 ? 'eventual' : 'single',
    replicaRegions,
    witnessRegions,
    keySchema: list('KeySchema'),
    attributeDefinitions: list('AttributeDefinitions'),
    globalIndexes: list('GlobalSecondaryIndexes'),
    localIndexes: list('LocalSecondaryIndexes'),
  };
  const problems = strong ? strongProblems(where, table) : [];
  if (problems.length > 0) throw new BadInput('the assembly', problems);
  return table;
}

/**
 * What DynamoDB refuses of a table with multi-Region strong consistency.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
function strongProblems(where: string, { replicaRegions, witnessRegions, localIndexes }: TableDefinition): Problem[] {
  const problems: Problem[] = [];
  const regions = new Set([...replicaRegions, ...witnessRegions]);
  if (regions.size !== 3 || witnessRegions.length > 1) {
    problems.push({
      field: `${where}.Replicas`,
      found: [...regions].join(', '),
      allowed: 'exactly three Regions for strong consistency: three replicas, or two and a witness',
      remedy: 'add or remove a replica or a witness, or leave MultiRegionConsistency out',
    });
  }
  if (localIndexes.length > 0) {
    problems.push({
      field: `${where}.LocalSecondaryIndexes`,
      found: localIndexes.map(({ IndexName }) => IndexName).join(', '),
      allowed: 'none in a table with strong consistency',
      remedy: 'make them global secondary indexes',
    });
  }
  return problems;
}

/** The table as it is when only one of its Regions is there: no replication left. */
export function reduceToRegion(table: TableDefinition, region: string): TableDefinition | undefined {
  if (!table.replicaRegions.includes(region)) return undefined;
  return { ...table, consistency: 'single', replicaRegions: [region], witnessRegions: [] };
}

/** Every table of an assembly. */
export function readTables(assembly: Assembly): readonly TableDefinition[] {
  return TABLE_TYPES.flatMap((type) => assembly.resourcesOf(type)).map(readTable);
}

/** The strongest consistency that any table of an assembly has. */
export function consistencyOf(assembly: Assembly): TableDefinition['consistency'] {
  const kinds = readTables(assembly).map(({ consistency }) => consistency);
  return kinds.includes('strong') ? 'strong' : kinds.includes('eventual') ? 'eventual' : 'single';
}
