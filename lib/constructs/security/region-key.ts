import {
  AccountRootPrincipal,
  AnyPrincipal,
  PolicyDocument,
  PolicyStatement,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** Properties of {@link RegionKey}. */
export interface RegionKeyProps {
  /** Alias of the key, the same in every Region: `alias/` and a name. */
  readonly aliasName: string;

  /** SSM parameter that holds the key's ARN, for stacks of the same Region. */
  readonly parameterName: string;
}

/** What whoever may administer the account may do to the key; using it is not among it. */
const ADMINISTRATION: readonly string[] = [
  'CancelKeyDeletion',
  'CreateAlias',
  'DeleteAlias',
  'DescribeKey',
  'DisableKey',
  'DisableKeyRotation',
  'EnableKey',
  'EnableKeyRotation',
  'GetKeyPolicy',
  'GetKeyRotationStatus',
  'ListGrants',
  'ListKeyPolicies',
  'ListKeyRotations',
  'ListResourceTags',
  'PutKeyPolicy',
  'RevokeGrant',
  'RotateKeyOnDemand',
  'ScheduleKeyDeletion',
  'TagResource',
  'UntagResource',
  'UpdateAlias',
  'UpdateKeyDescription',
];

const USE: readonly string[] = [
  'Decrypt',
  'DescribeKey',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
];

/**
 * The account's own key for what one Region stores, under the same alias in every Region.
 *
 * One key for each Region and no multi-Region key: DynamoDB and S3 encrypt anew in each Region anyway, the identifier of a multi-Region
 * key is no better known beforehand, and its replica would need the Region of its primary to be created. Nobody uses the key by
 * itself: DynamoDB, S3 and SNS do on behalf of principals of the account that may use the table, the bucket or the topic, CloudWatch Logs
 * for log groups of the account and Region, CloudWatch for its alarms. So no role needs a statement for the key.
 *
 * ```ts
 * declare const stack: Stack;
 *
 * new RegionKey(stack, 'Key', { aliasName: 'alias/dispatch', parameterName: '/dispatch/key' });
 * ```
 *
 * It is rotated each year and kept when the stack is deleted: without it the table's replica is unreadable at once and archived after
 * seven days.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export class RegionKey extends Construct {
  /** The key. */
  readonly key: Key;

  constructor(scope: Construct, id: string, props: RegionKeyProps) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      alias: props.aliasName,
      description: `What ${props.aliasName.replace('alias/', '')} stores in ${Stack.of(this).region}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
      policy: new PolicyDocument({ statements: this.#statements() }),
    });
    new StringParameter(this, 'Arn', {
      parameterName: props.parameterName,
      description: 'ARN of the key that encrypts what this Region stores',
      stringValue: this.key.keyArn,
    });
  }

  #statements(): PolicyStatement[] {
    const { account, region, partition } = Stack.of(this);
    const onBehalf = {
      StringEquals: { 'kms:CallerAccount': account },
      // DynamoDB calls from any Region to serve a global table.
      StringLike: {
        'kms:ViaService': ['dynamodb.*', `s3.${region}`, `sns.${region}`].map((at) => `${at}.amazonaws.com`),
      },
    };
    return [
      statement({ sid: 'Administration', principals: [new AccountRootPrincipal()], actions: ADMINISTRATION }),
      statement({
        sid: 'StoresOnBehalfOfTheAccount',
        principals: [new AnyPrincipal()],
        actions: USE,
        conditions: onBehalf,
      }),
      statement({
        sid: 'TheirGrants',
        principals: [new AnyPrincipal()],
        actions: ['CreateGrant'],
        conditions: { ...onBehalf, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      }),
      statement({
        sid: 'LogGroups',
        principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
        actions: USE,
        conditions: {
          ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` },
        },
      }),
      statement({
        sid: 'Alarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['Decrypt', 'GenerateDataKey'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    ];
  }
}

interface KeyStatement {
  readonly sid: string;
  readonly principals: (AccountRootPrincipal | AnyPrincipal | ServicePrincipal)[];
  readonly actions: readonly string[];
  readonly conditions?: Record<string, Record<string, string | string[]>>;
}

/** In the policy of a key, `*` is the key. */
function statement({ actions, ...rest }: KeyStatement): PolicyStatement {
  return new PolicyStatement({ ...rest, actions: actions.map((action) => `kms:${action}`), resources: ['*'] });
}
