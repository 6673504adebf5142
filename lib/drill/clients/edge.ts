import type { HttpAnswer } from '../api/http-event';
import { EVERYWHERE } from '../faults/fault';
import type { World } from '../world/world';
import type { Client } from './population';

/** What a request meets at the edge of a content delivery network. */
export interface EdgePassage {
  /** Milliseconds that it takes longer. */
  readonly lateMs: number;
  /** What the edge answers by itself. @default - it lets the request pass */
  readonly answer?: HttpAnswer;
  /** Phase that makes it so. @default - nothing does */
  readonly phaseId?: string;
}

const UNHINDERED: EdgePassage = { lateMs: 0 };

/**
 * What a client's request meets at the edge, if a fault is there: 503 before any Region hears of it, or a delay. Only requests by the name
 * that clients share go by the edge. A Region's own name leads past it; health checkers and judges ask by such names, and so does lib/client
 * when the shared name fails.
 *
 * Simplified: without a fault the edge is not there; it keeps no copies and takes no time.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-503-service-unavailable.html
 */
export function atEdge({ context, serviceNames }: World, { edge }: Client, host: string): EdgePassage {
  const { faults, scheduler } = context;
  const { nowMs } = scheduler;
  if (faults.active('cdn', EVERYWHERE, nowMs).length === 0 || !serviceNames.includes(host)) return UNHINDERED;
  const draw = (): number => edge.next();
  const fault = faults.strikes('cdn', EVERYWHERE, nowMs, draw);
  const slowness = faults.slowness('cdn', EVERYWHERE, nowMs, draw);
  if (!fault) return slowness;
  const { phaseId } = fault;
  return { lateMs: slowness.lateMs, answer: { status: 503, headers: {}, body: '', phaseId }, phaseId };
}
