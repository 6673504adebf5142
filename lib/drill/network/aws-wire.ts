import { publishThrottle } from '../data/capacity/throttle-metrics';
import type { OperationData } from '../data/table-engine';
import type { Asked, Fault } from '../faults/fault';
import { holdsReplication } from '../faults/replication-course';
import { extended } from '../kernel/extended';
import { type RandomStream, spreadOf } from '../kernel/random';
import { quantilesConstant } from '../model/constants';
import { CONNECTION_ROUND_TRIPS } from '../model/handshakes';
import { drawRoundTripMs } from '../model/round-trips';
import { NotModelled } from '../not-modelled';
import type { DrillContext } from '../world/context';
import { type AwsServices, type Endpoint, endpointOf, type RestRequest, UNAVAILABLE_TYPES } from './aws-service';
import { NetworkPaths } from './network-paths';
import { StubResolver, unresolvable } from './stub-resolver';

/** A request of an AWS SDK as it leaves an execution environment. */
export interface WireRequest {
  readonly hostname: string;
  /** `X-Amz-Target`, for example `DynamoDB_20120810.GetItem`. */
  readonly target: string;
  /** Text of the body. */
  readonly body: string;
  /** The rest of it, for services that are asked by method and path. @default - the target says what is asked */
  readonly rest?: Pick<RestRequest, 'method' | 'path' | 'query' | 'headers'>;
}

/** An answer as it arrives. */
export interface WireAnswer {
  readonly statusCode: number;
  /** @default - those of a JSON answer */
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text of the body. */
  readonly body: string;
}

/** Round trip to an endpoint of the same Region, in milliseconds (`net.inRegion`), and how far it scatters. */
const IN_REGION = { p50: 0, ...quantilesConstant('net.inRegion') };
const IN_REGION_SPREAD = spreadOf(IN_REGION);

/**
 * The network between one execution environment and the AWS endpoints it calls: names, connections, distance and the
 * faults on the way.
 *
 * Simplified: an endpoint whose name has no address is lost for live connections too. AWS wrote on 20 October 2025 that
 * new connections failed; how long live ones lasted is not published, so the drill takes the worse case.
 */
export class AwsWire {
  /** How many requests each one stands for: as many as the client's request that is being answered. */
  standsFor = 1;
  /** Hosts with a live connection, and its round trip in milliseconds. */
  private readonly connected = new Map<string, number>();
  private closed = false;
  /** How faults know requests from here. */
  private readonly asked: Asked;
  private readonly resolver: StubResolver;
  private readonly paths: NetworkPaths;
  private leaving: { readonly name: string; readonly go: () => void }[] = [];
  private readonly trips: RandomStream;

  /**
   * @param region Region of the environment.
   * @param services What answers behind the endpoints.
   * @param random Stream for draws of faults on this wire; its forks draw distances.
   * @param onFault Told the outage phase of a fault that strikes a call.
   */
  constructor(
    private readonly region: string,
    private readonly services: AwsServices,
    private readonly context: DrillContext,
    private readonly random: RandomStream,
    private readonly onFault: (phaseId: string) => void = () => {},
  ) {
    this.asked = { peers: ['regions', region] };
    this.resolver = new StubResolver(region, context, random.fork('resolver'));
    this.paths = new NetworkPaths(context, random.fork('paths'));
    this.trips = random.fork('trips');
  }

  /** Whether the environment is still there to hear an answer. */
  get isOpen(): boolean {
    return !this.closed;
  }

  /** The environment is gone: what is on its way still reaches the service, and no answer comes back. */
  close(): void {
    this.closed = true;
  }

  /**
   * Waits for a request's turn. Requests of one instant leave one after the other, in the order of what they ask for: how long the
   * SDK was busy with each of them, which takes no virtual time, must not decide who draws first.
   *
   * @param name What is asked for; equal ones leave as they came.
   */
  turn(name: string): Promise<void> {
    return new Promise((resolve) => {
      this.leaving.push({ name, go: resolve });
      if (this.leaving.length === 1) this.context.scheduler.after(0, () => this.letGo());
    });
  }

  private letGo(): void {
    const [first, ...others] = this.leaving.sort((left, right) =>
      left.name < right.name ? -1 : +(left.name > right.name),
    );
    this.leaving = [];
    first?.go();
    for (const { go } of others) this.context.scheduler.after(0, go);
  }

  /**
   * Sees to a live connection to a host.
   *
   * @throws an `ENOTFOUND` error when the host's name has no address, `EAI_AGAIN` when the Region's resolver does not answer.
   */
  async connect(hostname: string): Promise<void> {
    const { scheduler } = this.context;
    const endpoint = knownEndpoint(hostname);
    if (this.isStruck('name', endpoint, this.asked)) {
      this.connected.delete(hostname);
      throw unresolvable(hostname);
    }
    if (this.connected.has(hostname)) return;
    const unanswered = this.resolver.fault();
    if (unanswered) {
      this.onFault(unanswered.phaseId);
      throw await this.resolver.giveUp(hostname);
    }
    const lateMs = this.lateMs(endpoint.region, CONNECTION_ROUND_TRIPS);
    if (lateMs === Number.POSITIVE_INFINITY) return new Promise(() => {});
    const tripMs = this.drawTripMs(endpoint.region);
    await scheduler.sleep(CONNECTION_ROUND_TRIPS * tripMs + lateMs);
    this.connected.set(hostname, tripMs);
  }

