import { extended } from '../../kernel/extended';
import type { DrillContext } from '../../world/context';
import type { KeyElement, TableDefinition } from '../table-definition';
import type { ItemImage, OperationData, TableEngine } from '../table-engine';
import type { CapacityLimits, TableCapacity } from './capacity-definition';
import { indexWrites, readUnits, writeUnits } from './item-units';
import { PartitionMeters } from './partition-meters';
import { reasonOf, type Shortage, throttled } from './shortage';
import { publishThrottle, type ThrottledRequest } from './throttle-metrics';
import type { TableRequest, Throughput } from './throughput';
import { meterOf, type UnitMeter } from './unit-meter';

type Kind = 'read' | 'write';

/** What a read answers, as far as its cost is concerned. */
interface ReadOutput extends OperationData {
  readonly Item?: ItemImage;
  readonly Items?: readonly ItemImage[];
  readonly ConsumedCapacity?: { readonly CapacityUnits: number };
}

/** Parameters under which an answer does not show all that was read; the engine then says what it cost. */
const MEASURED_BY_ENGINE = [
  'FilterExpression',
  'ProjectionExpression',
  'Select',
  'QueryFilter',
  'ScanFilter',
  'AttributesToGet',
];

/** Who asks for capacity. */
type Asking = Pick<ThrottledRequest, 'region' | 'operation' | 'kind' | 'standsFor'>;

/** The meters of a table, or of one of its indexes, in one Region. */
interface Resource {
  /** @default - the table itself */
  readonly index?: string;
  readonly hashName: string;
  readonly isProvisioned: boolean;
  readonly units: Readonly<Record<Kind, UnitMeter>>;
  readonly partitions: Readonly<Record<Kind, PartitionMeters>>;
}

/** The meters of one Region. */
interface RegionMeters {
  readonly table: Resource;
  readonly indexes: ReadonlyMap<string, Resource>;
}

/**
 * A table whose capacity its template declares: what is more than that is throttled, as the SDK then finds out.
 *
 * Writes count in every Region that has a replica. They are refused while any global index lacks the capacity to follow.
 *
 * Simplified: a query looks for capacity in the table or index as a whole, and only counts in the partition that it reads;
 * writes that are refused for another reason count like others.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TroubleshootingThrottling.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/gsi-throttling.html
 */
export class MeteredThroughput implements Throughput {
  private readonly regions: ReadonlyMap<string, RegionMeters>;

  /**
   * @param table What the template declares of the table.
   * @param capacity What it declares of its capacity.
   */
  constructor(
    private readonly table: TableDefinition,
    capacity: TableCapacity,
    private readonly context: DrillContext,
  ) {
    this.regions = new Map(
      table.replicaRegions.flatMap((region) => {
        const declared = capacity[region];
        if (!declared) return [];
        const indexes = table.globalIndexes.flatMap(({ IndexName, KeySchema }) => {
          const limits = declared.indexes[IndexName];
          return limits ? [[IndexName, resourceOf(limits, KeySchema, IndexName)] as const] : [];
        });
        return [[region, { table: resourceOf(declared.table, table.keySchema), indexes: new Map(indexes) }] as const];
      }),
    );
  }

  async execute(engine: TableEngine, region: string, request: TableRequest, standsFor: number): Promise<OperationData> {
    const meters = this.regions.get(region);
    if (!meters) return engine.execute(request.operation, request.input);
    return request.kind === 'read'
      ? this.read(engine, region, meters, request, standsFor)
      : this.write(engine, region, meters, request, standsFor);
  }

  replicate(region: string, before: ItemImage | undefined, after: ItemImage | undefined, standsFor: number): void {
    const meters = this.regions.get(region);
    if (meters) this.chargeWrite(meters, before, after, standsFor);
  }

