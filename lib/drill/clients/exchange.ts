import type { HttpAnswer, HttpRequest } from '../api/http-event';
import { EVERYWHERE } from '../faults/fault-plan';
import type { RandomStream } from '../kernel/random';
import { backboneRoundTripMs } from '../model/round-trips';
import type { World } from '../world/world';
import type { Endpoint } from './connections';
import type { Client } from './population';
import { CONNECTION_ROUND_TRIPS, type Try, type TryAddress } from './try';

/** A request of a device, under way. */
export interface Exchange {
  readonly region: string;
  readonly address: TryAddress;
  /** What comes back; it may never settle. */
  readonly answer: Promise<HttpAnswer>;
  /**
   * Waits no longer; gives what the try came to. The connection is given up, too: one that carried no answer is taken for
   * dead.
   */
  giveUp(): Try;
}

/**
 * Sends a request as a device does: over the connection that is open to its host, or over a new one to where the name leads.
 * An answer of whatever status leaves the connection open.
 *
 * @param random Draws whether the request is lost on its way.
 * @returns the failed try when the name has no address.
 */
export function beginExchange(
  world: World,
  client: Client,
  request: HttpRequest,
  random: RandomStream,
): Exchange | Try {
  const { scheduler, faults } = world.context;
  const { connections } = client;
  const { host } = request;
  const open = connections.to(host, scheduler.nowMs);
  const endpoint = open ?? endpointBehind(world, client, host);
  if (!('api' in endpoint)) return noAddress(world, endpoint);
  const { region, api } = endpoint;
  const address: TryAddress = open ? { ...open.address, from: 'connection' } : endpoint.address;
  const cut = faults.strikes('internet', region, scheduler.nowMs, () => random.next());
  const tripMs = client.accessMs + backboneRoundTripMs(client.geography, region);
  const wayMs = ((open ? 0 : CONNECTION_ROUND_TRIPS) + 0.5) * tripMs;
  let isGivenUp = false;
  const send = async (): Promise<HttpAnswer> => {
    if (cut) return new Promise(() => {});
    const answer = await api.handle(api.signedByClient(request), wayMs);
    await scheduler.sleep(0.5 * tripMs);
    if (!isGivenUp) connections.keep(host, endpoint, scheduler.nowMs);
    return answer;
  };
  return {
    region,
    address,
    answer: send(),
    giveUp: () => {
      isGivenUp = true;
      connections.drop(host);
      return { region, address, failure: 'time-out', ...(cut ? { phaseId: cut.phaseId } : {}) };
    },
  };
}

/** A try that found no address. */
function noAddress(world: World, address: TryAddress): Try {
  const { faults, scheduler } = world.context;
  const [lost] = faults.active('route53', EVERYWHERE, scheduler.nowMs);
  return { failure: 'no address', address, ...(lost ? { phaseId: lost.fault.phaseId } : {}) };
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
  const endpoint = connections.to(latest, nowMs) ?? endpointBehind(world, client, latest);
  if ('api' in endpoint) connections.keep(latest, endpoint, nowMs);
}

/** Where a name leads, or the address that led nowhere. */
function endpointBehind(world: World, client: Client, host: string): Endpoint | TryAddress {
  const { answer, ...origin } = client.names.lookUp(host, 'A', world.context.scheduler.nowMs);
  const address = { ...origin, ttlSeconds: answer.ttlSeconds };
  const endpoint = answer.record && world.endpointOf(answer.record);
  return endpoint ? { ...endpoint, address } : address;
}
