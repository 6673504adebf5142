import { fieldsConstant, numberConstant } from '../model/constants';
import {
  backboneRoundTripMs,
  type Geography,
  geographies,
  medianRoundTripMs,
  nearestGeography,
} from '../model/round-trips';
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
const REACH_MS = numberConstant('choice.client.reach');

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

/** Geographies of so many clients, taking turns by their shares, each of which is kept within one client. */
export function settle(count: number, homes: readonly Home[]): readonly Geography[] {
  const places = homes.map(({ geography, share }) => ({ geography, share, due: 0 }));
  return Array.from({ length: count }, () => {
    for (const place of places) place.due += place.share;
    const next = places.reduce((most, place) => (place.due > most.due ? place : most));
    next.due -= 1;
    return next.geography;
  });
}

/** The Region closest to a geography; ties go to the first. */
export function regionNearestTo(geography: Geography, regions: readonly string[]): string | undefined {
  const distance = (region: string): number => backboneRoundTripMs(geography, region);
  return [...regions].sort((left, right) => distance(left) - distance(right))[0];
}

function peopleIn({ id }: Geography): number {
  const online = fieldsConstant('client.people')[id];
  if (online === undefined) throw new NotModelled(`clients in ${id}: no entry in the constant client.people`);
  return online;
}
