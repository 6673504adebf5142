import { Transit } from '../faults/transit';
import { Backlog } from '../kernel/backlog';
import type { RandomStream } from '../kernel/random';
import { lognormalConstant, partsConstant } from '../model/constants';
import { roundTripMs } from '../model/round-trips';
import type { DrillContext } from '../world/context';
import { type Throughput, UNMETERED } from './capacity/throughput';
import { DynaliteEngine } from './dynalite-engine';
import { keyOfWrite, type ReplicatedTable } from './replicated-table';
import type { TableDefinition } from './table-definition';
import {
  type ItemImage,
  type OperationData,
  type ReadOperation,
  ServiceError,
  type TableEngine,
  type WriteOperation,
} from './table-engine';
import { TableShape } from './table-shape';

/** Versions that are kept although nothing older can come any more. */
const MOST_VERSIONS = 1000;

/** What a returning Region needs to be level: a share of the time cut off, and so many seconds at least (assumed). */
const CATCH_UP = partsConstant('ddb.mrsc.catchupLength', 'share', 'least');

/**
 * A global table with multi-Region strong consistency (MRSC).
 *
 * What is modelled: a write is agreed with the nearest other participant, replica or witness, before it is
 * acknowledged; conditions and strong reads see the latest agreed state; a Region that reaches no other participant, or
 * that is catching up after it was cut off, refuses writes and strong reads and still serves eventually consistent
 * ones; two Regions writing one item at once end in ReplicatedWriteConflictException. What is simplified: the agreed
 * state is one copy, so agreement itself never fails half-way, and refusals come at once (AWS publishes neither their
 * error code nor their delay; the drill answers InternalServerError).
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-global-table-design.html
 */
export class StrongTable implements ReplicatedTable {
  readonly backlog = new Backlog();
  private readonly agreed: TableEngine;
  private readonly replicas: ReadonlyMap<string, { engine: TableEngine; versions: Map<string, number> }>;
  private readonly participants: readonly string[];
  private readonly writing = new Map<string, { region: string; writers: number }>();
  private agreements = 0;
  private readonly transit: Transit;
  private readonly random: RandomStream;
  private readonly readMs = lognormalConstant('ddb.latency.read');
  private readonly writeMs = lognormalConstant('ddb.latency.write');

  constructor(
    private readonly table: TableDefinition,
    private readonly context: DrillContext,
    private readonly throughput: Throughput = UNMETERED,
  ) {
    const shape = new TableShape(table);
    this.agreed = new DynaliteEngine(shape);
    this.replicas = new Map(
      table.replicaRegions.map((region) => [region, { engine: new DynaliteEngine(shape), versions: new Map() }]),
    );
    this.participants = [...table.replicaRegions, ...table.witnessRegions];
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
    const { scheduler } = this.context;
    const request = { kind: 'read', operation, input } as const;
    const localMs = this.random.lognormal(this.readMs);
    if (input.ConsistentRead !== true) {
      await scheduler.sleep(localMs);
      return this.throughput.execute(this.engineOf(region), region, request, standsFor);
    }
    await scheduler.sleep(localMs + this.quorumMs(region));
    this.quorumMs(region);
    return this.throughput.execute(this.agreed, region, request, standsFor);
  }

  async write(region: string, operation: WriteOperation, input: OperationData, standsFor = 1): Promise<OperationData> {
    const { scheduler } = this.context;
    const key = keyOfWrite(this.agreed, operation, input);
    const localMs = this.random.lognormal(this.writeMs);
    const claim = this.writing.get(key);
    if (claim && claim.region !== region) {
      await scheduler.sleep(localMs);
      this.context.sightings.see('write-conflict');
      throw conflict();
    }
    const writing = claim ?? { region, writers: 0 };
    this.writing.set(key, writing);
    writing.writers++;
    try {
      await scheduler.sleep(localMs + this.quorumMs(region));
      this.quorumMs(region);
      const before = this.agreed.image(key);
      const request = { kind: 'write', operation, input, key } as const;
      const output = await this.throughput.execute(this.agreed, region, request, standsFor);
      for (const other of this.replicas.keys()) {
        if (other !== region) this.throughput.replicate(other, before, this.agreed.image(key), standsFor);
      }
      this.distribute(key, region);
      return output;
    } finally {
      if (--writing.writers === 0) this.writing.delete(key);
    }
  }

