import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { names, type QualifiedConfig } from '../config';
import { RegionKey } from '../constructs';

/**
 * Owns the customer-managed key of one Region, before everything that it encrypts. Other stacks of the Region read its ARN from an SSM
 * parameter when they are deployed (`keyOf`), because CloudWatch Logs takes no alias; the table, which spans Regions, names the alias in
 * each of them, which DynamoDB resolves when it is set. Cannot be deleted by mistake; deleting it keeps the key.
 */
export class KeyStack extends Stack {
  constructor(scope: Construct, { application, account }: QualifiedConfig, region: string) {
    super(scope, names.keyStack(application, region), {
      env: { account, region },
      description: `${application}: key of what ${region} stores`,
      terminationProtection: true,
    });
    new RegionKey(this, 'Key', {
      aliasName: names.keyAlias(application),
      parameterName: names.keyParameter(application),
    });
  }
}

/** The key of a stack's own Region, or nothing where AWS owns the keys. To be called once in a stack. */
export function keyOf(stack: Stack, { application, encryption }: QualifiedConfig): IKey | undefined {
  if (encryption === 'aws-owned') return undefined;
  const keyArn = StringParameter.valueForStringParameter(stack, names.keyParameter(application));
  return Key.fromKeyArn(stack, 'EncryptionKey', keyArn);
}

/** ARN by which the table names the key of a Region. */
export function keyAliasArn({ application, account }: QualifiedConfig, region: string): string {
  return `arn:aws:kms:${region}:${account}:${names.keyAlias(application)}`;
}
