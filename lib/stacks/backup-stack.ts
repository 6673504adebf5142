import { BackupPlan, BackupPlanRule, BackupResource, BackupVault, type IBackupVault } from 'aws-cdk-lib/aws-backup';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Duration, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type BackupSettings, names, type QualifiedConfig, tableOwner } from '../config';
import { acknowledge, acknowledgeInlinePolicy } from '../constructs';

/** Days that the recovery points beside the table are kept: point-in-time recovery covers what is older there. */
const LOCAL_RETENTION_DAYS = 7;

/**
 * Backs the table up each day and copies each recovery point to a locked vault of another account and Region (`VaultStack`).
 *
 * Replication is no backup: a mistaken deletion reaches every Region within a second. Point-in-time recovery undoes it, but lives and
 * dies with the account. The copy does not, and it does not grow old by more than a day. The plan runs in the Region that owns the
 * table; while that Region is lost no new copies are made, and those that exist do not need it.
 *
 * Its role may back up this one table and copy to these two vaults: what AWSBackupServiceRolePolicyForBackup grants on everything.
 *
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/advanced-ddb-backup.html
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html
 */
export class BackupStack extends Stack {
  constructor(scope: Construct, config: QualifiedConfig, backup: BackupSettings) {
    const { application, account } = config;
    super(scope, names.backupStack(application), {
      env: { account, region: tableOwner(config) },
      description: `${application}: backups of the table, copied to ${backup.region} of account ${backup.account}`,
      terminationProtection: true,
    });
    const local = new BackupVault(this, 'Vault', {
      backupVaultName: names.backupVault(application),
      blockRecoveryPointDeletion: true,
    });
    const copies = BackupVault.fromBackupVaultArn(this, 'Copies', backupVaultArn(application, backup));
    const plan = new BackupPlan(this, 'Plan', {
      backupPlanName: application,
      backupPlanRules: [
        new BackupPlanRule({
          ruleName: 'daily',
          backupVault: local,
          scheduleExpression: Schedule.cron({ hour: '5', minute: '0' }),
          startWindow: Duration.hours(1),
          completionWindow: Duration.hours(8),
          deleteAfter: Duration.days(LOCAL_RETENTION_DAYS),
          copyActions: [{ destinationBackupVault: copies, deleteAfter: Duration.days(backup.retentionDays) }],
        }),
      ],
    });
    const tableArn = this.formatArn({
      service: 'dynamodb',
      resource: 'table',
      resourceName: names.table(application),
    });
    plan.addSelection('Table', {
      role: this.#role(tableArn, local, copies).withoutPolicyUpdates(),
      disableDefaultBackupPolicy: true,
      resources: [BackupResource.fromArn(tableArn)],
    });
  }

  #role(tableArn: string, local: IBackupVault, copies: IBackupVault): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('backup.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    });
    const allow = (actions: string[], resources: string[], conditions = {}): void => {
      role.addToPolicy(new PolicyStatement({ actions, resources, conditions }));
    };
    allow(['dynamodb:DescribeTable', 'dynamodb:ListTagsOfResource', 'dynamodb:StartAwsBackupJob'], [tableArn]);
    allow(['backup:DescribeBackupVault', 'backup:CopyIntoBackupVault'], [local.backupVaultArn, copies.backupVaultArn]);
    // A recovery point is named by AWS Backup when it is made, and the action takes no vault.
    allow(['backup:CopyFromBackupVault'], ['*'], { StringEquals: { 'aws:ResourceAccount': this.account } });
    allow(['kms:DescribeKey'], ['*'], { StringEquals: { 'kms:ResourceAliases': 'alias/aws/backup' } });
    allow(['kms:CreateGrant'], ['*'], { Bool: { 'kms:GrantIsForAWSResource': 'true' } });
    acknowledgeInlinePolicy(role);
    acknowledge(
      role,
      'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      'Recovery points and the key of AWS Backup get their identifiers from AWS; conditions keep to the account, to that key and to grants for AWS services.',
    );
    return role;
  }
}

/** ARN of the vault that keeps the copies. */
export function backupVaultArn(application: string, { account, region }: BackupSettings): string {
  return `arn:aws:backup:${region}:${account}:backup-vault:${names.backupVault(application)}`;
}