  private async read(
    engine: TableEngine,
    region: string,
    { table, indexes }: RegionMeters,
    { operation, input }: TableRequest & { kind: 'read' },
    standsFor: number,
  ): Promise<OperationData> {
    const read = indexes.get(String(input.IndexName)) ?? table;
    const key = operation === 'GetItem' ? (input.Key as ItemImage) : undefined;
    const asking: Asking = { region, operation, kind: 'read', standsFor };
    this.admit(read, asking);
    if (key) this.admitPartition(read, asking, key);
    const { ReturnConsumedCapacity: asked = 'NONE' } = input;
    const isMeasured = asked !== 'NONE' || MEASURED_BY_ENGINE.some((parameter) => input[parameter] !== undefined);
    const measured = asked === 'NONE' ? extended(input, { ReturnConsumedCapacity: 'TOTAL' }) : input;
    const output = (await engine.execute(operation, isMeasured ? measured : input)) as ReadOutput;
    const images = output.Items ?? (output.Item ? [output.Item] : []);
    const share = input.ConsistentRead === true ? 1 : 0.5;
    const units = isMeasured ? Math.max(share, output.ConsumedCapacity?.CapacityUnits ?? 0) : readUnits(images) * share;
    this.charge(read, 'read', key ?? (operation === 'Query' ? images[0] : undefined), units * standsFor);
    if (!isMeasured || asked !== 'NONE') return output;
    const { ConsumedCapacity: _, ...rest } = output;
    return rest;
  }

  private async write(
    engine: TableEngine,
    region: string,
    meters: RegionMeters,
    { operation, input, key }: TableRequest & { kind: 'write' },
    standsFor: number,
  ): Promise<OperationData> {
    const asking: Asking = { region, operation, kind: 'write', standsFor };
    this.admit(meters.table, asking);
    for (const index of meters.indexes.values()) this.admit(index, asking);
    const item = (operation === 'PutItem' ? input.Item : input.Key) as ItemImage;
    this.admitPartition(meters.table, asking, item);
    const before = engine.image(key);
    try {
      return await engine.execute(operation, input);
    } finally {
      this.chargeWrite(meters, before, engine.image(key), standsFor, item);
    }
  }

  private chargeWrite(
    { table, indexes }: RegionMeters,
    before: ItemImage | undefined,
    after: ItemImage | undefined,
    standsFor: number,
    item: ItemImage | undefined = after ?? before,
  ): void {
    this.charge(table, 'write', item, writeUnits(before, after) * standsFor);
    if (indexes.size === 0) return;
    for (const { index, units, entry } of indexWrites(this.table, before, after)) {
      const resource = indexes.get(index);
      if (resource) this.charge(resource, 'write', entry, units * standsFor);
    }
  }

  private charge(
    { units, partitions, hashName }: Resource,
    kind: Kind,
    item: ItemImage | undefined,
    cost: number,
  ): void {
    const { nowMs } = this.context.scheduler;
    units[kind].charge(cost, nowMs);
    if (item?.[hashName] !== undefined) partitions[kind].charge(partitionOf(item, hashName), cost, nowMs);
  }

  private admit(resource: Resource, asking: Asking): void {
    const shortage = resource.units[asking.kind].shortage(this.context.scheduler.nowMs);
    if (shortage) this.refuse(resource, asking, shortage);
  }

  private admitPartition(resource: Resource, asking: Asking, item: ItemImage): void {
    const { hashName, partitions } = resource;
    if (partitions[asking.kind].admits(partitionOf(item, hashName), this.context.scheduler.nowMs)) return;
    this.refuse(resource, asking, 'KeyRangeThroughputExceeded');
  }

  private refuse({ index, isProvisioned }: Resource, asking: Asking, shortage: Shortage): never {
    const { region, kind } = asking;
    const { name: table } = this.table;
    const ofIndex = index === undefined ? {} : { index };
    const short = { shortage, kind, isProvisioned, ...ofIndex };
    const { log, scheduler, metrics } = this.context;
    log.write(scheduler.nowMs, 'throttled', { region, by: 'dynamodb', what: `${table} ${reasonOf(short)}` });
    publishThrottle(metrics, { ...asking, table, shortage, ...ofIndex });
    throw throttled(short);
  }
}

function resourceOf(limits: CapacityLimits, keySchema: readonly KeyElement[], index?: string): Resource {
  return {
    ...(index === undefined ? {} : { index }),
    hashName: keySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '',
    isProvisioned: limits.read.kind === 'provisioned',
    units: { read: meterOf(limits.read), write: meterOf(limits.write) },
    partitions: { read: new PartitionMeters('read'), write: new PartitionMeters('write') },
  };
}

function partitionOf(item: ItemImage, hashName: string): string {
  const [value] = Object.values(item[hashName] ?? {});
  return String(value);
}
