import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { Deadline, DeadlineExceeded } from '../deadline';
import type { Consistency } from '../environment';
import { healthKey } from './items';
import { readTableError, TableFault } from './table-fault';

/**
 * Time for the whole check, in milliseconds.
 *
 * Route 53 waits 2 s for the status after connecting; what is left is for API Gateway and for the start of a new
 * execution environment, usually 350 ms.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export const HEALTH_BUDGET_MS = 1_200;

/** Which table, seen from which Region. */
export interface TableHealthProps {
  /** Region whose fitness to serve is asked for. */
  readonly region: string;
  /** Name of the Region's replica. */
  readonly tableName: string;
  /** Consistency the table was deployed with. */
  readonly consistency: Consistency;
  /**
   * Time for the whole check, in milliseconds.
   *
   * @default HEALTH_BUDGET_MS
   */
  readonly budgetMs?: number;
}

/** Why a Region cannot serve from its table. */
export type UnhealthyReason = 'table-slow' | 'table-unavailable' | 'table-refuses';

/**
 * Whether this Region can serve from its own data endpoint, found out by one read of a key that never exists.
 *
 * The read asks for what the application asks for. On a strongly consistent table it is a strong read, because a
 * Region that is cut off from the other participants, or has come back and is not level yet, still answers eventually
 * consistent ones. One lost peer leaves the others a quorum, so the check of a healthy Region keeps passing.
 *
 * Nothing is cached and no other Region is called.
 *
 * @see docs/decisions/0003-health-when-a-strong-table-loses-its-quorum.md
 */
export class TableHealth {
  readonly #client: DynamoDBDocumentClient;
  readonly #read: GetCommand['input'];
  readonly #budgetMs: number;

  constructor(client: DynamoDBDocumentClient, props: TableHealthProps) {
    this.#client = client;
    this.#budgetMs = props.budgetMs ?? HEALTH_BUDGET_MS;
    this.#read = {
      TableName: props.tableName,
      Key: { pk: healthKey(props.region) },
      ConsistentRead: props.consistency === 'strong',
    };
  }

  /** @returns the reason why the Region is unfit, or nothing when it is fit. */
  async check(): Promise<UnhealthyReason | undefined> {
    try {
      await Deadline.run(this.#budgetMs, () => this.#client.send(new GetCommand(this.#read)));
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }
}

/**
 * A throttled read is an answer: the endpoint works and is busy. Sending the load elsewhere would only move the
 * throttling to a peer that then carries both shares.
 */
function reasonOf(error: unknown): UnhealthyReason | undefined {
  if (error instanceof DeadlineExceeded || (error as Error | undefined)?.name === 'TimeoutError') return 'table-slow';
  const fault = readTableError(error);
  if (!(fault instanceof TableFault)) return 'table-refuses';
  return fault.kind === 'throttled' ? undefined : 'table-unavailable';
}
