import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** How long a client tries. All of it is off or unlimited by default in the AWS SDK for JavaScript. */
export interface CallLimits {
  /** Longest wait for a TCP and TLS connection, in milliseconds. */
  readonly connectionTimeoutMs: number;
  /** Longest wait for the head of the answer, the connection included, and longest silence after it; milliseconds. */
  readonly answerTimeoutMs: number;
  /** Attempts of one call, the first included. */
  readonly maxAttempts: number;
}

/**
 * Limits of the calls that serve clients.
 *
 * The sum, with the SDK's full-jitter waits of at most 25 and 50 ms after a transient error, 1,000 and 2,000 ms after
 * throttling:
 *
 * | fault of the data endpoint | longest call |
 * |---|---|
 * | connections are refused | 75 ms |
 * | connections go nowhere | 3 × 500 + 75 = 1,575 ms |
 * | connects, never answers | 3 × 1,000 + 75 = 3,075 ms |
 * | throttles at once | 3,000 ms |
 * | throttles at the last moment | 3 × 1,000 + 3,000 = 6,000 ms |
 *
 * Three attempts turn a 30 % error rate into 2.7 % and are the most that keep the last row below the request's
 * deadline of 8 s. One second is far beyond a strong write between the most distant Regions (about 0.3 s). Releases of
 * the SDK before November 2026 wait longer after a transient error (100 and 200 ms) and less after throttling.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 * @see https://www.npmjs.com/package/@smithy/node-http-handler/v/4.14.2
 */
export const TABLE_CALL_LIMITS: CallLimits = { connectionTimeoutMs: 500, answerTimeoutMs: 1_000, maxAttempts: 3 };

/**
 * Limits of the health check's only call: one attempt, because the check must see what retries would hide; Route 53
 * does the repeating, several checkers and several times over.
 */
export const HEALTH_CALL_LIMITS: CallLimits = { connectionTimeoutMs: 500, answerTimeoutMs: 1_000, maxAttempts: 1 };

/**
 * Limits of the calls to a peer's replica: two attempts, so that both replicas fit into a request's deadline of 8 s at their slowest,
 * 3,075 + 2 × 1,000 + 25 ms.
 */
export const PEER_CALL_LIMITS: CallLimits = { connectionTimeoutMs: 500, answerTimeoutMs: 1_000, maxAttempts: 2 };

/** Where a client's calls go. */
export interface TableClientProps {
  /** Region of the replica that the client calls. */
  readonly region: string;
  /**
   * How long the client tries.
   *
   * @default - {@link TABLE_CALL_LIMITS}, or {@link HEALTH_CALL_LIMITS} for the health check
   */
  readonly limits?: CallLimits;
  /**
   * Endpoint and credentials of a table that is not in AWS.
   *
   * @default - the Region's endpoint and the function's role
   */
  readonly target?: Pick<DynamoDBClientConfig, 'endpoint' | 'credentials'>;
}

/** The client that serves Dispatch's clients; keeps its connections. */
export function createTableClient(props: TableClientProps): DynamoDBDocumentClient {
  return createClient(props, props.limits ?? TABLE_CALL_LIMITS, true);
}

/**
 * The client of the health check.
 *
 * It opens a new connection for every call, as a new execution environment must: when the endpoint's name stops
 * resolving, connections that are still open keep working for minutes, and a check that rides on one would call a
 * Region healthy that no new environment can serve from. It also never meets a connection that was closed while the
 * environment was frozen, which with one attempt would be a false alarm.
 *
 * @see https://aws.amazon.com/message/101925/
 */
export function createHealthClient(props: TableClientProps): DynamoDBDocumentClient {
  return createClient(props, props.limits ?? HEALTH_CALL_LIMITS, false);
}

function createClient({ region, target }: TableClientProps, limits: CallLimits, keepAlive: boolean) {
  const client = new DynamoDBClient({
    region,
    maxAttempts: limits.maxAttempts,
    retryMode: 'standard',
    requestHandler: {
      connectionTimeout: limits.connectionTimeoutMs,
      requestTimeout: limits.answerTimeoutMs,
      socketTimeout: limits.answerTimeoutMs,
      throwOnRequestTimeout: true,
      httpsAgent: { keepAlive },
      httpAgent: { keepAlive },
    },
    ...target,
  });
  return DynamoDBDocumentClient.from(client);
}
