import type { RandomStream } from '../kernel/random';
import { numberConstant } from '../model/constants';
import { CONNECTION_ROUND_TRIPS } from '../model/handshakes';
import { drawRoundTripMs } from '../model/round-trips';
import type { OutboundAnswer, OutboundRequest } from '../sandbox/virtual-fetch';
import type { DrillContext } from '../world/context';
import { NetworkPaths } from './network-paths';
import { StubResolver, unresolvable } from './stub-resolver';

/** A server that a public name leads to. */
export interface WebServer {
  readonly region: string;
  /** Answers a request that reaches it after a way of `wayMs` virtual milliseconds. */
  handle(request: OutboundRequest, wayMs: number): Promise<OutboundAnswer>;
}

/** The public internet, as functions see it. */
export interface Internet {
  /**
   * The server behind a name, as the resolver of a Region says now; nothing when the name has no address.
   *
   * @throws NotModelled for a name that nobody in the assembly serves.
   */
  serverOf(name: string, region: string): WebServer | undefined;
}

interface Connection {
  readonly server: WebServer;
  /** Round trip over it, in milliseconds. */
  readonly tripMs: number;
  idleSinceMs: number;
}

/** How long an idle connection is kept, in milliseconds (`net.undici.keepAlive`). */
const KEEP_ALIVE_MS = 1000 * numberConstant('net.undici.keepAlive');

/**
 * The HTTPS connections of one execution environment, as undici keeps them for Node's `fetch`: one request at a time on
 * each, as many as run at once, used again for the same host until they were idle for some seconds. A connection stays
 * with the server it was made to, wherever the name leads by then; Node looks a name up for each new one.
 *
 * Simplified: servers never close a connection, and look-ups take no time, for no figure was found.
 */
export class HttpsClient {
  private readonly idle = new Map<string, Connection[]>();
  private closed = false;
  private readonly resolver: StubResolver;
  private readonly paths: NetworkPaths;
  private readonly trips: RandomStream;

  /**
   * @param region Region of the environment.
   * @param random Stream whose forks draw distances and faults on the way.
   */
  constructor(
    private readonly region: string,
    private readonly internet: Internet,
    private readonly context: DrillContext,
    random: RandomStream,
  ) {
    this.resolver = new StubResolver(region, context, random.fork('resolver'));
    this.paths = new NetworkPaths(context, random.fork('paths'));
    this.trips = random.fork('trips');
  }

  /** The environment is gone: no answer comes back. */
  close(): void {
    this.closed = true;
  }

  /**
   * Sends a request and gives the answer.
   *
   * @throws an `ENOTFOUND` error when the host's name has no address, `EAI_AGAIN` when the Region's resolver does not answer.
   */
  async send(request: OutboundRequest): Promise<OutboundAnswer> {
    const { scheduler } = this.context;
    const kept = this.takeIdle(request.host);
    if (!kept && this.resolver.fault()) throw await this.resolver.giveUp(request.host);
    const server = kept?.server ?? this.internet.serverOf(request.host, this.region);
    if (!server) throw unresolvable(request.host);
    const tripMs = kept?.tripMs ?? drawRoundTripMs(this.region, server.region, this.trips);
    const roundTrips = kept ? 0 : CONNECTION_ROUND_TRIPS;
    const { lateMs } = this.paths.betweenRegions(this.region, server.region, roundTrips + 1);
    if (lateMs === Number.POSITIVE_INFINITY) return new Promise(() => {});
    const wayMs = (roundTrips + 0.5) * tripMs + lateMs;
    const answer = await server.handle(request, wayMs);
    await scheduler.sleep(0.5 * tripMs);
    if (this.closed) return new Promise(() => {});
    if (request.headers.connection !== 'close')
      this.keep(request.host, { server, tripMs, idleSinceMs: scheduler.nowMs });
    return answer;
  }

  private takeIdle(host: string): Connection | undefined {
    const connections = this.idle.get(host);
    const last = connections?.pop();
    if (!last || this.context.scheduler.nowMs - last.idleSinceMs < KEEP_ALIVE_MS) return last;
    // The last used is the last to go: the others are older still.
    this.idle.delete(host);
    return undefined;
  }

  private keep(host: string, connection: Connection): void {
    const connections = this.idle.get(host);
    if (connections) connections.push(connection);
    else this.idle.set(host, [connection]);
  }
}
