import type { Fault } from '../faults/fault-plan';
import type { RandomStream } from '../kernel/random';
import { quantilesConstant } from '../model/constants';
import { roundTripMs } from '../model/round-trips';
import { NotModelled } from '../not-modelled';
import { CodeError } from '../sandbox/code-error';
import type { DrillContext } from '../world/context';
import { type AwsServices, type Endpoint, endpointOf, type RestRequest, UNAVAILABLE_TYPES } from './aws-service';

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

/** Round trips a new connection costs: TCP and TLS 1.3 (`hs.tcp`, `hs.tls13`). */
const CONNECTION_ROUND_TRIPS = 2;

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
  private readonly connected = new Set<string>();
  private closed = false;
  private leaving: { readonly name: string; readonly go: () => void }[] = [];
  private readonly inRegionMs = quantilesConstant('net.inRegion').p50 ?? 0;

  /**
   * @param region Region of the environment.
   * @param services What answers behind the endpoints.
   * @param random Stream for draws of faults on this wire.
   * @param onFault Told the outage phase of a fault that strikes a call.
   */
  constructor(
    private readonly region: string,
    private readonly services: AwsServices,
    private readonly context: DrillContext,
    private readonly random: RandomStream,
    private readonly onFault: (phaseId: string) => void = () => {},
  ) {}

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
   * @throws an `ENOTFOUND` error when the host's name has no address.
   */
  async connect(hostname: string): Promise<void> {
    const { scheduler } = this.context;
    const endpoint = knownEndpoint(hostname);
    if (this.isStruck('name', endpoint)) {
      this.connected.delete(hostname);
      throw unresolvable(hostname);
    }
    if (this.connected.has(hostname)) return;
    const { region } = this;
    const fault = this.context.faults.strikes('resolver', region, scheduler.nowMs, () => this.random.next());
    if (fault) {
      this.onFault(fault.phaseId);
      throw unresolvable(hostname);
    }
    await scheduler.sleep(CONNECTION_ROUND_TRIPS * this.distanceMs(endpoint.region));
    this.connected.add(hostname);
  }

  /** Sends a request over a live connection and gives the answer. */
  async exchange(request: WireRequest): Promise<WireAnswer> {
    const { hostname, target, body } = request;
    const endpoint = knownEndpoint(hostname);
    const { service, region } = endpoint;
    if (region !== this.region) await this.context.scheduler.sleep(roundTripMs(this.region, region));
    if (service === 's3') return this.askBucket(request);
    const [, operation] = target.split('.');
    if (!operation) throw new NotModelled(`request to ${hostname} without an operation`);
    if (this.isStruck('error', endpoint)) return serviceUnavailable(service);
    if (this.isStruck('throttle', endpoint)) {
      this.context.sightings.see('throttled');
      return THROTTLED;
    }
    const answer = await this.services[service].answer(region, operation, JSON.parse(body), this.standsFor);
    if (service === 'dynamodb' && answer.statusCode >= 500) this.blameReplication(region);
    return { statusCode: answer.statusCode, body: JSON.stringify(answer.body) };
  }

  private async askBucket({ hostname, body, rest }: WireRequest): Promise<WireAnswer> {
    if (!rest) throw new NotModelled(`request to ${hostname} without a method`);
    const answer = await this.services.s3.answer({ ...rest, hostname, body });
    if (answer.phaseId !== undefined) this.onFault(answer.phaseId);
    return answer;
  }

  /** Draws whether a fault hits this step of a call: names matter when connecting, errors when answering. */
  private isStruck(kind: Fault['kind'], { service, region }: Endpoint): boolean {
    const { faults, scheduler } = this.context;
    for (const { fault, share } of faults.active(service, region, scheduler.nowMs)) {
      if (fault.kind !== kind || share <= 0 || (share < 1 && this.random.next() >= share)) continue;
      this.onFault(fault.phaseId);
      return true;
    }
    return false;
  }

  /** A table refused: the last replication fault that began is why. */
  private blameReplication(endpointRegion: string): void {
    const { faults, scheduler } = this.context;
    const begun = faults.faults.filter(
      ({ target, region, startMs }) =>
        target === 'dynamodb-replication' && region === endpointRegion && startMs <= scheduler.nowMs,
    );
    const last = begun.at(-1);
    if (last) this.onFault(last.phaseId);
  }

  private distanceMs(endpointRegion: string): number {
    return endpointRegion === this.region ? this.inRegionMs : roundTripMs(this.region, endpointRegion);
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

/** The error Node gives for a name without an address. */
export function unresolvable(hostname: string): Error {
  return Object.assign(new CodeError(`getaddrinfo ENOTFOUND ${hostname}`), {
    code: 'ENOTFOUND',
    errno: -3008,
    syscall: 'getaddrinfo',
    hostname,
  });
}
