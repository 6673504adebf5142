import { type RandomStream, spreadOf } from '../kernel/random';
import { NotModelled } from '../not-modelled';
import { type Lognormal, numberConstant } from './constants';
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

type Matrix = Readonly<Record<string, Readonly<Record<string, number>>>>;

const p50: Matrix = table.p50;
const p90: Matrix = table.p90;

/** Every geography of the table, in file order. */
export const geographies: readonly Geography[] = table.clients.geographies.map(
  ({ id, proxy, accessP50, accessP90 }) => ({
    id,
    proxy,
    accessMs: { p50: accessP50, p90: accessP90 },
  }),
);

/**
 * Median round trip from one Region to another in milliseconds; within a Region, the table's diagonal. What is chosen by long-run
 * figures, as Route 53 and a table's quorum do, goes by it.
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

/** How far round trips scatter where only their median is known (`net.rtt.jitter`). */
const JITTER_SPREAD = spreadOf({ p50: 1, p90: numberConstant('net.rtt.jitter') });

/** How far the round trips of each pair of Regions scatter, worked out once: they are drawn for every connection. */
const spreads = new Map(
  Object.entries(p50).map(([from, medians]) => [
    from,
    new Map(
      Object.entries(medians).map(([to, median]) => {
        const upper = p90[from]?.[to];
        return [to, upper === undefined ? JITTER_SPREAD : spreadOf({ p50: median, p90: upper })];
      }),
    ),
  ]),
);

/**
 * Round trip of a new connection from one Region to another in milliseconds, drawn by the table's median and 90th percentile. These
 * are of connections made over a year, so that they hold routes as well as queues: one connection keeps what it was drawn, and what
 * is sent over it arrives in order.
 *
 * @see https://www.cloudping.co/api/latencies?percentile=p_90&timeframe=1Y
 * @throws NotModelled for a Region that is not in the table.
 */
export function drawRoundTripMs(from: string, to: string, random: RandomStream): number {
  return roundTripMs(from, to) * random.factor(spreads.get(from)?.get(to) ?? JITTER_SPREAD);
}

/** The same from a geography to a Region, without the client's own access network. */
export function drawBackboneRoundTripMs({ proxy }: Geography, region: string, random: RandomStream): number {
  return proxy === region ? 0 : drawRoundTripMs(proxy, region, random);
}

/** A round trip around a median, in milliseconds, where no more than that is known of it. */
export function jittered(medianMs: number, random: RandomStream): number {
  return medianMs * random.factor(JITTER_SPREAD);
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
