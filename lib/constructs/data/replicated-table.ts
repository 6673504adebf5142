import {
  type Attribute,
  Billing,
  type GlobalSecondaryIndexPropsV2,
  type LocalSecondaryIndexProps,
  MultiRegionConsistency,
  TableEncryptionV2,
  TableV2,
  type WarmThroughput,
} from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { BlueprintError } from '../blueprint-error';

/** Days within which each replica can be restored to any second: the longest DynamoDB offers. */
const RECOVERY_PERIOD_DAYS = 35;

/** Properties of {@link ReplicatedTable}. */
export interface ReplicatedTableProps {
  /** Physical name, the same in every Region, by which the Regions' stacks find their replica. */
  readonly tableName: string;

  /** Partition key. */
  readonly partitionKey: Attribute;

  /** Every Region with a replica. The Region of the stack, which owns the table, must be one of them. */
  readonly regions: readonly string[];

  /** Whether a write is acknowledged once another Region has it (`strong`) or before (`eventual`). */
  readonly consistency: 'strong' | 'eventual';

  /**
   * Region that keeps only the log of a strong table.
   *
   * @default - no witness
   */
  readonly witnessRegion?: string;

  /**
   * Global secondary indexes, replicated with the table.
   *
   * @default - no indexes
   */
  readonly globalSecondaryIndexes?: readonly GlobalSecondaryIndexPropsV2[];

  /**
   * Local secondary indexes. A strong table can have none.
   *
   * @default - no indexes
   */
  readonly localSecondaryIndexes?: readonly LocalSecondaryIndexProps[];

  /**
   * Attribute that holds the time at which an item expires. A strong table can have none.
   *
   * @default - items do not expire
   */
  readonly timeToLiveAttribute?: string;

  /**
   * Units per second that every replica takes at once, at least what a new table takes. They can be raised later, never lowered.
   *
   * @default - what a new table takes
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
   */
  readonly warmThroughput?: WarmThroughput;

  /**
   * For each Region with a replica, the ARN of the key, or of its alias, that encrypts the replica. An alias is resolved when it is set;
   * moving it later changes nothing.
   *
   * @default - a key that DynamoDB owns
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
   */
  readonly keyArns?: Readonly<Record<string, string>>;
}

/**
 * A DynamoDB global table whose every replica can be restored and not be deleted by mistake.
 *
 * On-demand capacity, so that a Region can take over the load of another at once; point-in-time recovery and deletion protection
 * on each replica, because DynamoDB does not copy these settings; kept when the stack is deleted; encrypted, if nothing else is said, with
 * a key that DynamoDB owns, which leaves no key of ours to be missing in a Region.
 *
 * ```ts
 * declare const stack: Stack; // us-east-2
 *
 * new ReplicatedTable(stack, 'Data', {
 *   tableName: 'dispatch-data',
 *   partitionKey: { name: 'pk', type: AttributeType.STRING },
 *   regions: ['us-east-2', 'us-west-2'],
 *   consistency: 'strong',
 *   witnessRegion: 'us-east-1',
 * });
 * ```
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
export class ReplicatedTable extends Construct {
  /** The table, seen from the Region that owns it. */
  readonly table: TableV2;

  /** @throws BlueprintError when DynamoDB would refuse the combination. */
  constructor(scope: Construct, id: string, props: ReplicatedTableProps) {
    super(scope, id);
    const owner = Stack.of(this).region;
    refuseImpossible(props, owner);

    this.table = new TableV2(this, 'Table', {
      tableName: props.tableName,
      partitionKey: props.partitionKey,
      billing: Billing.onDemand(),
      encryption: this.#encryption(props, owner),
      multiRegionConsistency:
        props.consistency === 'strong' ? MultiRegionConsistency.STRONG : MultiRegionConsistency.EVENTUAL,
      replicas: props.regions.filter((region) => region !== owner).map((region) => ({ region })),
      witnessRegion: props.witnessRegion,
      globalSecondaryIndexes: props.globalSecondaryIndexes && [...props.globalSecondaryIndexes],
      localSecondaryIndexes: props.localSecondaryIndexes && [...props.localSecondaryIndexes],
      timeToLiveAttribute: props.timeToLiveAttribute,
      warmThroughput: props.warmThroughput,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: RECOVERY_PERIOD_DAYS,
      },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  #encryption({ keyArns, regions }: ReplicatedTableProps, owner: string): TableEncryptionV2 {
    if (keyArns === undefined) return TableEncryptionV2.dynamoOwnedKey();
    const keyless = regions.filter((region) => keyArns[region] === undefined);
    if (keyless.length > 0) {
      throw new BlueprintError(
        'TableKeyMissing',
        `keyArns must name a key for every Region, got none for ${keyless.join(', ')}: all replicas have the same kind of key`,
      );
    }
    const { [owner]: ownKey = '', ...replicaKeys } = keyArns;
    return TableEncryptionV2.customerManagedKey(Key.fromKeyArn(this, 'Key', ownKey), replicaKeys);
  }
}

function refuseImpossible(props: ReplicatedTableProps, owner: string): void {
  if (!props.regions.includes(owner)) {
    throw new BlueprintError(
      'TableOwnerWithoutReplica',
      `regions must include ${owner}, the Region of the stack that owns the table, got ${props.regions.join(', ')}`,
    );
  }
  if (props.consistency === 'eventual') {
    if (props.witnessRegion !== undefined) {
      throw new BlueprintError(
        'WitnessOfEventualTable',
        `only a strong table has a witness, got ${props.witnessRegion}`,
      );
    }
    return;
  }
  const members = [...props.regions, ...(props.witnessRegion === undefined ? [] : [props.witnessRegion])];
  if (new Set(members).size !== 3 || members.length !== 3) {
    throw new BlueprintError(
      'StrongTableRegions',
      `a strong table has exactly 3 Regions, counting the witness, got ${members.join(', ')}`,
    );
  }
  if (props.timeToLiveAttribute !== undefined) {
    throw new BlueprintError('StrongTableTimeToLive', 'a strong table has no time to live: delete items yourself');
  }
  if (props.localSecondaryIndexes !== undefined && props.localSecondaryIndexes.length > 0) {
    throw new BlueprintError('StrongTableLocalIndex', 'a strong table has no local secondary index: use a global one');
  }
}
