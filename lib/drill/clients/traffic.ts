import type { Span } from '../faults/fault-plan';
import { extended } from '../kernel/extended';
import type { RandomStream } from '../kernel/random';
import type { World } from '../world/world';
import { type OperationResult, perform } from './client-call';
import { stayConnected } from './exchange';
import { regionNearestTo } from './homes';
import type { Client } from './population';
import type { Sampling } from './sampling';
import type { Operation, Workload } from './workload';

/** One operation of one client, with its result. */
export interface OperationRecord extends OperationResult {
  readonly client: Client;
  readonly kind: string;
  readonly startMs: number;
  readonly endMs: number;
  /** How many operations of the unsampled traffic it stands for. */
  readonly weight: number;
}

/** How traffic is made. */
export interface TrafficProps {
  readonly world: World;
  readonly clients: readonly Client[];
  readonly workload: Workload;
  /** Name that clients ask for. */
  readonly host: string;
  /** Operations a second of all clients together. */
  readonly ratePerSecond: number;
  readonly sampling: Sampling;
  /** Share of operations that another client makes at the same time. @default 0 */
  readonly doubledShare?: number;
  /** Spans that count as around a change, in order. */
  readonly changes: readonly Span[];
  /** Hears of every finished operation. */
  readonly onResult: (record: OperationRecord) => void;
}

/**
 * Open-loop traffic: arrivals are a Poisson process that waits for nobody, as many as there would be whatever the service
 * does. Thinning an arrival process leaves every share unbiased; it only makes it coarser.
 */
export class Traffic {
  private readonly arrivals: RandomStream;
  private readonly calls: RandomStream;
  private readonly doubles: RandomStream;
  private stopMs = 0;

  constructor(private readonly props: TrafficProps) {
    const { random } = props.world.context;
    this.arrivals = random.fork('arrivals');
    this.calls = random.fork('calls');
    this.doubles = random.fork('doubles');
  }

  /** Lets clients come until the given virtual time. */
  start(stopMs: number): void {
    this.stopMs = stopMs;
    this.planNext();
  }

  private planNext(): void {
    const { world, sampling } = this.props;
    const { scheduler } = world.context;
    const nextMs = scheduler.nowMs + 1000 * this.arrivals.exponential(1 / sampling.nearChanges);
    if (nextMs >= this.stopMs) return;
    scheduler.at(nextMs, () => {
      this.arrive();
      this.planNext();
    });
  }

  /** Away from changes only a part of what arrives is made; the rest leaves its traces in caches and connections. */
  private arrive(): void {
    const { world, clients, host, ratePerSecond, sampling } = this.props;
    const index = this.arrivals.index(clients.length);
    const madePerSecond = this.isNearChange(world.context.scheduler.nowMs) ? sampling.nearChanges : sampling.elsewhere;
    if (this.arrivals.chance(madePerSecond / sampling.nearChanges)) this.make(index, ratePerSecond / madePerSecond);
    else stayConnected(world, clients[index] as Client, host);
  }

  private isNearChange(nowMs: number): boolean {
    return this.props.changes.some(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs);
  }

  private make(index: number, weight: number): void {
    const { clients, workload } = this.props;
    const client = clients[index] as Client;
    const intended = workload.next(client.index, this.props.world.context.scheduler.nowMs);
    const operation = extended(intended, { request: extended(intended.request, { standsFor: weight }) });
    const { doubledShare = 0 } = this.props;
    if (doubledShare === 0 || operation.upload || !this.doubles.chance(doubledShare)) {
      this.carryOut(client, operation, weight);
      return;
    }
    for (const one of [client, this.elsewhere(index)]) this.carryOut(one, operation, weight);
  }

  /** The next client in the list whom DNS sends to another Region, while all are well. */
  private elsewhere(index: number): Client {
    const { world, clients } = this.props;
    const regionOf = ({ geography }: Client): string | undefined => regionNearestTo(geography, world.servingRegions);
    const own = regionOf(clients[index] as Client);
    const others = [...clients.slice(index + 1), ...clients.slice(0, index + 1)];
    return others.find((client) => regionOf(client) !== own) ?? (others[0] as Client);
  }

  private carryOut(client: Client, operation: Operation, weight: number): void {
    const { world, host, onResult } = this.props;
    const { scheduler } = world.context;
    const startMs = scheduler.nowMs;
    const done = perform(world, client, operation, host, this.calls).then((result) => {
      onResult(extended(result, { client, kind: operation.kind, startMs, endMs: scheduler.nowMs, weight }));
    });
    scheduler.spawn(done);
  }
}
