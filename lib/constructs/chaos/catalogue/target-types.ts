import { here } from './permission-spec';

/**
 * A type of resource that actions of FIS can have as their target.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/targets.html
 */
export interface TargetTypeSpec {
  /** Whether targets can be given by ARN. */
  readonly arns: boolean;
  /** Whether targets can be found by tag. */
  readonly tags: boolean;
  /** Parameters of the target that must be given. */
  readonly required: readonly string[];
  /** Parameters of the target that may be given. */
  readonly optional: readonly string[];
  /** Pattern of the ARNs, with the placeholders of a permission; the last `*` stands for the identifier. */
  readonly arn: string;
  /**
   * Types of CloudFormation that become such targets, with the property that holds the identifier. `Ref` alone gives it where the property
   * is empty; where it is undefined, nothing known before deployment does.
   */
  readonly resources: Readonly<Record<string, string | undefined>>;
}

/** What tags and ARNs can both select, as most types. */
const EITHER = { arns: true, tags: true, required: [], optional: [] } as const;

/** Every type of target that the guide lists. What it does not say of a type is taken as impossible. */
export const TARGET_TYPES = {
  'aws:arc:zonal-shift-managed-resource': {
    ...EITHER,
    arn: 'arn:{partition}:*:{region}:{account}:*',
    resources: {
      'AWS::AutoScaling::AutoScalingGroup': undefined,
      'AWS::EKS::Cluster': undefined,
      'AWS::ElasticLoadBalancingV2::LoadBalancer': undefined,
    },
  },
  'aws:directconnect:virtual-interface': {
    ...EITHER,
    arn: here('directconnect', 'dxvif/*'),
    resources: {
      'AWS::DirectConnect::PrivateVirtualInterface': undefined,
      'AWS::DirectConnect::PublicVirtualInterface': undefined,
      'AWS::DirectConnect::TransitVirtualInterface': undefined,
    },
  },
  'aws:dsql:cluster': { ...EITHER, arn: here('dsql', 'cluster/*'), resources: { 'AWS::DSQL::Cluster': '' } },
  'aws:dynamodb:global-table': {
    ...EITHER,
    arn: here('dynamodb', 'table/*'),
    resources: { 'AWS::DynamoDB::GlobalTable': 'tableName' },
  },
  'aws:ec2:autoscaling-group': {
    ...EITHER,
    arns: false,
    arn: here('autoscaling', 'autoScalingGroup:*'),
    resources: { 'AWS::AutoScaling::AutoScalingGroup': undefined },
  },
  'aws:ec2:ebs-volume': {
    ...EITHER,
    optional: ['availabilityZoneIdentifier'],
    arn: here('ec2', 'volume/*'),
    resources: { 'AWS::EC2::Volume': '' },
  },
  'aws:ec2:instance': { ...EITHER, arn: here('ec2', 'instance/*'), resources: { 'AWS::EC2::Instance': '' } },
  'aws:ec2:spot-instance': {
    ...EITHER,
    arn: here('ec2', 'instance/*'),
    resources: {
      'AWS::AutoScaling::AutoScalingGroup': undefined,
      'AWS::EC2::EC2Fleet': undefined,
      'AWS::EC2::SpotFleet': undefined,
    },
  },
  'aws:ec2:subnet': {
    ...EITHER,
    optional: ['availabilityZoneIdentifier', 'vpc'],
    arn: here('ec2', 'subnet/*'),
    resources: { 'AWS::EC2::Subnet': '' },
  },
  'aws:ec2:transit-gateway': {
    ...EITHER,
    arn: here('ec2', 'transit-gateway/*'),
    resources: { 'AWS::EC2::TransitGateway': '' },
  },
  'aws:ec2:vpc-endpoint': { ...EITHER, arn: here('ec2', 'vpc-endpoint/*'), resources: { 'AWS::EC2::VPCEndpoint': '' } },
  'aws:ecs:cluster': {
    ...EITHER,
    arn: here('ecs', 'cluster/*'),
    resources: { 'AWS::ECS::Cluster': 'clusterName' },
  },
  'aws:ecs:task': {
    ...EITHER,
    optional: ['cluster', 'service'],
    arn: here('ecs', 'task/*/*'),
    resources: { 'AWS::ECS::Service': undefined, 'AWS::ECS::TaskDefinition': undefined },
  },
  'aws:eks:cluster': {
    ...EITHER,
    tags: false,
    arn: here('eks', 'cluster/*'),
    resources: { 'AWS::EKS::Cluster': 'name' },
  },
  'aws:eks:nodegroup': {
    ...EITHER,
    arn: here('eks', 'nodegroup/*'),
    resources: { 'AWS::EKS::Nodegroup': undefined },
  },
  'aws:eks:pod': {
    arns: false,
    tags: false,
    required: ['clusterIdentifier', 'namespace', 'selectorType', 'selectorValue'],
    optional: ['availabilityZoneIdentifier', 'targetContainerName'],
    arn: here('eks', 'cluster/*'),
    resources: {},
  },
  'aws:elasticache:replicationgroup': {
    arns: false,
    tags: true,
    required: ['availabilityZoneIdentifier'],
    optional: [],
    arn: here('elasticache', 'replicationgroup:*'),
    resources: { 'AWS::ElastiCache::ReplicationGroup': 'replicationGroupId' },
  },
  'aws:iam:role': {
    ...EITHER,
    tags: false,
    arn: 'arn:{partition}:iam::{account}:role/*',
    resources: { 'AWS::IAM::Role': 'roleName' },
  },
  'aws:kinesis:stream': { ...EITHER, arn: here('kinesis', 'stream/*'), resources: { 'AWS::Kinesis::Stream': 'name' } },
  'aws:lambda:function': {
    ...EITHER,
    optional: ['functionQualifier'],
    arn: here('lambda', 'function:*'),
    resources: { 'AWS::Lambda::Function': 'functionName' },
  },
  'aws:memorydb:multi-region-cluster': {
    ...EITHER,
    arn: 'arn:{partition}:memorydb::{account}:multiregioncluster/*',
    resources: { 'AWS::MemoryDB::MultiRegionCluster': undefined },
  },
  'aws:rds:cluster': {
    ...EITHER,
    optional: ['writerAvailabilityZoneIdentifiers'],
    arn: here('rds', 'cluster:*'),
    resources: { 'AWS::DocDB::DBCluster': 'dbClusterIdentifier', 'AWS::RDS::DBCluster': 'dbClusterIdentifier' },
  },
  'aws:rds:db': {
    ...EITHER,
    optional: ['availabilityZoneIdentifiers'],
    arn: here('rds', 'db:*'),
    resources: { 'AWS::RDS::DBInstance': 'dbInstanceIdentifier' },
  },
  'aws:s3:bucket': {
    ...EITHER,
    arns: false,
    arn: 'arn:{partition}:s3:::*',
    resources: { 'AWS::S3::Bucket': 'bucketName' },
  },
} as const satisfies Readonly<Record<string, TargetTypeSpec>>;

/** Identifier of a type of target. */
export type TargetType = keyof typeof TARGET_TYPES;

type Spec<Type extends TargetType> = (typeof TARGET_TYPES)[Type];

/** Types whose targets can be found by tag. */
export type TaggedType = { [Type in TargetType]: Spec<Type>['tags'] extends true ? Type : never }[TargetType];

/** Types whose targets can be given by ARN. */
export type AddressedType = { [Type in TargetType]: Spec<Type>['arns'] extends true ? Type : never }[TargetType];

/** Types whose targets are described by parameters alone. */
export type DescribedType = Exclude<TargetType, TaggedType | AddressedType>;

/** Parameters of targets of a type. */
export type TargetParameters<Type extends TargetType> = {
  readonly [Name in Spec<Type>['required'][number]]: string;
} & { readonly [Name in Spec<Type>['optional'][number]]?: string };
