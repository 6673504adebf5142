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
}

const UNHINDERED: EdgePassage = { lateMs: 0 };

/**
 * What a client's request meets at the edge, if a fault is there: 503 before any Region hears of it, or a delay. Only requests by a name
 * that Regions share go by the edge; a Region's own name leads past it, and health checkers and judges ask by those.
 *
 * Simplified: without a fault the edge is not there; it keeps no copies and takes no time.
 */
export function atEdge({ context, serviceNames }: World, { edge }: Client, host: string): EdgePassage {
  const { faults, scheduler } = context;
  const draw = (): number => edge.next();
  if (faults.active('cdn', EVERYWHERE, scheduler.nowMs).length === 0 || !serviceNames.includes(host)) return UNHINDERED;
  const fault = faults.strikes('cdn', EVERYWHERE, scheduler.nowMs, draw);
  const { lateMs } = faults.slowness('cdn', EVERYWHERE, scheduler.nowMs, draw);
  if (!fault) return { lateMs };
  return { lateMs, answer: { status: 503, headers: {}, body: '', phaseId: fault.phaseId } };
}
