import type { DynamoDbService } from '../data/dynamodb-service';
import type { Fault } from '../faults/fault-plan';
import type { RandomStream } from '../kernel/random';
import { quantilesConstant } from '../model/constants';
import { roundTripMs } from '../model/round-trips';
import { NotModelled } from '../not-modelled';
import { CodeError } from '../sandbox/code-error';
import type { DrillContext } from '../world/context';

/** A request of an AWS SDK as it leaves an execution environment. */
export interface WireRequest {
  readonly hostname: string;
  /** `X-Amz-Target`, for example `DynamoDB_20120810.GetItem`. */
  readonly target: string;
  /** JSON text of the body. */
  readonly body: string;
}

/** An answer as it arrives. */
export interface WireAnswer {
  readonly statusCode: number;
  /** JSON text of the body. */
  readonly body: string;
}

/** Regional endpoints of DynamoDB, with or without an account in front. */
const DYNAMODB_HOST = /^(?:\d{12}\.ddb|dynamodb)\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com$/;

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
  private readonly connected = new Set<string>();
  private closed = false;
  private readonly inRegionMs = quantilesConstant('net.inRegion').p50 ?? 0;

  /**
   * @param region Region of the environment.
   * @param random Stream for draws of faults on this wire.
   * @param onFault Told the outage phase of a fault that strikes a call.
   */
  constructor(
    private readonly region: string,
    private readonly dynamoDb: DynamoDbService,
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
   * Sees to a live connection to a host.
   *
   * @throws an `ENOTFOUND` error when the host's name has no address.
   */
  async connect(hostname: string): Promise<void> {
    const { scheduler } = this.context;
    const endpointRegion = regionOf(hostname);
    if (this.isStruck('name', endpointRegion)) {
      this.connected.delete(hostname);
      throw unresolvable(hostname);
    }
    if (this.connected.has(hostname)) return;
    await scheduler.sleep(CONNECTION_ROUND_TRIPS * this.distanceMs(endpointRegion));
    this.connected.add(hostname);
  }

  /** Sends a request over a live connection and gives the answer. */
  async exchange({ hostname, target, body }: WireRequest): Promise<WireAnswer> {
    const endpointRegion = regionOf(hostname);
    const [, operation] = target.split('.');
    if (!operation) throw new NotModelled(`request to ${hostname} without an operation`);
    if (endpointRegion !== this.region) await this.context.scheduler.sleep(roundTripMs(this.region, endpointRegion));
    if (this.isStruck('error', endpointRegion)) return SERVICE_UNAVAILABLE;
    const answer = await this.dynamoDb.answer(endpointRegion, operation, JSON.parse(body));
    if (answer.statusCode >= 500) this.blameReplication(endpointRegion);
    return { statusCode: answer.statusCode, body: JSON.stringify(answer.body) };
  }

  /** Draws whether a fault hits this step of a call: names matter when connecting, errors when answering. */
  private isStruck(kind: Fault['kind'], endpointRegion: string): boolean {
    const { faults, scheduler } = this.context;
    for (const { fault, share } of faults.active('dynamodb', endpointRegion, scheduler.nowMs)) {
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

/** What a service that cannot serve answers. */
const SERVICE_UNAVAILABLE: WireAnswer = {
  statusCode: 503,
  body: JSON.stringify({
    __type: 'com.amazonaws.dynamodb.v20120810#ServiceUnavailable',
    message: 'Service unavailable',
  }),
};

const regionsByHost = new Map<string, string>();

function regionOf(hostname: string): string {
  const known = regionsByHost.get(hostname);
  if (known !== undefined) return known;
  const region = DYNAMODB_HOST.exec(hostname)?.[1];
  if (!region) throw new NotModelled(`endpoint ${hostname}`);
  regionsByHost.set(hostname, region);
  return region;
}

/** The error Node gives for a name without an address. */
function unresolvable(hostname: string): Error {
  return Object.assign(new CodeError(`getaddrinfo ENOTFOUND ${hostname}`), {
    code: 'ENOTFOUND',
    errno: -3008,
    syscall: 'getaddrinfo',
    hostname,
  });
}
