import { NotModelled } from '../not-modelled';
import type { Lognormal } from './constants';
import table from './region-round-trips.json';

/** Where clients are, as the round-trip table knows it. */
export interface Geography {
  /** Name in the table, for example `us-central`. */
  readonly id: string;
  /** The Region whose round trips stand for this geography's backbone. */
  readonly proxy: string;
  /** Round trip between a client and its proxy Region's edge, in milliseconds. */
  readonly accessMs: Lognormal;
}

const p50 = table.p50 as Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Every geography of the table, in file order. */
export const geographies: readonly Geography[] = table.clients.geographies.map(
  ({ id, proxy, accessP50, accessP90 }) => ({
    id,
    proxy,
    accessMs: { p50: accessP50, p90: accessP90 },
  }),
);

/**
 * Median round trip from one Region to another in milliseconds; within a Region, the table's diagonal.
 *
 * @see https://www.cloudping.co/api/latencies?percentile=p_50&timeframe=1Y
 * @throws NotModelled for a Region that is not in the table.
 */
export function roundTripMs(from: string, to: string): number {
  const value = p50[from]?.[to];
  if (value === undefined) {
    const missing = p50[from] ? to : from;
    throw new NotModelled(`round trips of Region ${missing}: no entry in lib/drill/model/region-round-trips.json`);
  }
  return value;
}

/** Median round trip from a geography to a Region in milliseconds, without the client's own access network. */
export function backboneRoundTripMs(geography: Geography, region: string): number {
  return geography.proxy === region ? 0 : roundTripMs(geography.proxy, region);
}

/** Median round trip from a client in a geography to a Region in milliseconds, its access network included. */
export function medianRoundTripMs(geography: Geography, region: string): number {
  return backboneRoundTripMs(geography, region) + geography.accessMs.p50;
}

/** The geography closest to a Region; ties go to the first in the table. */
export function nearestGeography(region: string): Geography {
  const distance = (geography: Geography): number => medianRoundTripMs(geography, region);
  const [first, ...rest] = geographies;
  if (!first) throw new NotModelled('clients: the round-trip table has no geographies');
  return rest.reduce((nearest, candidate) => (distance(candidate) < distance(nearest) ? candidate : nearest), first);
}