  /** Sends a request over a live connection and gives the answer. */
  async exchange(request: WireRequest): Promise<WireAnswer> {
    const { hostname, target, body } = request;
    const endpoint = knownEndpoint(hostname);
    const { service, region } = endpoint;
    if (region !== this.region) {
      const lateMs = this.lateMs(region, 1);
      if (lateMs === Number.POSITIVE_INFINITY) return new Promise(() => {});
      await this.context.scheduler.sleep((this.connected.get(hostname) ?? this.drawTripMs(region)) + lateMs);
    }
    if (service === 's3') return this.askBucket(request);
    const [, operation] = target.split('.');
    if (!operation) throw new NotModelled(`request to ${hostname} without an operation`);
    const input: OperationData = JSON.parse(body);
    const asked = extended(this.asked, { operation, resource: String(input.TableName ?? input.Name) });
    if (this.isStruck('error', endpoint, asked)) {
      this.publish(endpoint, asked, 'error');
      return serviceUnavailable(service);
    }
    if (this.isStruck('throttle', endpoint, asked)) {
      this.publish(endpoint, asked, 'throttle');
      this.context.sightings.see('throttled');
      return THROTTLED;
    }
    const lateMs = this.slownessMs(endpoint, asked);
    if (lateMs > 0) await this.context.scheduler.sleep(lateMs);
    const answer = await this.services[service].answer(region, operation, input, this.standsFor);
    if (answer.phaseId !== undefined) this.onFault(answer.phaseId);
    const isSpoilt = this.isStruck('late-error', endpoint, asked);
    if (isSpoilt || answer.statusCode >= 500) this.publish(endpoint, asked, 'error');
    if (isSpoilt) return serviceUnavailable(service);
    if (service === 'dynamodb' && answer.statusCode >= 500) this.blameReplication(region);
    return { statusCode: answer.statusCode, body: JSON.stringify(answer.body) };
  }

  /**
   * DynamoDB publishes failed and throttled requests, and nothing while there are none.
   *
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
   */
  private publish({ service, region }: Endpoint, { operation, resource }: Named, what: 'error' | 'throttle'): void {
    const { metrics } = this.context;
    if (service !== 'dynamodb' || !metrics.isHeard) return;
    const { standsFor } = this;
    if (what === 'throttle') {
      const kind = READS.has(operation) ? 'read' : 'write';
      publishThrottle(metrics, { region, table: resource, operation, kind, standsFor });
      return;
    }
    const dimensions = { TableName: resource, Operation: operation };
    metrics.put({ region, namespace: 'AWS/DynamoDB', name: 'SystemErrors', dimensions }, 1, standsFor);
  }

  private async askBucket({ hostname, body, rest }: WireRequest): Promise<WireAnswer> {
    if (!rest) throw new NotModelled(`request to ${hostname} without a method`);
    const answer = await this.services.s3.answer({ ...rest, hostname, body });
    if (answer.phaseId !== undefined) this.onFault(answer.phaseId);
    return answer;
  }

  /** Draws whether a fault hits this step of a call: names matter when connecting, errors when answering. */
  private isStruck(kind: Fault['kind'], { service, region }: Endpoint, asked: Asked): boolean {
    const { faults, scheduler } = this.context;
    const fault = faults.hit(kind, service, region, scheduler.nowMs, () => this.random.next(), asked);
    if (fault) this.onFault(fault.phaseId);
    return fault !== undefined;
  }

  /** Draws how much later the service answers because of a fault, in milliseconds. */
  private slownessMs({ service, region }: Endpoint, asked: Asked): number {
    const { faults, scheduler } = this.context;
    const { lateMs, phaseId } = faults.slowness(service, region, scheduler.nowMs, () => this.random.next(), asked);
    if (phaseId !== undefined) this.onFault(phaseId);
    return lateMs;
  }

  /** How much longer round trips to a Region take because of faults on the way, in milliseconds; infinite when no answer comes. */
  private lateMs(endpointRegion: string, roundTrips: number): number {
    const { lateMs, phaseId } = this.paths.betweenRegions(this.region, endpointRegion, roundTrips);
    if (phaseId !== undefined) this.onFault(phaseId);
    return lateMs;
  }

  /** A table refused: the last replication fault that began is why. */
  private blameReplication(endpointRegion: string): void {
    const { faults, scheduler } = this.context;
    const begun = faults.faults.filter(
      (fault) => holdsReplication(fault) && fault.region === endpointRegion && fault.startMs <= scheduler.nowMs,
    );
    const last = begun.at(-1);
    if (last) this.onFault(last.phaseId);
  }

  private drawTripMs(endpointRegion: string): number {
    if (endpointRegion === this.region) return IN_REGION.p50 * this.trips.factor(IN_REGION_SPREAD);
    return drawRoundTripMs(this.region, endpointRegion, this.trips);
  }
}

/**
 * What DynamoDB answers to a request beyond the rate that it takes.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
const THROTTLED: WireAnswer = {
  statusCode: 400,
  body: JSON.stringify({
    __type: 'com.amazon.coral.availability#ThrottlingException',
    message: 'Rate of requests exceeds the allowed throughput.',
  }),
};

/** What a request asks for, by its names. */
interface Named {
  readonly operation: string;
  readonly resource: string;
}

/** Operations that only read. */
const READS: ReadonlySet<string> = new Set(['GetItem', 'Query', 'Scan', 'BatchGetItem', 'TransactGetItems']);

/** What a service that cannot serve answers. */
function serviceUnavailable(service: keyof typeof UNAVAILABLE_TYPES): WireAnswer {
  const body = { __type: UNAVAILABLE_TYPES[service], message: 'Service unavailable' };
  return { statusCode: 503, body: JSON.stringify(body) };
}

function knownEndpoint(hostname: string): Endpoint {
  const endpoint = endpointOf(hostname);
  if (!endpoint) throw new NotModelled(`endpoint ${hostname}`);
  return endpoint;
}
