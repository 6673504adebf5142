import type { Backlog } from '../kernel/backlog';
import { NotModelled } from '../not-modelled';
import type { DrillContext } from '../world/context';
import type { TableCapacity } from './capacity/capacity-definition';
import { MeteredThroughput } from './capacity/metered-throughput';
import { UNMETERED } from './capacity/throughput';
import { EventualTable } from './eventual-table';
import { Poisoning } from './poisoning';
import type { ReplicatedTable } from './replicated-table';
import { StrongTable } from './strong-table';
import type { TableDefinition } from './table-definition';
import { type OperationData, type ReadOperation, ServiceError, type WriteOperation } from './table-engine';

const READS: readonly string[] = ['GetItem', 'Query', 'Scan'] satisfies ReadOperation[];
const WRITES: readonly string[] = ['PutItem', 'UpdateItem', 'DeleteItem'] satisfies WriteOperation[];

/** An answer on the wire. */
export interface ServiceAnswer {
  readonly statusCode: number;
  readonly body: OperationData;
}

/** DynamoDB in every Region of the drill: the endpoints' side of the wire. */
export class DynamoDbService {
  private readonly tables: ReadonlyMap<string, { definition: TableDefinition; table: ReplicatedTable }>;

  /**
   * @param definitions Every table.
   * @param capacities What the templates declare of their capacity, by the name of the table; others take whatever comes.
   */
  constructor(
    definitions: readonly TableDefinition[],
    context: DrillContext,
    capacities: ReadonlyMap<string, TableCapacity> = new Map(),
  ) {
    context.metrics.declare('AWS/DynamoDB', ['SystemErrors'], ['TableName', 'Operation']);
    context.metrics.declare('AWS/DynamoDB', ['ReadThrottleEvents', 'WriteThrottleEvents'], ['TableName']);
    context.metrics.declare('AWS/DynamoDB', ['ReplicationLatency'], ['TableName', 'ReceivingRegion']);
    this.tables = new Map(
      definitions.map((definition) => {
        const Table = definition.consistency === 'strong' ? StrongTable : EventualTable;
        const capacity = capacities.get(definition.name);
        const throughput = capacity ? new MeteredThroughput(definition, capacity, context) : UNMETERED;
        return [definition.name, { definition, table: new Table(definition, context, throughput) }];
      }),
    );
  }

  /** Poisonings of every table that has a copy in a Region, by the table's name; none of them has begun. */
  poisonings(region: string): readonly (readonly [table: string, poisoning: Poisoning])[] {
    return [...this.tables].flatMap(([name, { definition, table }]) =>
      definition.replicaRegions.includes(region) ? [[name, new Poisoning(definition, table, region)] as const] : [],
    );
  }

  /** Every table. */
  get all(): readonly ReplicatedTable[] {
    return [...this.tables.values()].map(({ table }) => table);
  }

  /** What is on its way between the replicas of each table, by the table's name. */
  get backlogs(): readonly (readonly [table: string, backlog: Backlog])[] {
    return [...this.tables].map(([name, { table }]) => [name, table.backlog]);
  }

  /** Answers one request at a Region's endpoint; it may stand for several that are not made. */
  async answer(region: string, operation: string, input: OperationData, standsFor = 1): Promise<ServiceAnswer> {
    try {
      return { statusCode: 200, body: await this.dispatch(region, operation, input, standsFor) };
    } catch (error) {
      if (error instanceof ServiceError) return { statusCode: error.statusCode, body: error.body };
      throw error;
    }
  }

  private dispatch(region: string, operation: string, input: OperationData, standsFor: number): Promise<OperationData> {
    const found = this.tables.get(String(input.TableName));
    const isRead = READS.includes(operation);
    if (!isRead && !WRITES.includes(operation)) throw new NotModelled(`DynamoDB operation ${operation}`);
    if (!found?.definition.replicaRegions.includes(region)) {
      throw new ServiceError(
        400,
        'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
        `Requested resource not found: Table: ${String(input.TableName)} not found`,
      );
    }
    return isRead
      ? found.table.read(region, operation as ReadOperation, input, standsFor)
      : found.table.write(region, operation as WriteOperation, input, standsFor);
  }
}
