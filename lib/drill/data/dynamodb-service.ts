import type { Backlog } from '../kernel/backlog';
import { NotModelled } from '../not-modelled';
import type { DrillContext } from '../world/context';
import type { TableCapacity } from './capacity/capacity-definition';
import { MeteredThroughput } from './capacity/metered-throughput';
import { declareThrottleMetrics } from './capacity/throttle-metrics';
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
  /** What has spoilt the data that it is about. @default - nothing has */
  readonly phaseId?: string;
}

/** A table and a bad write to it. */
export interface PoisonedTable {
  readonly name: string;
  readonly table: ReplicatedTable;
  readonly poisoning: Poisoning;
}

/** DynamoDB in every Region of the drill: the endpoints' side of the wire. */
export class DynamoDbService {
  private readonly tables: ReadonlyMap<string, { definition: TableDefinition; table: ReplicatedTable }>;
  private readonly poisonings = new Map<string, readonly Poisoning[]>();

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
    declareThrottleMetrics(context.metrics);
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

  /** Prepares a bad write to every table that has a copy in a Region. */
  poison(region: string, phaseId: string): readonly PoisonedTable[] {
    return [...this.tables].flatMap(([name, { definition, table }]) => {
      if (!definition.replicaRegions.includes(region)) return [];
      const poisoning = new Poisoning(definition, table, region, phaseId);
      this.poisonings.set(name, [...(this.poisonings.get(name) ?? []), poisoning]);
      return [{ name, table, poisoning }];
    });
  }

  /** Whether a bad write stands that is yet to be undone. */
  get isPoisoned(): boolean {
    return [...this.poisonings.values()].flat().some(({ stands }) => stands);
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
      const body = await this.dispatch(region, operation, input, standsFor);
      return { statusCode: 200, body, ...this.poisonIn(region, input, body) };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { statusCode: error.statusCode, body: error.body, ...this.poisonIn(region, input) };
    }
  }

  private poisonIn(region: string, input: OperationData, output?: OperationData): Pick<ServiceAnswer, 'phaseId'> {
    const touched = this.poisonings
      .get(String(input.TableName))
      ?.find((poisoning) => poisoning.touches(region, input, output));
    return touched ? { phaseId: touched.phaseId } : {};
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
