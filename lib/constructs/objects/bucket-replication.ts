import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { AwsCustomResource, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct, type IConstruct } from 'constructs';
import { BlueprintError } from '../blueprint-error';
import { acknowledge, acknowledgeFunction, acknowledgeInlinePolicy, acknowledgeLogKey } from '../security/acknowledge';
import { replicationRole } from './replication-role';
import { type ReplicationDestination, replicationRules } from './replication-rules';

/** Properties of {@link BucketReplication}. */
export interface BucketReplicationProps {
  /** Bucket of this Region, which exists already. */
  readonly bucketName: string;

  /** Buckets of the other Regions, which exist already. */
  readonly destinations: readonly ReplicationDestination[];

  /**
   * Whether S3 answers for the time that replication takes: 99.9 % of objects within 15 minutes, at a price for each gigabyte.
   *
   * @default false
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html
   */
  readonly replicationTimeControl?: boolean;

  /**
   * Alias, the same in every Region, of the customer-managed keys that the buckets are encrypted with, for example `alias/dispatch`.
   *
   * @default - keys of Amazon S3
   */
  readonly keyAlias?: string;

  /** Physical name of the log group of the function that puts the rules. */
  readonly logGroupName: string;

  /**
   * Key of this Region for that log group.
   *
   * @default - a key of CloudWatch Logs
   */
  readonly encryptionKey?: IKey;
}

/** Memory of the function that puts the rules, in MiB. It loads one client of the SDK. */
const PROVIDER_MEMORY_MIB = 256;

/** Time after which a deployment stops waiting for the rules. The call takes seconds. */
const SERVICE_TIMEOUT = Duration.minutes(5);

/** Identifier, in every stack, of the function behind all of its SDK calls. */
const PROVIDER_ID = `AWS${AwsCustomResource.PROVIDER_FUNCTION_UUID.replaceAll('-', '')}`;

/**
 * Replicates one Region's bucket to the buckets of all other Regions: new objects, delete markers, and changes of a replica's metadata,
 * with metrics for each destination. Put in every Region, the buckets replicate every way.
 *
 * The rules are put by a call of the SDK while the stack is deployed, because CloudFormation knows them only as a part of the bucket,
 * and S3 refuses a rule whose destination does not exist. The call is made when the rules change and at no other time; a lost Region
 * holds up neither a deployment that leaves them alone nor the deletion of this stack, which takes the rules of this bucket away.
 *
 * Objects that were there before a rule are not replicated by it: a new Region's bucket is filled by S3 Batch Replication.
 *
 * ```ts
 * declare const scope: Construct;
 *
 * new BucketReplication(scope, 'Replication', {
 *   bucketName: 'dispatch-111111111111-eu-west-1-objects',
 *   destinations: [
 *     { region: 'eu-central-1', bucketName: 'dispatch-111111111111-eu-central-1-objects', ruleId: 'to-eu-central-1' },
 *   ],
 *   logGroupName: '/aws/lambda/dispatch-bucket-replication',
 * });
 * ```
 *
 * @see docs/decisions/0021-replication-rules-after-all-buckets.md
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html
 */
export class BucketReplication extends Construct {
  /** @throws BlueprintError when S3 would refuse the rules, or the role of the function that puts them would be another's. */
  constructor(scope: Construct, id: string, props: BucketReplicationProps) {
    super(scope, id);
    refuseImpossible(this, props);
    const role = replicationRole(this, props);
    const parameters = {
      Bucket: props.bucketName,
      ReplicationConfiguration: { Role: role.roleArn, Rules: replicationRules(Stack.of(this), props) },
    };
    const put = {
      service: '@aws-sdk/client-s3',
      action: 'PutBucketReplicationCommand',
      parameters,
      physicalResourceId: PhysicalResourceId.of(props.bucketName),
    };
    new AwsCustomResource(this, 'Rules', {
      resourceType: 'Custom::BucketReplication',
      onCreate: put,
      onUpdate: put,
      onDelete: {
        service: '@aws-sdk/client-s3',
        action: 'DeleteBucketReplicationCommand',
        parameters: { Bucket: props.bucketName },
        ignoreErrorCodesMatching: 'NoSuchBucket',
      },
      ...this.#provider(props, role),
      installLatestAwsSdk: false,
      memorySize: PROVIDER_MEMORY_MIB,
      serviceTimeout: SERVICE_TIMEOUT,
    });
    acknowledgeProvider(Stack.of(this).node.findChild(PROVIDER_ID));
  }

  /** The role may do these two calls and hand S3 this one role, from before its function is made: nothing is attached late. */
  #provider({ bucketName, logGroupName, encryptionKey }: BucketReplicationProps, replication: Role) {
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName,
      encryptionKey,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'ProviderRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    if (!encryptionKey) acknowledgeLogKey(logGroup);
    acknowledgeInlinePolicy(role);
    logGroup.grantWrite(role);
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:PutReplicationConfiguration'],
        resources: [Stack.of(this).formatArn({ service: 's3', region: '', account: '', resource: bucketName })],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [replication.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 's3.amazonaws.com' } },
      }),
    );
    return { role, logGroup };
  }
}

/** The function is CDK's own, one for all SDK calls of a stack. */
function acknowledgeProvider(provider: IConstruct): void {
  acknowledgeFunction(
    provider,
    'CloudFormation calls it while a stack is deployed, waits for its answer, and reports a failure as one of the deployment.',
  );
  acknowledge(
    provider,
    'NIST.800.53.R5::NIST.800.53.R5-LambdaConcurrency',
    'Only CloudFormation calls it, once for each change of a stack.',
  );
}

function refuseImpossible(scope: Construct, { bucketName, destinations }: BucketReplicationProps): void {
  const here = Stack.of(scope).region;
  if (destinations.length === 0) {
    throw new BlueprintError(
      'ReplicationWithoutDestination',
      'destinations must name a bucket of another Region, got none',
    );
  }
  for (const [index, { region, bucketName: destination }] of destinations.entries()) {
    if (region === here || destination === bucketName) {
      throw new BlueprintError(
        'ReplicationToItself',
        `destinations[${index}] must be another bucket in another Region than ${here}, got ${destination} in ${region}`,
      );
    }
    if (destinations.findIndex((other) => other.region === region) !== index) {
      throw new BlueprintError('ReplicationTwice', `destinations[${index}] repeats ${region}`);
    }
  }
  if (Stack.of(scope).node.tryFindChild(PROVIDER_ID)) {
    throw new BlueprintError(
      'ReplicationAfterOtherCalls',
      'make the replication before every other AwsCustomResource of the stack: all of them share a function with the role of the first',
    );
  }
}
