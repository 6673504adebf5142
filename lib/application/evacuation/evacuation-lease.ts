import type { Logger } from '@aws-lambda-powertools/logger';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { CallLimits } from '../data/table-client';
import { describeCall } from '../data/table-fault';
import type { Consistency } from '../environment';
import { ACTS_ON_MS, type LeaseAnswer } from './judgement';

/** Partition key of the item that one judge at a time holds. */
export const LEASE_KEY = 'EVACUATION';

/**
 * Time for which the right is gained, in milliseconds: what was published acts on for so long after its holder was last heard of, and
 * four minutes more, so that some that are missed do not lose it.
 */
export const LEASE_MS = ACTS_ON_MS + 240_000;

/** Time in milliseconds in which a claim made elsewhere at the same moment has come by replication, as a rule. */
export const CONFIRM_AFTER_MS = 5_000;

/** Limits of the calls: two attempts, with a wait of at most a second between them, are done in 3 s. */
export const LEASE_CALL_LIMITS: CallLimits = { connectionTimeoutMs: 500, answerTimeoutMs: 1_000, maxAttempts: 2 };

/** Who asks for the lease, and where it lies. */
export interface EvacuationLeaseProps {
  /** Region of the judge. */
  readonly region: string;
  readonly ward: string;
  readonly tableName: string;
  /** Consistency the table was deployed with. */
  readonly consistency: Consistency;
  readonly logger: Logger;
}

/**
 * The right to have a ward evacuated, which one judge at a time holds: an item of the table, written on condition that it
 * is free, expired or one's own.
 *
 * On a strongly consistent table no two judges ever hold it. On another each Region decides by its own replica, and the
 * later of two simultaneous claims wins everywhere; so a new claim is confirmed after it could have been replaced. While
 * replication between two Regions is interrupted, both may hold it; what then keeps the last Region in service is that a
 * judge evacuates only while the shared name leads to its own Region, and that Route 53 answers with all Regions when none
 * is healthy.
 *
 * No method throws.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
export class EvacuationLease {
  readonly #client: DynamoDBDocumentClient;
  readonly #props: EvacuationLeaseProps;

  constructor(client: DynamoDBDocumentClient, props: EvacuationLeaseProps) {
    this.#client = client;
    this.#props = props;
  }

  /**
   * Gains the right, or keeps it.
   *
   * @param isRenewal Whether the judge believes that it holds it.
   */
  async hold(isRenewal: boolean): Promise<LeaseAnswer> {
    const answer = await this.#claim();
    if (isRenewal || answer.lease !== 'held' || this.#props.consistency === 'strong') return answer;
    await new Promise((resolve) => setTimeout(resolve, CONFIRM_AFTER_MS));
    return this.#claim();
  }

  /**
   * Gives the right back once the ward is back in DNS: another judge that had it earlier would have its own ward out as well until then.
   */
  async release(): Promise<void> {
    await this.#write('holder = :judge', Date.now() + ACTS_ON_MS);
  }

  #claim(): Promise<LeaseAnswer> {
    return this.#write('attribute_not_exists(pk) OR expiresAtMs < :now OR holder = :judge', Date.now() + LEASE_MS);
  }

  async #write(condition: string, untilMs: number): Promise<LeaseAnswer> {
    const { region, ward, tableName, logger } = this.#props;
    const now = condition.includes(':now') ? { ':now': Date.now() } : {};
    try {
      await this.#client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { pk: LEASE_KEY },
          UpdateExpression: 'SET holder = :judge, ward = :ward, expiresAtMs = :until',
          ConditionExpression: condition,
          ExpressionAttributeValues: { ':judge': region, ':ward': ward, ':until': untilMs, ...now },
        }),
      );
      return { lease: 'held', untilMs };
    } catch (error) {
      if ((error as Error | undefined)?.name === 'ConditionalCheckFailedException') return { lease: 'taken' };
      logger.warn('lease not reached', { call: describeCall(error) });
      return { lease: 'unreachable' };
    }
  }
}
