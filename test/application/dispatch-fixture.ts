import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { createDispatchApi, type DispatchApiProps } from '../../lib/application/api/dispatch-api';
import type { ApiRequest } from '../../lib/application/api/operation';
import { DispatchTable, DRIVER_INDEX } from '../../lib/application/data/dispatch-table';
import { type CallLimits, createTableClient } from '../../lib/application/data/table-client';
import { TableHealth } from '../../lib/application/data/table-health';
import type { Consistency } from '../../lib/application/environment';
import { PhotoBucket } from '../../lib/application/objects/photo-bucket';

const TABLE_NAME = 'dispatch';

/** A table of the shape the blueprint deploys, in this process. */
export interface TestTable {
  readonly client: DynamoDBDocumentClient;
  stop(): Promise<void>;
}

/** Where a client finds a server of this machine, and credentials that no one checks. */
export function loopback(server: Server) {
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
}

export function listen(server: Server): Promise<Server> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

export function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}

export async function startTable(): Promise<TestTable> {
  const dynalite = require('dynalite') as (options: { createTableMs: number }) => Server;
  const server = await listen(dynalite({ createTableMs: 0 }));
  const client = createTableClient({ region: 'us-east-2', target: loopback(server) });
  await client.send(
    new CreateTableCommand({
      TableName: TABLE_NAME,
      AttributeDefinitions: ['pk', 'driverId', 'parcelId'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        {
          IndexName: DRIVER_INDEX,
          KeySchema: [
            { AttributeName: 'driverId', KeyType: 'HASH' },
            { AttributeName: 'parcelId', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  return {
    client,
    async stop() {
      client.destroy();
      await close(server);
    },
  };
}

/** A client for a loopback server; one attempt and 2 s unless a test is about those. */
export function loopbackClient(server: Server, limits: Partial<CallLimits> = {}): DynamoDBDocumentClient {
  return createTableClient({
    region: 'us-east-2',
    limits: { connectionTimeoutMs: 2_000, answerTimeoutMs: 2_000, maxAttempts: 1, ...limits },
    target: loopback(server),
  });
}

/** A command as a fake client sees it. */
export interface SentCommand {
  readonly constructor: { readonly name: string };
  readonly input: { readonly Key?: { readonly pk: string }; readonly ConsistentRead?: boolean };
}

/** A client whose every call goes through a function, which may answer, fail, wait or pass it on. */
export function interceptedClient(
  intercept: (command: SentCommand, forward: () => Promise<unknown>) => Promise<unknown>,
  client?: DynamoDBDocumentClient,
): DynamoDBDocumentClient {
  const send = (command: never) => intercept(command, () => (client as DynamoDBDocumentClient).send(command));
  return { send } as unknown as DynamoDBDocumentClient;
}

export interface TestDispatchProps {
  readonly client: DynamoDBDocumentClient;
  /** Client of a peer's replica. @default - none */
  readonly peer?: DynamoDBDocumentClient;
  readonly healthClient?: DynamoDBDocumentClient;
  readonly region?: string;
  readonly consistency?: Consistency;
  readonly deadlineMs?: number;
  readonly photos?: PhotoBucket;
  readonly beginRequest?: (route: string) => void;
}

/** Photos in a bucket that no test of the caller's asks. */
export function photosOf(region: string): PhotoBucket {
  return new PhotoBucket({ region, bucketName: `dispatch-${region}`, credentials: () => TEST_CREDENTIALS });
}

export const TEST_CREDENTIALS = { accessKeyId: 'ASIATEST', secretAccessKey: 'test', sessionToken: 'session' };

/** An answer with its body read. */
export interface Answer {
  readonly status: number | undefined;
  readonly headers: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: the body is whatever the API answers; tests compare it.
  readonly body: any;
  readonly text: string;
}

export interface TestRequest {
  readonly path?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  readonly text?: string;
  readonly headers?: Record<string, string>;
  readonly isBase64Encoded?: boolean;
}

/** Dispatch in one Region. */
export class TestDispatch {
  readonly #api: ReturnType<typeof createDispatchApi>;

  constructor({
    client,
    peer,
    healthClient,
    region = 'us-east-2',
    consistency = 'strong',
    deadlineMs,
    photos = photosOf(region),
    beginRequest = () => {},
  }: TestDispatchProps) {
    const props: DispatchApiProps = {
      region,
      table: new DispatchTable({ own: client, ...(peer ? { peer } : {}) }, { tableName: TABLE_NAME, consistency }),
      health: new TableHealth(healthClient ?? client, { region, tableName: TABLE_NAME, consistency }),
      photos,
      beginRequest,
      logger: new Logger({ serviceName: 'dispatch', logLevel: 'INFO' }),
      metrics: new Metrics({ serviceName: 'dispatch', namespace: 'Dispatch' }),
    };
    this.#api = createDispatchApi(deadlineMs === undefined ? props : { ...props, deadlineMs });
  }

  async request(routeKey: string, request: TestRequest = {}): Promise<Answer> {
    const { path, query, headers = {}, isBase64Encoded = false } = request;
    const body = request.text ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
    const event = {
      version: '2.0',
      routeKey,
      headers,
      ...(path && { pathParameters: path }),
      ...(query && { queryStringParameters: query }),
      ...(body !== undefined && { body }),
      isBase64Encoded,
      requestContext: { requestId: 'request-1' },
    } as unknown as ApiRequest;
    const context = { functionName: 'dispatch-api', awsRequestId: 'invocation-1' } as Context;
    const { statusCode, headers: answered = {}, body: text = '' } = await this.#api(event, context);
    return { status: statusCode, headers: answered, body: JSON.parse(text), text };
  }

  getParcel(parcelId: string): Promise<Answer> {
    return this.request('GET /parcels/{parcelId}', { path: { parcelId } });
  }

  registerParcel(parcelId: string, body: unknown = REGISTRATION): Promise<Answer> {
    return this.request('PUT /parcels/{parcelId}', { path: { parcelId }, body });
  }

  listRoute(driverId: string, query: Record<string, string> = {}): Promise<Answer> {
    return this.request('GET /routes/{driverId}', { path: { driverId }, query });
  }

  recordDelivery(body: unknown): Promise<Answer> {
    return this.request('POST /deliveries', { body });
  }

  announcePhoto(deliveryId: string, body: unknown): Promise<Answer> {
    return this.request('POST /deliveries/{deliveryId}/photo', { path: { deliveryId }, body });
  }

  getPhoto(deliveryId: string): Promise<Answer> {
    return this.request('GET /deliveries/{deliveryId}/photo', { path: { deliveryId } });
  }

  putProbe(probeId: string, body: unknown): Promise<Answer> {
    return this.request('PUT /probes/{probeId}', { path: { probeId }, body });
  }

  getProbe(probeId: string): Promise<Answer> {
    return this.request('GET /probes/{probeId}', { path: { probeId } });
  }

  getHealth(): Promise<Answer> {
    return this.request('GET /health');
  }
}

/** What a parcel is registered with unless a test says otherwise. */
export const REGISTRATION = { driverId: 'driver-1', recipient: 'Ada Lovelace', address: '12 Analytical Row' };

let serial = 0;

/** An identifier no other test of the file uses. */
export function fresh(prefix: string): string {
  serial += 1;
  return `${prefix}-${serial}`;
}

/** Everything the function writes while a test runs, parsed; the console stays quiet. */
export function recordConsole(): { readonly lines: () => Record<string, unknown>[]; readonly text: () => string } {
  const written: string[] = [];
  beforeEach(() => {
    process.env.POWERTOOLS_DEV = 'true';
    process.env.POWERTOOLS_METRICS_DISABLED = 'false';
    written.length = 0;
    for (const level of ['log', 'debug', 'info', 'warn', 'error'] as const) {
      jest.spyOn(console, level).mockImplementation((...line: unknown[]) => void written.push(String(line[0])));
    }
  });
  afterEach(() => jest.restoreAllMocks());
  return {
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
    text: () => written.join('\n'),
  };
}
