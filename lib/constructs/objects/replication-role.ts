import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { acknowledge, acknowledgeInlinePolicy } from '../security/acknowledge';
import type { ReplicationDestination } from './replication-rules';
import { wildcardFinding } from './wildcard-finding';

/** What a role replicates. */
interface RoleProps {
  readonly bucketName: string;
  readonly destinations: readonly ReplicationDestination[];
  readonly keyAlias?: string;
}

/**
 * The role that S3 assumes to replicate: it reads versions of the source and writes replicas, in buckets of this account alone.
 *
 * Its permissions are part of the role, so that there is no moment in which S3 has the role and may do nothing with it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
 */
export function replicationRole(scope: Construct, { bucketName, destinations, keyAlias }: RoleProps): Role {
  const { partition, account } = Stack.of(scope);
  const bucket = (name: string): string => `arn:${partition}:s3:::${name}`;
  const statements = [
    new PolicyStatement({
      actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'],
      resources: [bucket(bucketName)],
    }),
    new PolicyStatement({
      actions: ['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'],
      resources: [`${bucket(bucketName)}/*`],
    }),
    new PolicyStatement({
      actions: ['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'],
      resources: destinations.map((destination) => `${bucket(destination.bucketName)}/*`),
      conditions: { StringEquals: { 'aws:ResourceAccount': account } },
    }),
    ...(keyAlias === undefined ? [] : keyStatements(scope, destinations, keyAlias)),
  ];
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('s3.amazonaws.com'),
    inlinePolicies: { Replicate: new PolicyDocument({ statements }) },
  });
  acknowledgeInlinePolicy(role);
  for (const resource of new Set(statements.flatMap(({ resources }) => resources).filter((arn) => arn.endsWith('*')))) {
    acknowledge(
      role,
      wildcardFinding(role, resource),
      'Every object of the named buckets is replicated; keys are held to one alias by a condition.',
    );
  }
  return role;
}

/**
 * Keys are named by their alias, because the identifier of another Region's key is not known here; S3 itself must do the calls.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
function keyStatements(scope: Construct, destinations: readonly ReplicationDestination[], keyAlias: string) {
  const { partition, account, region: here } = Stack.of(scope);
  const statement = (region: string, actions: string[]): PolicyStatement =>
    new PolicyStatement({
      actions,
      resources: [`arn:${partition}:kms:${region}:${account}:key/*`],
      conditions: {
        StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': keyAlias },
      },
    });
  return [
    statement(here, ['kms:Decrypt']),
    // With bucket keys S3 verifies the data key of the destination by decrypting it.
    ...destinations.map(({ region }) => statement(region, ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey'])),
  ];
}
