import { numberConstant } from '../model/constants';
import type { EndpointHealthCheck } from './health-check';

/** How far one request of a health checker came. Durations are in milliseconds; what never happens is left out. */
export interface ProbeResult {
  /** From the start, name look-up included, to the TCP connection. @default - no connection: a black hole */
  readonly connectMs?: number;
  /** From the connection to the status line, TLS handshake included. @default - no answer */
  readonly statusMs?: number;
  /** HTTP status code. @default - no answer */
  readonly statusCode?: number;
  /** From the status line to the first 5,120 bytes of the body or its end. @default - the body does not come */
  readonly bodyMs?: number;
  /** The body, at least its first 5,120 bytes. @default - empty */
  readonly body?: string;
  /**
   * From the start to a failure that ends the request at once: refused, reset, name not found, handshake refused.
   *
   * @default - nothing broke
   */
  readonly brokenMs?: number;
}

/**
 * Sends one request of a checker.
 *
 * Answers, at once or later, with what happened; timings may lie ahead, so that a transport which knows them need not
 * sleep. It must have answered, or called `connected`, by the time the connection stands, and must have answered by
 * the time the status line arrives: whoever stays silent beyond a limit has missed it.
 *
 * @param checkerRegion The Region the checker runs in.
 * @param connected Takes the milliseconds from the start to the connection, when the rest is not known yet.
 */
export type Probe = (
  checkerRegion: string,
  connected: (connectMs: number) => void,
) => ProbeResult | Promise<ProbeResult>;

/** What a checker makes of a request. */
export interface ProbeVerdict {
  /** Whether the endpoint passed. */
  readonly passed: boolean;
  /** From the start until the checker is done, in milliseconds; the interval to the next request begins here. */
  readonly endMs: number;
}

/**
 * Limits of a request in milliseconds, each counted from the end of the one before.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
const PROBE_LIMITS_MS = {
  connect: 1000 * numberConstant('r53.timeout.connect.http'),
  connectTcp: 1000 * numberConstant('r53.timeout.connect.tcp'),
  status: 1000 * numberConstant('r53.timeout.status.http'),
  body: 1000 * numberConstant('r53.timeout.body.string'),
} as const;

/** Bytes of the body that are searched (`r53.body.searched`). */
const SEARCHED_BYTES = numberConstant('r53.body.searched');

/**
 * Judges one request: connection within four seconds, status 2xx or 3xx within two more, and for string matching the
 * body within two more with the search string entirely in its first 5,120 bytes, case considered. A TCP check passes with
 * a connection within ten seconds.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export function judgeProbe(
  check: Partial<Pick<EndpointHealthCheck, 'protocol' | 'searchString'>>,
  result: ProbeResult,
): ProbeVerdict {
  const brokenMs = result.brokenMs ?? Number.POSITIVE_INFINITY;
  let doneMs = 0;
  const reached = (durationMs: number | undefined, limitMs: number): boolean => {
    const inTime = durationMs !== undefined && durationMs <= limitMs && doneMs + durationMs <= brokenMs;
    doneMs = inTime ? doneMs + durationMs : Math.min(doneMs + limitMs, brokenMs);
    return inTime;
  };
  if (check.protocol === 'TCP') {
    return { passed: reached(result.connectMs, PROBE_LIMITS_MS.connectTcp), endMs: doneMs };
  }
  if (!reached(result.connectMs, PROBE_LIMITS_MS.connect)) return { passed: false, endMs: doneMs };
  if (!reached(result.statusMs, PROBE_LIMITS_MS.status)) return { passed: false, endMs: doneMs };
  const { statusCode } = result;
  if (statusCode === undefined || statusCode < 200 || statusCode >= 400) return { passed: false, endMs: doneMs };
  if (check.searchString === undefined) return { passed: true, endMs: doneMs };
  if (!reached(result.bodyMs, PROBE_LIMITS_MS.body)) return { passed: false, endMs: doneMs };
  return { passed: startsWithin(result.body ?? '', check.searchString), endMs: doneMs };
}

function startsWithin(body: string, searchString: string): boolean {
  // A character takes at most three bytes for each unit of its string's length.
  if (body.length * 3 <= SEARCHED_BYTES) return body.includes(searchString);
  return Buffer.from(body).subarray(0, SEARCHED_BYTES).includes(searchString);
}
