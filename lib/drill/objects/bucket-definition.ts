import { type Assembly, type AssemblyResource, addressOf } from '../../assembly';
import { NotModelled } from '../not-modelled';
import { type ReplicationRule, readReplication } from './replication-rule';

/** What the templates declare of a bucket. */
export interface BucketDefinition {
  /** Physical name. */
  readonly name: string;
  readonly region: string;
  /** Whether overwritten and deleted objects stay as versions. */
  readonly versioned: boolean;
  /** Rules by which it replicates to other buckets. */
  readonly rules: readonly ReplicationRule[];
}

/** The type of resource that custom resources have. */
const CUSTOM_TYPE = /^(?:Custom::|AWS::CloudFormation::CustomResource$)/;

/**
 * Reads every bucket with a physical name. One without a name is left out: nobody can ask for it before it is deployed.
 *
 * Rules come from the bucket itself or from a custom resource of the CDK that puts them by a call of the SDK.
 *
 * @throws NotModelled for rules that the drill does not follow; BadInput for those that S3 would refuse.
 */
export function readBuckets(assembly: Assembly): readonly BucketDefinition[] {
  const later = rulesPutLater(assembly);
  const named = assembly.resourcesOf('AWS::S3::Bucket').filter(({ properties }) => hasName(properties));
  return named.map((resource) => readBucket(resource, later));
}

/**
 * Reads one bucket. Without a physical name it goes by its address in the assembly.
 *
 * @param later Rules that custom resources put, by the name of the bucket.
 */
export function readBucket(
  resource: AssemblyResource,
  later: ReadonlyMap<string, readonly ReplicationRule[]>,
): BucketDefinition {
  const { properties, stack } = resource;
  const { BucketName, VersioningConfiguration, ReplicationConfiguration } = properties;
  const name = hasName(properties) ? String(BucketName) : addressOf(resource);
  const versioned = (VersioningConfiguration as { Status?: unknown } | undefined)?.Status === 'Enabled';
  const rules = [
    ...(ReplicationConfiguration === undefined ? [] : readReplication(ReplicationConfiguration, addressOf(resource))),
    ...(later.get(name) ?? []),
  ];
  if (rules.length > 0 && !versioned) {
    throw new NotModelled(`replication of ${addressOf(resource)}, which S3 refuses: the bucket keeps no versions`);
  }
  return { name, region: stack.region, versioned, rules };
}

function hasName({ BucketName }: AssemblyResource['properties']): boolean {
  return typeof BucketName === 'string';
}

/** Rules that custom resources put, by the name of the bucket. */
export function rulesPutLater(assembly: Assembly): ReadonlyMap<string, readonly ReplicationRule[]> {
  const found = new Map<string, readonly ReplicationRule[]>();
  for (const resource of assembly.resources) {
    if (!CUSTOM_TYPE.test(resource.type)) continue;
    const call = sdkCallOf(resource);
    if (call?.action !== 'putbucketreplication' || !/s3$/i.test(call.service)) continue;
    const { Bucket, ReplicationConfiguration } = call.parameters;
    if (found.has(String(Bucket))) throw new NotModelled(`a second replication of ${Bucket} by ${addressOf(resource)}`);
    found.set(String(Bucket), readReplication(ReplicationConfiguration, addressOf(resource)));
  }
  return found;
}

interface SdkCall {
  readonly service: string;
  /** In lower case, without `Command`. */
  readonly action: string;
  readonly parameters: { readonly Bucket?: unknown; readonly ReplicationConfiguration?: unknown };
}

/**
 * The call that the CDK's `AwsCustomResource` makes when it is created, from the JSON text in its properties.
 *
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources.AwsCustomResource.html
 */
function sdkCallOf({ properties }: AssemblyResource): SdkCall | undefined {
  const text = properties.Create ?? properties.Update;
  if (typeof text !== 'string' || !text.startsWith('{')) return undefined;
  const { service, action, parameters = {} } = JSON.parse(text) as Partial<SdkCall>;
  if (service === undefined || action === undefined) return undefined;
  return { service, action: action.toLowerCase().replace(/command$/, ''), parameters };
}
