import type { Assembly, AssemblyResource } from '../../assembly';
import { NotModelled } from '../not-modelled';

/** A resource that an experiment may act on. */
export interface Targetable {
  /** What the drill calls it: stack and logical id of a function, name of a table or a bucket. */
  readonly name: string;
  readonly resource: AssemblyResource;
  readonly tags: Readonly<Record<string, unknown>>;
  /** Attributes by which filters find it, by their paths. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** How resources of one type are found. */
interface TargetType {
  /** Those of a Region. */
  readonly all: (assembly: Assembly, region: string) => readonly Targetable[];
  /** Whether they can be given by ARN. */
  readonly arns: boolean;
  /** Paths of filters that are followed. */
  readonly paths: readonly string[];
}

/**
 * Attributes of `ListFunctions` that CloudFormation calls by the same names.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
 */
const FUNCTION_PATHS = ['FunctionName', 'Runtime', 'Handler', 'MemorySize', 'Timeout', 'Architectures'] as const;

/** @see https://docs.aws.amazon.com/fis/latest/userguide/targets.html#resource-types */
const TYPES: Readonly<Record<string, TargetType>> = {
  'aws:lambda:function': {
    all: (assembly, region) =>
      inRegion(assembly, ['AWS::Lambda::Function'], region).map((resource) => ({
        name: `${resource.stack.id}/${resource.logicalId}`,
        resource,
        tags: tagsIn(resource.properties.Tags),
        attributes: resource.properties,
      })),
    arns: true,
    paths: FUNCTION_PATHS,
  },
  'aws:dynamodb:global-table': {
    all: replicasIn,
    arns: true,
    paths: [],
  },
  'aws:s3:bucket': {
    all: (assembly, region) =>
      inRegion(assembly, ['AWS::S3::Bucket'], region).map((resource) => ({
        name: String(resource.properties.BucketName ?? resource.logicalId),
        resource,
        tags: tagsIn(resource.properties.Tags),
        attributes: {},
      })),
    arns: false,
    paths: [],
  },
};

/**
 * How resources of a type are found.
 *
 * @throws NotModelled for another type.
 */
export function targetType(resourceType: string, where: string): TargetType {
  const type = TYPES[resourceType];
  if (!type) throw new NotModelled(`targets of type ${resourceType} (${where})`);
  return type;
}

/** Replicas of global tables in a Region; their tags are written by Region. */
function replicasIn(assembly: Assembly, region: string): readonly Targetable[] {
  return assembly.resourcesOf('AWS::DynamoDB::GlobalTable').flatMap((resource) => {
    const replicas = (resource.properties.Replicas ?? []) as readonly { Region?: unknown; Tags?: unknown }[];
    const replica = replicas.find(({ Region }) => Region === region);
    if (!replica || replicas.length < 2) return [];
    const name = String(resource.properties.TableName ?? resource.logicalId);
    return [{ name, resource, tags: tagsIn(replica.Tags), attributes: {} }];
  });
}

function inRegion(assembly: Assembly, types: readonly string[], region: string): readonly AssemblyResource[] {
  return types.flatMap((type) => assembly.resourcesOf(type)).filter(({ stack }) => stack.region === region);
}

function tagsIn(written: unknown): Readonly<Record<string, unknown>> {
  if (!Array.isArray(written)) return {};
  return Object.fromEntries(
    (written as readonly { Key?: unknown; Value?: unknown }[]).map(({ Key, Value }) => [String(Key), Value]),
  );
}
