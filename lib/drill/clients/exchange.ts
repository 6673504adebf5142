import type { HttpAnswer, HttpRequest } from '../api/http-event';
import { extended } from '../kernel/extended';
import { CONNECTION_ROUND_TRIPS } from '../model/handshakes';
import type { World } from '../world/world';
import { drawTripMs, lookUpMs } from './client-trip';
import type { Endpoint } from './connections';
import { atEdge, type EdgePassage } from './edge';
import type { Client } from './population';
import { blamed, type Try, type TryAddress } from './try';

/** A request of a device, under way. */
export interface Exchange {
  /** Region that is asked. @default - none: the edge in front of it answers by itself */
  readonly region?: string;
  /** Where its address came from. @default - no Region is asked */
  readonly address?: TryAddress;
  /** Milliseconds from the beginning until the connection stands; infinite when it never does. */
  readonly connectMs: number;
  /** What comes back; it may never settle. */
  readonly answer: Promise<HttpAnswer>;
  /**
   * Waits no longer; gives what the try came to. The connection is given up, too: one that carried no answer is taken for
   * dead.
   */
  giveUp(): Try;
}

/** A request that never left the device. */
export interface Unsent {
  /** What the try came to: the name had no address, or the issuer gave no token. */
  readonly unsent: Try;
  /** Milliseconds until the device knows. */
  readonly afterMs: number;
}

/**
 * Sends a request as a device does: over the connection that is open to its host, or over a new one to where the name leads.
 * An answer of whatever status leaves the connection open.
 *
 * @param connectLimitMs How long the device waits for a connection; without one in this time the request does not leave. @default - for ever
 */
export function beginExchange(
  world: World,
  client: Client,
  request: HttpRequest,
  connectLimitMs = Number.POSITIVE_INFINITY,
): Exchange | Unsent {
  const { scheduler } = world.context;
  const { connections } = client;
  const { host } = request;
  const open = connections.to(host, scheduler.nowMs);
  const way: Way = open
    ? { endpoint: open, address: extended(open.address, { from: 'connection' }), lookUpMs: 0 }
    : wayTo(world, client, host);
  const { endpoint, address } = way;
  if (!endpoint) return { unsent: { failure: 'no address', address, ...blamed(way) }, afterMs: way.lookUpMs };
  const { region, api, tripMs } = endpoint;
  const signIn = api.needsToken(request) ? world.identityProvider.renew(client.index) : undefined;
  if (signIn) return { unsent: { failure: 'no token', phaseId: signIn.phaseId }, afterMs: 0 };
  const connectionTrips = open ? 0 : CONNECTION_ROUND_TRIPS;
  const crossing = world.paths.fromClient(client.geography.id, region, connectionTrips + 1);
  // What a fault costs, it costs each round trip alike.
  const lateMs = crossing.lateMs / (connectionTrips + 1);
  const connectMs = open ? 0 : way.lookUpMs + connectionTrips * (tripMs + lateMs);
  const edge = atEdge(world, client, host);
  if (edge.answer) {
    const standsAfterMs = open ? 0 : way.lookUpMs + CONNECTION_ROUND_TRIPS * client.accessMs;
    return answeredAtEdge(world, client, standsAfterMs, { ...edge, answer: edge.answer });
  }
  const wayMs = connectMs + 0.5 * tripMs + lateMs + edge.lateMs;
  let isGivenUp = false;
  const send = async (): Promise<HttpAnswer> => {
    if (lateMs === Number.POSITIVE_INFINITY || connectMs > connectLimitMs) return new Promise(() => {});
    const answer = await api.handle(api.signedByClient(request), wayMs);
    await scheduler.sleep(0.5 * tripMs);
    if (!isGivenUp) connections.keep(host, endpoint, scheduler.nowMs);
    return answer;
  };
  return {
    region,
    address,
    connectMs,
    answer: send(),
    giveUp: () => {
      isGivenUp = true;
      connections.drop(host);
      return { region, address, failure: 'time-out', ...blamed(edge), ...blamed(crossing) };
    },
  };
}

/** A request that goes no further than the edge, which is next to the client: no Region hears of it. */
function answeredAtEdge(
  { context }: World,
  { accessMs }: Client,
  connectMs: number,
  edge: EdgePassage & Required<Pick<EdgePassage, 'answer'>>,
): Exchange {
  const send = async (): Promise<HttpAnswer> => {
    await context.scheduler.sleep(connectMs + accessMs + edge.lateMs);
    return edge.answer;
  };
  return { connectMs, answer: send(), giveUp: () => ({ failure: 'time-out', ...blamed(edge) }) };
}

/**
 * Does to a client's connection and to caches on the way what an operation would do that is not made: where only a part of the
 * traffic is made, names and connections are used as often as in all of it.
 *
 * @param host Name that is asked if the client has not asked any yet.
 */
export function stayConnected(world: World, client: Client, host: string): void {
  const { nowMs } = world.context.scheduler;
  const { connections } = client;
  const latest = connections.latestHost ?? host;
  const endpoint = connections.to(latest, nowMs) ?? wayTo(world, client, latest).endpoint;
  if (endpoint) connections.keep(latest, endpoint, nowMs);
}

/** Where a name leads now. */
interface Way {
  /** @default - the name has no address */
  readonly endpoint?: Endpoint;
  readonly address: TryAddress;
  /** What the look-up of the name took, in milliseconds. */
  readonly lookUpMs: number;
  /** Outage phase that left the name without an address. @default - none did */
  readonly phaseId?: string;
}

function wayTo(world: World, client: Client, host: string): Way {
  const { answer, ...origin } = client.names.lookUp(host, 'A', world.context.scheduler.nowMs);
  const { record, ttlSeconds, phaseId } = answer;
  const address = extended(origin, { ttlSeconds });
  const found = record && world.endpointOf(record);
  const endpoint = found && extended(found, { address, tripMs: drawTripMs(client, found.region) });
  return {
    address,
    lookUpMs: address.from === 'device' ? 0 : lookUpMs(client),
    ...(endpoint ? { endpoint } : {}),
    ...blamed({ phaseId }),
  };
}
