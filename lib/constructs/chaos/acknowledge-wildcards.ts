import type { Role } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { acknowledge } from '../security';
import type { ExperimentPolicy } from './experiment-policy';

const REASON =
  'AWS defines no narrower resource for these actions of an experiment (delivery of logs, tags, lists, objects and policies below a ' +
  'target), or what they act on is made while it runs; each is listed for the action of FIS that needs it, with the conditions AWS documents.';

/** Acknowledges the resources with wildcards that the policy of an experiment came to have. */
export function acknowledgeWildcards(role: Role, policy: ExperimentPolicy): void {
  const { Statement: statements = [] } = Stack.of(role).resolve(policy) as { Statement?: { Resource: unknown }[] };
  const resources = statements.flatMap(({ Resource }) => (Array.isArray(Resource) ? Resource : [Resource])).map(flat);
  for (const resource of new Set(resources.filter((one) => one.includes('*')))) {
    acknowledge(role, `AwsSolutions::AwsSolutions-IAM5[Resource::${resource}]`, REASON);
  }
}

/** Acknowledges a resource with a wildcard in the policies of one role. */
export function acknowledgeWildcard(role: IConstruct, resource: string, reason: string): void {
  acknowledge(role, `AwsSolutions::AwsSolutions-IAM5[Resource::${flat(Stack.of(role).resolve(resource))}]`, reason);
}

/** A resource in the form in which cdk-nag names it: references in angle brackets. */
function flat(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const [[intrinsic, value] = ['', '']] = Object.entries(resource as Record<string, unknown>);
  if (intrinsic === 'Fn::Join') return (value as [string, unknown[]])[1].map(flat).join((value as [string])[0]);
  return `<${intrinsic === 'Fn::GetAtt' ? (value as string[]).join('.') : value}>`;
}
