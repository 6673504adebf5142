import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TableDefinition } from '../../../lib/drill/data/table-definition';
import type { OperationData } from '../../../lib/drill/data/table-engine';

/** An answer as it comes from the wire. */
export interface ServerAnswer {
  readonly statusCode: number;
  readonly body: OperationData & { readonly __type?: string; readonly message?: string };
}

/**
 * dynalite as its authors ship it: its own HTTP server on loopback over its own store, loaded apart from the copy the
 * drill uses, so that nothing the drill does to the parsers reaches it.
 */
export class DynaliteServer {
  private constructor(
    private readonly server: http.Server,
    private readonly agent: http.Agent,
  ) {}

  static async start(): Promise<DynaliteServer> {
    let create: ((options: object) => http.Server) | undefined;
    jest.isolateModules(() => {
      create = require('dynalite') as (options: object) => http.Server;
    });
    if (!create) throw new Error('dynalite did not load');
    const server = create({ createTableMs: 0, deleteTableMs: 0 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new DynaliteServer(server, new http.Agent({ keepAlive: true, maxSockets: 1 }));
  }

  /** Creates an empty table and waits until it can be used. */
  async createTable(table: TableDefinition): Promise<void> {
    const throughput = { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } };
    const created = await this.request('CreateTable', {
      TableName: table.name,
      KeySchema: table.keySchema,
      AttributeDefinitions: table.attributeDefinitions,
      GlobalSecondaryIndexes: table.globalIndexes.map((index) => ({ ...index, ...throughput })),
      ...(table.localIndexes.length > 0 ? { LocalSecondaryIndexes: table.localIndexes } : {}),
      ...throughput,
    });
    if (created.statusCode !== 200) throw new Error(JSON.stringify(created.body));
    for (let status = ''; status !== 'ACTIVE'; ) {
      const { body } = await this.request('DescribeTable', { TableName: table.name });
      status = (body.Table as { TableStatus: string }).TableStatus;
    }
  }

  request(operation: string, input: OperationData): Promise<ServerAnswer> {
    const body = JSON.stringify(input);
    const { port } = this.server.address() as AddressInfo;
    return new Promise((resolve, reject) => {
      const request = http.request(
        { host: '127.0.0.1', port, method: 'POST', agent: this.agent, headers: headersOf(operation, body) },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            resolve({ statusCode: response.statusCode ?? 0, body: JSON.parse(text) });
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function headersOf(operation: string, body: string): Record<string, string | number> {
  return {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(body),
    'x-amz-target': `DynamoDB_20120810.${operation}`,
    'x-amz-date': '20251020T064800Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=a/20251020/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=b',
  };
}
