import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { readTableError, TableFault } from './table-fault';

/**
 * Time in milliseconds for which a replica that did not answer is not asked first. Long enough that a lost endpoint costs few requests
 * its time-outs, short enough that one bad moment does not keep a Region away from its own data.
 */
export const AVOIDED_MS = 10_000;

/** The replicas that a function may ask. */
export interface ReplicaClients {
  /** Client of this Region's replica. */
  readonly own: DynamoDBDocumentClient;
  /**
   * Client of a peer's replica.
   *
   * @default - none: a replica that does not answer fails the request
   */
  readonly peer?: DynamoDBDocumentClient;
}

/**
 * Calls this Region's replica, and a peer's when that one does not answer.
 *
 * It is for the clients whom DNS cannot move: those who come before the health check has turned, and those whose resolver keeps an answer
 * beyond its life. The call may have taken effect before it went unanswered; every write of {@link DispatchTable} may be repeated,
 * in any Region. A table that throttles or refuses is not asked elsewhere: it answered.
 *
 * @see docs/decisions/0027-a-peers-replica-for-clients-whom-dns-cannot-move.md
 */
export class Replicas {
  readonly #clients: ReplicaClients;
  #ownAvoidedUntilMs = 0;

  constructor(clients: ReplicaClients) {
    this.#clients = clients;
  }

  /** @throws TableFault when no replica can serve. */
  async call<Output>(send: (client: DynamoDBDocumentClient) => Promise<Output>): Promise<Output> {
    const { own, peer } = this.#clients;
    if (peer === undefined) return this.callOwn(send);
    if (performance.now() < this.#ownAvoidedUntilMs) {
      return unlessUnanswered(
        () => attempt(send, peer),
        () => attempt(send, own),
      );
    }
    return unlessUnanswered(
      () => attempt(send, own),
      () => {
        this.#ownAvoidedUntilMs = performance.now() + AVOIDED_MS;
        return attempt(send, peer);
      },
    );
  }

  /**
   * Calls this Region's replica and no other.
   *
   * @throws TableFault when it cannot serve.
   */
  async callOwn<Output>(send: (client: DynamoDBDocumentClient) => Promise<Output>): Promise<Output> {
    return attempt(send, this.#clients.own);
  }
}

async function unlessUnanswered<Output>(first: () => Promise<Output>, second: () => Promise<Output>): Promise<Output> {
  try {
    return await first();
  } catch (error) {
    if (!(error instanceof TableFault) || error.kind !== 'unavailable') throw error;
    return second();
  }
}

async function attempt<Output>(
  send: (client: DynamoDBDocumentClient) => Promise<Output>,
  client: DynamoDBDocumentClient,
): Promise<Output> {
  try {
    return await send(client);
  } catch (error) {
    throw readTableError(error);
  }
}
