import { Transit } from '../faults/transit';
import { Backlog } from '../kernel/backlog';
import { thousandths } from '../kernel/event-log';
import type { RandomStream } from '../kernel/random';
import { type Lognormal, lognormalConstant, partsConstant } from '../model/constants';
import { roundTripMs } from '../model/round-trips';
import type { DrillContext } from '../world/context';
import { type Throughput, UNMETERED } from './capacity/throughput';
import { DynaliteEngine } from './dynalite-engine';
import { ItemVersion, type VersionOrigin } from './item-version';
import { keyOfWrite, type ReplicatedTable } from './replicated-table';
import type { TableDefinition } from './table-definition';
import type { ItemImage, OperationData, ReadOperation, TableEngine, WriteOperation } from './table-engine';
import { TableShape } from './table-shape';

/** What a Region holds. */
interface Replica {
  readonly engine: TableEngine;
  readonly versions: Map<string, ItemVersion>;
}

/** A change on its way to another replica. */
interface Change {
  readonly key: string;
  /** The key as people write it. */
  readonly name: string;
  readonly image: ItemImage | undefined;
  readonly version: ItemVersion;
}

/**
 * A table whose replicas take writes alone and tell each other afterwards (MREC), or a table in one Region.
 *
 * What is modelled: conditions see the local copy only; changes travel item by item after a delay; the version with the
 * greater write time wins (`ddb.mrec.conflict`), without a trace of the other but in the event log; a replica cut off by a fault goes on
 * taking writes and exchanges them afterwards. What is simplified: versions are never merged on the way.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
export class EventualTable implements ReplicatedTable {
  readonly backlog = new Backlog();
  private readonly replicas: ReadonlyMap<string, Replica>;
  private readonly transit: Transit;
  private readonly random: RandomStream;
  private readonly readMs = lognormalConstant('ddb.latency.read');
  private readonly writeMs = lognormalConstant('ddb.latency.write');
  private readonly clockErrorMs = partsConstant('clock.lww', 'sd').sd;
  /** Replication delay in milliseconds: a median that grows with the round trip, and the 99th percentile. */
  private readonly lag = partsConstant('ddb.mrec.lag', 'p50Base', 'p50RoundTrips', 'p99');

  constructor(
    private readonly table: TableDefinition,
    private readonly context: DrillContext,
    private readonly throughput: Throughput = UNMETERED,
  ) {
    const shape = new TableShape(table);
    this.replicas = new Map(
      table.replicaRegions.map((region) => [region, { engine: new DynaliteEngine(shape), versions: new Map() }]),
    );
    this.transit = new Transit(context.scheduler, context.faults);
    this.random = context.random.fork(`dynamodb/${table.name}`);
  }

  get longestHeldMs(): number {
    return this.transit.longestHeldMs;
  }

  get copies(): readonly TableEngine[] {
    return [...this.replicas.values()].map(({ engine }) => engine);
  }

  async read(region: string, operation: ReadOperation, input: OperationData, standsFor = 1): Promise<OperationData> {
    await this.context.scheduler.sleep(this.random.lognormal(this.readMs));
    const { engine } = this.replicaIn(region);
    return this.throughput.execute(engine, region, { kind: 'read', operation, input }, standsFor);
  }

  async write(region: string, operation: WriteOperation, input: OperationData, standsFor = 1): Promise<OperationData> {
    await this.context.scheduler.sleep(this.random.lognormal(this.writeMs));
    const { engine } = this.replicaIn(region);
    const key = keyOfWrite(engine, operation, input);
    const output = await this.throughput.execute(engine, region, { kind: 'write', operation, input, key }, standsFor);
    const named = (operation === 'PutItem' ? input.Item : input.Key) as ItemImage;
    this.stamp(region, key, named, standsFor);
    return output;
  }

  overwrite(region: string, key: string, change: (image: ItemImage) => ItemImage | undefined): boolean {
    const { engine } = this.replicaIn(region);
    const image = engine.image(key);
    const changed = image && change(image);
    if (!changed) return false;
    this.throughput.replicate(region, image, changed, 1);
    engine.apply(key, changed);
    this.stamp(region, key, image, 1);
    return true;
  }

  takesWritesFromMs(): number {
    return this.context.scheduler.nowMs;
  }

  copyIn(region: string): TableEngine {
    return this.replicaIn(region).engine;
  }

  /** Gives what a Region has just written its version, and sends it to the others. */
  private stamp(region: string, key: string, named: ItemImage, weight: number): void {
    if (this.replicas.size < 2) return;
    const { scheduler, courses } = this.context;
    const { engine, versions } = this.replicaIn(region);
    const previous = versions.get(key);
    const clockMs = scheduler.nowMs + courses.clockSkewMs(region) + this.random.normal() * this.clockErrorMs;
    const stampMs = previous ? Math.max(clockMs, previous.origin.stampMs + 0.001) : clockMs;
    const version = new ItemVersion(
      { region, stampMs, writtenMs: scheduler.nowMs, weight },
      previous,
      this.replicas.size - 1,
    );
    versions.set(key, version);
    this.replicate({ key, name: this.nameOf(named), image: engine.image(key), version }, region);
  }

  private replicate(change: Change, from: string): void {
    const { scheduler, faults, sightings } = this.context;
    const sentMs = scheduler.nowMs;
    for (const [to, replica] of this.replicas) {
      if (to === from) continue;
      const usualMs = sentMs + this.random.lognormal(this.lagTo(from, to));
      this.backlog.sent(to);
      const arrivalMs = (): number => faults.replicationArrivalMs(from, to, sentMs, usualMs, this.table.name);
      const arrive = (): void => {
        this.backlog.arrived(to);
        this.throughput.replicate(to, replica.engine.image(change.key), change.image, change.version.origin.weight);
        this.publishLatency(from, to, scheduler.nowMs - sentMs, change.version.origin.weight);
        const current = replica.versions.get(change.key);
        change.version.reached(current);
        if (current && overtakes(current.origin, change.version.origin)) sightings.see('write-conflict');
        if (current && !change.version.supersedes(current)) return;
        if (current) this.account(change, current, to);
        replica.versions.set(change.key, change.version);
        replica.engine.apply(change.key, change.image);
      };
      if (this.transit.send(usualMs, arrivalMs, arrive)) sightings.see('accepted-by-one-replica');
    }
  }

  /** Writes down what a change makes disappear that was written without its knowledge. */
  private account({ name, version }: Change, standing: ItemVersion, region: string): void {
    const { scheduler, log } = this.context;
    const { region: byRegion, writtenMs: byWrittenMs } = version.origin;
    for (const { writtenMs, weight } of standing.lostTo(version, region)) {
      log.write(scheduler.nowMs, 'superseded', {
        table: this.table.name,
        key: name,
        region,
        writtenMs: thousandths(writtenMs),
        byRegion,
        byWrittenMs: thousandths(byWrittenMs),
        weight,
      });
    }
  }

  private nameOf(item: ItemImage): string {
    return this.table.keySchema
      .map(({ AttributeName }) => String(Object.values(item[AttributeName] ?? {})[0]))
      .join('/');
  }

  private lagTo(from: string, to: string): Lognormal {
    const { p50Base, p50RoundTrips, p99 } = this.lag;
    const p50 = p50Base + p50RoundTrips * roundTripMs(from, to);
    return { p50, p99: Math.max(p99, p50) };
  }

  /** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html#ReplicationLatency */
  private publishLatency(region: string, receiver: string, latencyMs: number, weight: number): void {
    const { metrics } = this.context;
    if (!metrics.isHeard) return;
    const dimensions = { TableName: this.table.name, ReceivingRegion: receiver };
    metrics.put({ region, namespace: 'AWS/DynamoDB', name: 'ReplicationLatency', dimensions }, latencyMs, weight);
  }

  private replicaIn(region: string): Replica {
    const replica = this.replicas.get(region);
    if (!replica) throw new Error(`no replica in ${region}`);
    return replica;
  }
}

/** Whether a version that is here already was written elsewhere and not in the knowledge of the one that arrives. */
function overtakes(current: VersionOrigin, arriving: VersionOrigin): boolean {
  return current.region !== arriving.region && current.stampMs > arriving.stampMs;
}
