import { fieldsConstant } from '../model/constants';
import { type Geography, geographies, medianRoundTripMs, nearestGeography } from '../model/round-trips';
import { NotModelled } from '../not-modelled';

/** A geography with how many of the clients live there. */
export interface Home {
  readonly geography: Geography;
  /** Share of all clients, above 0 and up to 1. */
  readonly share: number;
}

/**
 * Furthest median round trip at which people count as customers of a Region, in milliseconds, their own access network included.
 * A choice, put where nearly everybody in a country with Regions of its own is (`net.client.bounds`).
 */
const REACH_MS = 75;

/**
 * Where the clients of an application live: in the geographies within reach of any of its Regions and the one closest to each,
 * as many as people are online there (`client.people`).
 */
export function homesNear(regions: readonly string[]): readonly Home[] {
  const nearest = regions.map(nearestGeography);
  const isHome = (geography: Geography): boolean =>
    nearest.includes(geography) || regions.some((region) => medianRoundTripMs(geography, region) < REACH_MS);
  const people = geographies.filter(isHome).map((geography) => ({ geography, online: peopleIn(geography) }));
  const all = people.reduce((sum, { online }) => sum + online, 0);
  return people.map(({ geography, online }) => ({ geography, share: online / all }));
}

/** The geography at a position in [0, 1) of all clients. */
export function homeAt(position: number, homes: readonly Home[]): Geography {
  let end = 0;
  const home = homes.find(({ share }) => {
    end += share;
    return position < end;
  });
  // Shares add up to 1 but for what rounding takes away.
  return (home ?? (homes.at(-1) as Home)).geography;
}

function peopleIn({ id }: Geography): number {
  const online = fieldsConstant('client.people')[id];
  if (online === undefined) throw new NotModelled(`clients in ${id}: no entry in the constant client.people`);
  return online;
}
