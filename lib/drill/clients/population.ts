import type { RegionalFetch } from '../../client';
import { DeviceCache, deviceMix, type ResolverFleet } from '../dns';
import type { RandomStream } from '../kernel/random';
import { numberConstant } from '../model/constants';
import type { Geography } from '../model/round-trips';
import { Connections } from './connections';
import { homesNear, settle } from './homes';

/** One client device. */
export interface Client {
  readonly index: number;
  readonly geography: Geography;
  /** Its view of names. */
  readonly names: DeviceCache;
  /** Its open connections. */
  readonly connections: Connections;
  /** Median round trip of its own access network, in milliseconds. */
  readonly accessMs: number;
  /** Draws the round trips of its connections; a stream of its own. */
  readonly trips: RandomStream;
  /** Draws how long a person waits for an answer; a stream of its own. */
  readonly patience: RandomStream;
  /** Draws what its requests meet at the edge of a content delivery network; a stream of its own. */
  readonly edge: RandomStream;
  /** The library through which it asks. @default - it asks the shared name and nothing more */
  readonly library?: RegionalFetch;
}

/** Seconds between two operations of one client, on average. A choice: it sets how many clients make up a rate. */
export const SECONDS_BETWEEN_OPERATIONS = numberConstant('choice.client.interval');

/** How clients are sampled. */
export interface PopulationProps {
  /** Regions that serve; clients live in the geographies within their reach, as many in each as people are online there. */
  readonly regions: readonly string[];
  readonly resolvers: ResolverFleet;
  /** A stream of its own. */
  readonly random: RandomStream;
  /**
   * Operations a second that these clients make together. Sampled traffic comes from fewer clients, each as busy as ever:
   * what a client remembers of a name depends on how often it asks.
   */
  readonly madePerSecond: number;
}

/** The clients of a drill: fixed for a seed, the same for a blueprint and for its single-Region twin. */
export function populate({ regions, resolvers, random, madePerSecond }: PopulationProps): readonly Client[] {
  const homes = homesNear(regions);
  const kinds = deviceMix();
  const count = Math.max(homes.length, Math.round(madePerSecond * SECONDS_BETWEEN_OPERATIONS));
  return settle(count, homes).map((geography, index) => {
    const kind = random.weighted(kinds);
    return {
      index,
      geography,
      names: new DeviceCache(kind, resolvers.assign(geography, random)),
      connections: new Connections(kind),
      accessMs: random.lognormal(geography.accessMs),
      trips: random.fork(`trips/${index}`),
      patience: random.fork(`patience/${index}`),
      edge: random.fork(`edge/${index}`),
    };
  });
}
