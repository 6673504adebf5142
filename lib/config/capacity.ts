import type { QualifiedConfig } from './qualified-config';

/** Requests in an emergency for each request in peace: clients of a lost Region repeat what failed. */
const RETRY_HEADROOM = 2;

/**
 * How much more than its even share the busiest pair of neighbours may carry. Latency routing follows where clients are, not how many,
 * and may send all clients of a lost Region to one neighbour; nothing spreads them.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-latency.html
 */
const SKEW = 1.5;

/**
 * Concurrent executions for those who do not count in the peak: about sixteen health checkers, which send a request each 10 s, and the
 * judges, which send up to twenty at once.
 */
const WATCHERS = 20;

/**
 * Requests per second that one execution environment takes at most, however short they are.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests
 */
const REQUESTS_PER_ENVIRONMENT = 10;

/**
 * Largest burst that API Gateway grants an account in a Region.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
const MAX_BURST = 5_000;

/**
 * Units per second that a new on-demand table, or index, takes at once; warming begins above them.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial
 */
const NEW_TABLE: Throughput = { readUnits: 12_000, writeUnits: 4_000 };

/**
 * Units per second that a table or an index takes at most, until the account's quota is raised.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#default-limits-throughput
 */
export const TABLE_QUOTA = 40_000;

/**
 * Units of the table that the most expensive request takes: reading a parcel of up to 4 KB strongly; recording a delivery, which
 * writes two items of up to 1 KB.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#read-write-request-units
 */
const TABLE_UNITS: Throughput = { readUnits: 1, writeUnits: 2 };

/** Units of the index: listing a full page of 100 parcels of up to 1 KB, eventually consistent; one parcel written. */
const INDEX_UNITS: Throughput = { readUnits: 12.5, writeUnits: 1 };

/** Units per second of a table or an index. */
export interface Throughput {
  /** Read request units. */
  readonly readUnits: number;
  /** Write request units. */
  readonly writeUnits: number;
}

/** The stage's throttle. */
export interface Throttle {
  /** Requests per second. */
  readonly rate: number;
  /** Requests at once. */
  readonly burst: number;
}

/** What a Region must already hold before another one is lost. */
export interface RegionCapacity {
  /** Share of the whole peak, at most 1, that a Region has to serve after one of the others is lost. */
  readonly survivorShare: number;
  /** The stage's throttle: the whole peak and its repetitions. */
  readonly throttle: Throttle;
  /** Executions that are kept for the API function and beyond which it is stopped: the whole peak and its repetitions. */
  readonly reservedConcurrency: number;
  /** Initialized execution environments for the survivor's share of the peak; nothing when not asked for. */
  readonly provisionedConcurrency: number | undefined;
  /** Warm throughput of the table; nothing when not asked for, or when a new table has it already. */
  readonly warmTable: Throughput | undefined;
  /** Warm throughput of the index, likewise. */
  readonly warmIndex: Throughput | undefined;
  /** The units per second that reach one replica after a loss, warmed or not. */
  readonly table: Throughput;
  /** The units per second that reach one replica's index after a loss, warmed or not. */
  readonly index: Throughput;
}

/**
 * Derives what each Region holds ready, so that losing one changes no setting in the others.
 *
 * By Little's law the executions under way are rate × duration; the 99th percentile in place of the mean is the margin for a slow
 * day. What is free while idle (throttle, reserved concurrency) admits the whole peak, repeated, in any one Region. What costs
 * (provisioned concurrency, warm reads) is held for the survivor's share, min(1, 1.5 × 2 ÷ N): its own share and that of the lost
 * Region, unevenly spread. Every replica takes every Region's writes, whoever is lost.
 */
export function regionCapacity({ load, regions, capacity }: CapacityInput): RegionCapacity {
  const { peakRequestsPerSecond: peak, p99DurationMilliseconds } = load;
  const survivorShare = Math.min(1, (SKEW * 2) / regions.length);
  const served = peak * survivorShare;
  const table = unitsAt(TABLE_UNITS, served, peak);
  const index = unitsAt(INDEX_UNITS, served, peak);
  return {
    survivorShare,
    throttle: throttleFor(peak),
    reservedConcurrency: WATCHERS + concurrency(peak * RETRY_HEADROOM, p99DurationMilliseconds),
    provisionedConcurrency: capacity.provisionedConcurrency ? concurrency(served, p99DurationMilliseconds) : undefined,
    warmTable: capacity.warmThroughput ? beyondNewTable(table) : undefined,
    warmIndex: capacity.warmThroughput ? beyondNewTable(index) : undefined,
    table,
    index,
  };
}

/** The part of a config that capacity follows from. */
export type CapacityInput = Pick<QualifiedConfig, 'load' | 'regions' | 'capacity'>;

/** Throttle of a Region that may have to bear a peak alone, with room for clients that repeat their requests. */
export function throttleFor(peakRequestsPerSecond: number): Throttle {
  const rate = Math.ceil(peakRequestsPerSecond * RETRY_HEADROOM);
  return { rate, burst: Math.min(rate, MAX_BURST) };
}

/** The arithmetic of {@link regionCapacity} in one line, for the output of synthesis. */
export function explainCapacity(config: CapacityInput): string {
  const { peakRequestsPerSecond: peak, p99DurationMilliseconds: duration } = config.load;
  const held = regionCapacity(config);
  const retried = peak * RETRY_HEADROOM;
  const byDuration = Math.ceil((retried * duration) / 1_000);
  const byRate = Math.ceil(retried / REQUESTS_PER_ENVIRONMENT);
  return [
    `holds for the loss of one of ${config.regions.length} Regions: peak ${peak}/s × ${RETRY_HEADROOM} for repetitions = throttle ${held.throttle.rate}/s`,
    `max(${retried}/s × ${duration} ms = ${byDuration}, ${retried}/s ÷ ${REQUESTS_PER_ENVIRONMENT} = ${byRate}) + ${WATCHERS} for health checks and probes = ${held.reservedConcurrency} executions reserved`,
    `survivor's share min(1, ${SKEW} × 2 ÷ ${config.regions.length}) = ${percent(held.survivorShare)}: ` +
      `${held.provisionedConcurrency ?? 'no'} environments provisioned, ` +
      `table ${units(held.table)}${warmth(held.warmTable)}, index ${units(held.index)}${warmth(held.warmIndex)}`,
  ].join('; ');
}

function concurrency(rate: number, durationMilliseconds: number): number {
  return Math.ceil(Math.max((rate * durationMilliseconds) / 1_000, rate / REQUESTS_PER_ENVIRONMENT));
}

function unitsAt(perRequest: Throughput, reads: number, writes: number): Throughput {
  return {
    readUnits: Math.ceil(perRequest.readUnits * reads),
    writeUnits: Math.ceil(perRequest.writeUnits * writes),
  };
}

/** Warm throughput cannot be set below what a table has. */
function beyondNewTable({ readUnits, writeUnits }: Throughput): Throughput | undefined {
  if (readUnits <= NEW_TABLE.readUnits && writeUnits <= NEW_TABLE.writeUnits) return undefined;
  return {
    readUnits: Math.max(readUnits, NEW_TABLE.readUnits),
    writeUnits: Math.max(writeUnits, NEW_TABLE.writeUnits),
  };
}

function units({ readUnits, writeUnits }: Throughput): string {
  return `${readUnits} reads/s and ${writeUnits} writes/s`;
}

function warmth(warm: Throughput | undefined): string {
  return warm === undefined ? '' : ' (warmed)';
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
