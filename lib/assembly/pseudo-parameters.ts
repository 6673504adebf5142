import type { Resolved } from './scope';
import type { StackFacts } from './stack-facts';
import type { Tokens } from './tokens';

/** Account of a stack that was synthesized without an environment. */
export const UNKNOWN_ACCOUNT = 'unknown-account';

/** Region of a stack that was synthesized without an environment. */
export const UNKNOWN_REGION = 'unknown-region';

/** The pseudo-parameters of CloudFormation. */
export const PSEUDO_PARAMETERS: readonly string[] = [
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::NotificationARNs',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
];

/** The partition a Region belongs to, and the suffix of its host names. */
export interface Partition {
  readonly name: string;
  readonly urlSuffix: string;
}

/**
 * Partitions by the form of their Region names. The first match wins.
 *
 * @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 * @see https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json
 */
const PARTITIONS: readonly (Partition & { readonly regions: RegExp })[] = [
  { regions: /^cn-\w+-\d+$/, name: 'aws-cn', urlSuffix: 'amazonaws.com.cn' },
  { regions: /^us-gov-\w+-\d+$/, name: 'aws-us-gov', urlSuffix: 'amazonaws.com' },
  { regions: /^us-iso-\w+-\d+$/, name: 'aws-iso', urlSuffix: 'c2s.ic.gov' },
  { regions: /^us-isob-\w+-\d+$/, name: 'aws-iso-b', urlSuffix: 'sc2s.sgov.gov' },
  { regions: /^eu-isoe-\w+-\d+$/, name: 'aws-iso-e', urlSuffix: 'cloud.adc-e.uk' },
  { regions: /^us-isof-\w+-\d+$/, name: 'aws-iso-f', urlSuffix: 'csp.hci.ic.gov' },
  { regions: /^eusc-\w+-\w+-\d+$/, name: 'aws-eusc', urlSuffix: 'amazonaws.eu' },
  { regions: /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/, name: 'aws', urlSuffix: 'amazonaws.com' },
];

/** The partition of a Region; undefined when the Region's name tells none. */
export function partitionOf(region: string): Partition | undefined {
  return PARTITIONS.find(({ regions }) => regions.test(region));
}

/**
 * The value of a pseudo-parameter; a token where only a deployed stack has one. `AWS::NoValue` is undefined.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html
 */
export function pseudoParameter(name: string, facts: StackFacts, tokens: Tokens): Resolved {
  const { account, region, stackName, notificationArns } = facts;
  const token = tokens.fact(facts.address, name);
  switch (name) {
    case 'AWS::NoValue':
      return undefined;
    case 'AWS::AccountId':
      return account === UNKNOWN_ACCOUNT ? token : account;
    case 'AWS::Region':
      return region === UNKNOWN_REGION ? token : region;
    case 'AWS::Partition':
      return partitionOf(region)?.name ?? token;
    case 'AWS::URLSuffix':
      return partitionOf(region)?.urlSuffix ?? token;
    case 'AWS::StackName':
      return stackName ?? token;
    case 'AWS::NotificationARNs':
      return notificationArns ?? token;
    default:
      return token;
  }
}
