import { member, section } from './json';
import { partitionOf, UNKNOWN_ACCOUNT } from './pseudo-parameters';
import type { StackFacts } from './stack-facts';

/** What CloudFormation answers for resources of a type whose name the template sets. */
interface NamingRule {
  /** Property that sets the name. */
  readonly property: string;
  /** What `Ref` returns; `other`: something that does not follow from the template. */
  readonly ref: 'name' | 'arn' | 'other';
  /**
   * The ARN, with `{partition}`, `{region}`, `{account}`, `{path}` and `{name}` to fill in.
   *
   * @default - the ARN stays a token
   */
  readonly arn?: string;
  /**
   * Attributes that return the ARN.
   *
   * @default - none
   */
  readonly arnAttributes?: readonly string[];
  /**
   * Attributes that return the name.
   *
   * @default - none
   */
  readonly nameAttributes?: readonly string[];
}

/** The name and ARN of a resource whose template sets the name. */
export interface PhysicalName {
  readonly name: string;
  /** The ARN; undefined when the type has none here, or the account or partition is unknown. */
  readonly arn: string | undefined;
  /** `Ref` or the attribute that returns the name. */
  readonly nameAttributes: readonly string[];
  /** `Ref` or the attribute that returns the ARN. */
  readonly arnAttributes: readonly string[];
}

/**
 * The physical name of a resource; undefined when its type is not known here, or its name is not set or holds a token.
 *
 * @param literal The text of a property, when it is set and holds no token.
 */
export function physicalName(
  logicalId: string,
  facts: StackFacts,
  literal: (property: string) => string | undefined,
): PhysicalName | undefined {
  const resource = member(section(facts.template, 'Resources'), logicalId);
  const type = String(member(resource, 'Type'));
  const rule = Object.hasOwn(NAMING_RULES, type) ? NAMING_RULES[type] : undefined;
  const name = rule && literal(rule.property);
  if (!rule || name === undefined) return undefined;

  const path = member(section(resource, 'Properties'), 'Path') === undefined ? '/' : literal('Path');
  const { account, region } = facts;
  const partition = partitionOf(region)?.name;
  const isArnKnown = partition !== undefined && account !== UNKNOWN_ACCOUNT && path !== undefined;
  const parts: Readonly<Record<string, string>> = {
    partition: partition ?? '',
    account,
    region,
    path: path ?? '',
    name,
  };
  return {
    name,
    arn: isArnKnown ? rule.arn?.replace(/\{(\w+)\}/g, (_, part: string) => parts[part] ?? '') : undefined,
    nameAttributes: [...(rule.ref === 'name' ? ['Ref'] : []), ...(rule.nameAttributes ?? [])],
    arnAttributes: [...(rule.ref === 'arn' ? ['Ref'] : []), ...(rule.arnAttributes ?? [])],
  };
}

/**
 * Resource types for which the answer of `Ref`, and of some attributes, follows from the template, so that it need not
 * stay a token. A type belongs here only when the "Return values" of its reference page say so and the Service
 * Authorization Reference gives the form of the ARN.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const NAMING_RULES: Readonly<Record<string, NamingRule>> = {
  'AWS::ApiGatewayV2::DomainName': { property: 'DomainName', ref: 'name' },
  'AWS::CloudWatch::Alarm': {
    property: 'AlarmName',
    ref: 'name',
    arn: 'arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}',
    arnAttributes: ['Arn'],
  },
  'AWS::DynamoDB::GlobalTable': {
    property: 'TableName',
    ref: 'name',
    arn: 'arn:{partition}:dynamodb:{region}:{account}:table/{name}',
    arnAttributes: ['Arn'],
  },
  'AWS::DynamoDB::Table': {
    property: 'TableName',
    ref: 'name',
    arn: 'arn:{partition}:dynamodb:{region}:{account}:table/{name}',
    arnAttributes: ['Arn'],
  },
  'AWS::Events::EventBus': {
    property: 'Name',
    ref: 'name',
    arn: 'arn:{partition}:events:{region}:{account}:event-bus/{name}',
    // The attribute Name is left out: for a partner's bus it is not the property of that name.
    arnAttributes: ['Arn'],
  },
  'AWS::IAM::Role': {
    property: 'RoleName',
    ref: 'name',
    arn: 'arn:{partition}:iam::{account}:role{path}{name}',
    arnAttributes: ['Arn'],
  },
  'AWS::Kinesis::Stream': {
    property: 'Name',
    ref: 'name',
    arn: 'arn:{partition}:kinesis:{region}:{account}:stream/{name}',
    arnAttributes: ['Arn'],
  },
  'AWS::Lambda::Function': {
    property: 'FunctionName',
    ref: 'name',
    arn: 'arn:{partition}:lambda:{region}:{account}:function:{name}',
    arnAttributes: ['Arn'],
  },
  'AWS::Logs::LogGroup': {
    property: 'LogGroupName',
    ref: 'name',
    arn: 'arn:{partition}:logs:{region}:{account}:log-group:{name}:*',
    arnAttributes: ['Arn'],
  },
  'AWS::S3::Bucket': {
    property: 'BucketName',
    ref: 'name',
    arn: 'arn:{partition}:s3:::{name}',
    arnAttributes: ['Arn'],
  },
  'AWS::SNS::Topic': {
    property: 'TopicName',
    ref: 'arn',
    arn: 'arn:{partition}:sns:{region}:{account}:{name}',
    arnAttributes: ['TopicArn'],
    nameAttributes: ['TopicName'],
  },
  'AWS::SQS::Queue': {
    property: 'QueueName',
    // Ref is the queue's URL, whose host has had several forms.
    ref: 'other',
    arn: 'arn:{partition}:sqs:{region}:{account}:{name}',
    arnAttributes: ['Arn'],
    nameAttributes: ['QueueName'],
  },
  'AWS::SSM::Parameter': { property: 'Name', ref: 'name' },
};
