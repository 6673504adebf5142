import { BackupVault } from 'aws-cdk-lib/aws-backup';
import { AccountPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Duration, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type BackupSettings, names, type QualifiedConfig } from '../config';

/** Days in which the lock can still be taken off; AWS asks for at least 3. */
const CHANGEABLE_FOR_DAYS = 7;

/**
 * Owns the vault that keeps the copies of the backups, in another account and Region, locked in compliance mode: seven days after its
 * creation nobody can delete a recovery point before its time or take the lock off, AWS and the account's root included. The vault
 * then costs what it holds until the last recovery point has expired.
 *
 * The application's account may copy into it and nothing else. Both accounts must belong to one organization with cross-account backup
 * enabled, and this account must be bootstrapped with trust in the one that deploys.
 *
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
 */
export class VaultStack extends Stack {
  constructor(scope: Construct, { application, account }: QualifiedConfig, backup: BackupSettings) {
    super(scope, names.vaultStack(application), {
      env: { account: backup.account, region: backup.region },
      description: `${application}: locked vault for the backups of account ${account}`,
      terminationProtection: true,
    });
    new BackupVault(this, 'Vault', {
      backupVaultName: names.backupVault(application),
      lockConfiguration: {
        minRetention: Duration.days(backup.retentionDays),
        changeableFor: Duration.days(CHANGEABLE_FOR_DAYS),
      },
      accessPolicy: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'CopiesFromTheApplication',
            principals: [new AccountPrincipal(account)],
            actions: ['backup:CopyIntoBackupVault'],
            resources: ['*'],
          }),
        ],
      }),
    });
  }
}
