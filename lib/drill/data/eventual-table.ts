import { Transit } from '../faults/transit';
import { Backlog } from '../kernel/backlog';
import type { RandomStream } from '../kernel/random';
import { lognormalConstant, modelConstant } from '../model/constants';
import { roundTripMs } from '../model/round-trips';
import type { DrillContext } from '../world/context';
import { type Throughput, UNMETERED } from './capacity/throughput';
import { DynaliteEngine } from './dynalite-engine';
import { keyOfWrite, type ReplicatedTable } from './replicated-table';
import type { TableDefinition } from './table-definition';
import type { ItemImage, OperationData, ReadOperation, TableEngine, WriteOperation } from './table-engine';

/** When and where a version was written; the greater one wins (`ddb.mrec.conflict`). */
interface Stamp {
  readonly timeMs: number;
  readonly region: string;
}

/** A change on its way to another replica. */
interface Change {
  readonly key: string;
  readonly image: ItemImage | undefined;
  readonly stamp: Stamp;
  /** How many changes it stands for. */
  readonly standsFor: number;
}

/** Median replication delay: `400 + 1.5 × round trip` milliseconds (`ddb.mrec.lag`, assumed). */
const LAG_BASE_MS = 400;
const LAG_ROUND_TRIPS = 1.5;

/**
 * A table whose replicas take writes alone and tell each other afterwards (MREC), or a table in one Region.
 *
 * What is modelled: conditions see the local copy only; changes travel item by item after a delay; the version with the
 * greater write time wins, without a trace of the other; a replica cut off by a fault goes on taking writes and
 * exchanges them afterwards. What is simplified: versions are never merged on the way.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
export class EventualTable implements ReplicatedTable {
  readonly backlog = new Backlog();
  private readonly replicas: ReadonlyMap<string, { engine: TableEngine; stamps: Map<string, Stamp> }>;
  private readonly transit: Transit;
  private readonly random: RandomStream;
  private readonly readMs = lognormalConstant('ddb.latency.read');
  private readonly writeMs = lognormalConstant('ddb.latency.write');
  private readonly clockErrorMs = modelConstant('clock.lww').distribution?.sd as number;
  private readonly lagP99Ms = modelConstant('ddb.mrec.lag').distribution?.p99 as number;

  constructor(
    private readonly table: TableDefinition,
    private readonly context: DrillContext,
    private readonly throughput: Throughput = UNMETERED,
  ) {
    this.replicas = new Map(
      table.replicaRegions.map((region) => [region, { engine: new DynaliteEngine(table), stamps: new Map() }]),
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
    const { scheduler, courses } = this.context;
    await scheduler.sleep(this.random.lognormal(this.writeMs));
    const { engine, stamps } = this.replicaIn(region);
    const key = keyOfWrite(engine, operation, input);
    const output = await this.throughput.execute(engine, region, { kind: 'write', operation, input, key }, standsFor);
    if (this.replicas.size > 1) {
      const previous = stamps.get(key);
      const clockMs = scheduler.nowMs + courses.clockSkewMs(region) + this.random.normal() * this.clockErrorMs;
      const stamp = { timeMs: previous ? Math.max(clockMs, previous.timeMs + 0.001) : clockMs, region };
      stamps.set(key, stamp);
      this.replicate({ key, image: engine.image(key), stamp, standsFor }, region);
    }
    return output;
  }

  private replicate(change: Change, from: string): void {
    const { scheduler, faults, sightings } = this.context;
    const sentMs = scheduler.nowMs;
    for (const [to, replica] of this.replicas) {
      if (to === from) continue;
      const p50 = LAG_BASE_MS + LAG_ROUND_TRIPS * roundTripMs(from, to);
      const usualMs = sentMs + this.random.lognormal({ p50, p99: Math.max(this.lagP99Ms, p50) });
      this.backlog.sent(to);
      const arrivalMs = (): number => faults.replicationArrivalMs(from, to, sentMs, usualMs, this.table.name);
      const arrive = (): void => {
        this.backlog.arrived(to);
        this.throughput.replicate(to, replica.engine.image(change.key), change.image, change.standsFor);
        this.publishLatency(from, to, scheduler.nowMs - sentMs, change.standsFor);
        const current = replica.stamps.get(change.key);
        if (current && overtakes(current, change.stamp)) sightings.see('write-conflict');
        if (current && !supersedes(change.stamp, current)) return;
        replica.stamps.set(change.key, change.stamp);
        replica.engine.apply(change.key, change.image);
      };
      if (this.transit.send(usualMs, arrivalMs, arrive)) sightings.see('accepted-by-one-replica');
    }
  }

  /** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html#ReplicationLatency */
  private publishLatency(region: string, receiver: string, latencyMs: number, weight: number): void {
    const { metrics } = this.context;
    if (!metrics.isHeard) return;
    const dimensions = { TableName: this.table.name, ReceivingRegion: receiver };
    metrics.put({ region, namespace: 'AWS/DynamoDB', name: 'ReplicationLatency', dimensions }, latencyMs, weight);
  }

  private replicaIn(region: string): { engine: TableEngine; stamps: Map<string, Stamp> } {
    const replica = this.replicas.get(region);
    if (!replica) throw new Error(`no replica in ${region}`);
    return replica;
  }
}

/** Whether a version that is here already was written elsewhere and not in the knowledge of the one that arrives. */
function overtakes(current: Stamp, arriving: Stamp): boolean {
  return current.region !== arriving.region && current.timeMs > arriving.timeMs;
}

/** Last writer wins; equal times go to the Region that sorts last, so that every replica decides alike. */
function supersedes(candidate: Stamp, current: Stamp): boolean {
  return (
    candidate.timeMs > current.timeMs || (candidate.timeMs === current.timeMs && candidate.region > current.region)
  );
}