  overwrite(region: string, key: string, change: (image: ItemImage) => ItemImage | undefined): boolean {
    const image = this.agreed.image(key);
    const changed = image && change(image);
    if (!changed) return false;
    for (const replica of this.replicas.keys()) this.throughput.replicate(replica, image, changed, 1);
    this.agreed.apply(key, changed);
    this.distribute(key, region);
    return true;
  }

  takesWritesFromMs(region: string): number {
    const others = this.participants.filter((participant) => participant !== region);
    let atMs = this.context.scheduler.nowMs;
    for (;;) {
      const readyMs = Math.max(
        this.cutOffUntilMs(region, atMs),
        Math.min(...others.map((other) => this.cutOffUntilMs(other, atMs))),
      );
      if (readyMs === atMs) return atMs;
      atMs = readyMs;
    }
  }

  copyIn(region: string): TableEngine {
    return this.engineOf(region);
  }

  /** Hands the agreed image to every replica: at once where it was written, after the way there elsewhere. */
  private distribute(key: string, from: string): void {
    const { scheduler } = this.context;
    const image = this.agreed.image(key);
    const version = ++this.agreements;
    for (const [region, { engine, versions }] of this.replicas) {
      const usualMs = scheduler.nowMs + (region === from ? 0 : roundTripMs(from, region) / 2);
      const arrive = (): void => {
        this.backlog.arrived(region);
        // The way from another Region may be shorter, so that a later agreement is here already.
        if ((versions.get(key) ?? 0) > version) return;
        versions.set(key, version);
        engine.apply(key, image);
        // Nothing older can come any more.
        if (versions.size > MOST_VERSIONS && this.backlog.isEmpty(region)) versions.clear();
      };
      this.backlog.sent(region);
      const arrivalMs = (): number => Math.max(usualMs, this.cutOffUntilMs(region, usualMs));
      if (this.transit.send(usualMs, arrivalMs, arrive)) this.context.sightings.see('accepted-by-one-replica');
    }
  }

  /**
   * Round trip to the nearest participant that completes a quorum with this Region, in milliseconds.
   *
   * @throws ServiceError when there is none, or when this Region is not level.
   */
  private quorumMs(region: string): number {
    const { nowMs } = this.context.scheduler;
    if (this.cutOffUntilMs(region, nowMs) > nowMs) throw unavailable(region);
    let nearestMs = Number.POSITIVE_INFINITY;
    for (const other of this.participants) {
      if (other !== region && this.cutOffUntilMs(other, nowMs) <= nowMs) {
        nearestMs = Math.min(nearestMs, roundTripMs(region, other));
      }
    }
    if (nearestMs === Number.POSITIVE_INFINITY) throw unavailable(region);
    return nearestMs;
  }

  /** When a Region that is cut off, or catching up, at an instant is level again; the instant itself when it is level. */
  private cutOffUntilMs(region: string, atMs: number): number {
    const others = this.participants.filter((participant) => participant !== region);
    for (const { startMs, endMs } of this.context.faults.replicationOutages(region, this.table.name, others)) {
      const levelMs = endMs + Math.max(1000 * CATCH_UP.least, CATCH_UP.share * (endMs - startMs));
      if (startMs <= atMs && atMs < levelMs) return levelMs;
    }
    return atMs;
  }

  private engineOf(region: string): TableEngine {
    const replica = this.replicas.get(region);
    if (!replica) throw new Error(`no replica in ${region}`);
    return replica.engine;
  }
}

function unavailable(region: string): ServiceError {
  return new ServiceError(
    500,
    'com.amazonaws.dynamodb.v20120810#InternalServerError',
    `The replica in ${region} cannot reach a quorum.`,
  );
}

function conflict(): ServiceError {
  return new ServiceError(
    400,
    'com.amazonaws.dynamodb.v20120810#ReplicatedWriteConflictException',
    'The item is being modified by a request in another Region.',
  );
}
