import { Stack, Token } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** What cdk-nag writes for a partition that only the deployment knows. */
const UNKNOWN_PARTITION = '<AWS::Partition>';

/** Identifier of cdk-nag's finding about a resource with a wildcard, as it is acknowledged. */
export function wildcardFinding(scope: IConstruct, resourceArn: string): string {
  const { partition } = Stack.of(scope);
  const shown = Token.isUnresolved(partition) ? resourceArn.replaceAll(partition, UNKNOWN_PARTITION) : resourceArn;
  return `AwsSolutions::AwsSolutions-IAM5[Resource::${shown}]`;
}
