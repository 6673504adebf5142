import { drawBackboneRoundTripMs, jittered } from '../model/round-trips';
import type { Client } from './population';

/**
 * Draws the round trip of a new connection from a client to a Region in milliseconds: through its access network and over the
 * backbone from there.
 *
 * Simplified: from one connection to the next an access network scatters no more than the backbone does (`net.rtt.jitter`), since
 * nothing was found for one household or phone; how clients differ from each other is in their own medians.
 */
export function drawTripMs(client: Client, region: string): number {
  return accessTripMs(client) + drawBackboneRoundTripMs(client.geography, region, client.trips);
}

/**
 * Draws what a question to the client's resolver takes in milliseconds: a round trip through its access network, at whose other end
 * resolvers are.
 *
 * Simplified: a resolver has its answer at once. How far it is from it to Route 53's name servers, which are at many places under the
 * same addresses, is not published.
 */
export function lookUpMs(client: Client): number {
  return accessTripMs(client);
}

function accessTripMs({ accessMs, trips }: Client): number {
  return jittered(accessMs, trips);
}
