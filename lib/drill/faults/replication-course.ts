import { partsConstant } from '../model/constants';
import type { Fault } from './fault';

/** A span of virtual time in which nothing is replicated, end exclusive. */
interface Cut {
  readonly startMs: number;
  readonly endMs: number;
}

/** Seconds' worth of changes that replicas take in within a second while they catch up. */
const CATCH_UP_RATIO = partsConstant('ddb.mrec.catchup', 'ratio').ratio;

/** Whether a fault cuts replication between a Region's tables and other Regions, or makes it late. */
export function holdsReplication(fault: Fault): boolean {
  return fault.target === 'dynamodb-replication' || isolates(fault);
}

/**
 * Whether a fault lets nothing through between a Region's tables and other Regions for as long as it lasts: replication is paused, or no
 * packet passes the network.
 */
export function cutsReplication(fault: Fault): boolean {
  return isolates(fault) || (fault.target === 'dynamodb-replication' && !isLag(fault));
}

/**
 * Whether a fault of the network lets no packet pass from its beginning to its end. One that lets some pass does not hold replication
 * up: services ask again until they get through.
 */
export function isolates({ target, kind, share, pattern }: Fault): boolean {
  return target === 'network' && (kind === 'error' || kind === 'loss') && share >= 1 && pattern === 'steady';
}

/**
 * Whether a fault makes changes late by so much, and is over when nothing is behind any more, as outages are told. One that the drill
 * breaks off leaves replicas as far behind as they are then.
 */
export function isLag({ delayMs, endMs, courseEndMs }: Fault): boolean {
  return delayMs !== undefined && endMs === courseEndMs;
}

/** When a change that is sent, or under way, at an instant of a lag gets through: all have when the lag is over. */
export function laggedUntilMs({ startMs, endMs, delayMs = 0 }: Fault, sentMs: number): number {
  const fromMs = Math.max(sentMs, startMs);
  return Math.min(fromMs + delayMs, endMs - (endMs - fromMs) / CATCH_UP_RATIO);
}

/**
 * When a change that is sent at an instant leaves for another replica. What has piled up during a cut leaves in the order in which it was
 * sent, many times as fast as it came; what is sent meanwhile leaves behind it.
 *
 * Simplified: changes of one item keep their order, as they do, and those of others keep it, too.
 *
 * @param cuts In order, apart from each other.
 */
export function departureMs(cuts: readonly Cut[], sentMs: number): number {
  let leave = (changeMs: number): number => changeMs;
  let lastOf = (nowMs: number): number => nowMs;
  for (const { startMs, endMs } of cuts) {
    // What was sent before has left when the cut begins.
    const oldestMs = lastOf(startMs);
    if (sentMs < oldestMs) break;
    leave = (changeMs) => Math.max(changeMs, endMs + (changeMs - oldestMs) / CATCH_UP_RATIO);
    lastOf = (nowMs) => Math.min(nowMs, oldestMs + CATCH_UP_RATIO * (nowMs - endMs));
  }
  return leave(sentMs);
}
