import type { Fault } from '../faults/fault';
import type { RandomStream } from '../kernel/random';
import { numberConstant } from '../model/constants';
import type { DrillContext } from '../world/context';

/** What faults of the network do to some round trips. */
export interface Crossing {
  /** Milliseconds that they take longer; infinite when no answer ever comes. */
  readonly lateMs: number;
  /** Phase that makes it so. @default - nothing does */
  readonly phaseId?: string;
}

const CLEAR: Crossing = { lateMs: 0 };

/** Wait before a packet is sent again, in milliseconds; it doubles each time (`tcp.rto`). */
const FIRST_RETRANSMISSION_MS = 1000 * numberConstant('tcp.rto');

/** Packets sent again before TCP gives up (`tcp.retries`). */
const MAX_RETRANSMISSIONS = numberConstant('tcp.retries');

/**
 * The faults on the ways between Regions, clients and health checkers, seen from one of these.
 *
 * A packet that is lost is sent again after a second, two, four, as TCP does. Simplified: each round trip is one packet there and
 * one back, and both are lost with the share that the fault says.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6298
 */
export class NetworkPaths {
  /** @param random A stream of its own. */
  constructor(
    private readonly context: DrillContext,
    private readonly random: RandomStream,
  ) {}

  /** What some round trips between a client and a Region meet. */
  fromClient(geography: string, region: string, roundTrips: number): Crossing {
    return this.cross(region, ['clients', geography], roundTrips);
  }

  /** What some round trips between a health checker and a Region meet; checkers run in Regions themselves. */
  fromChecker(checkerRegion: string, region: string, roundTrips: number): Crossing {
    const there = this.cross(region, ['checkers', checkerRegion], roundTrips);
    return checkerRegion === region ? there : sum(there, this.cross(checkerRegion, ['regions', region], roundTrips));
  }

  /** What some round trips between two Regions meet. */
  betweenRegions(from: string, to: string, roundTrips: number): Crossing {
    if (from === to) return CLEAR;
    return sum(this.cross(to, ['regions', from], roundTrips), this.cross(from, ['regions', to], roundTrips));
  }

  private cross(region: string, peers: readonly string[], roundTrips: number): Crossing {
    const { faults, scheduler } = this.context;
    let crossing = CLEAR;
    for (const { fault, share } of faults.active('network', region, scheduler.nowMs, { peers })) {
      const { phaseId } = fault;
      const lateMs = this.lateMs(fault, share, roundTrips);
      if (lateMs > 0) crossing = sum(crossing, { lateMs, phaseId });
    }
    return crossing;
  }

  private lateMs({ kind, delayMs = 0 }: Fault, share: number, roundTrips: number): number {
    if (kind === 'loss') return this.resendingMs(share, roundTrips);
    if (share < 1 && (share <= 0 || this.random.next() >= share)) return 0;
    return kind === 'slow' ? delayMs * roundTrips : Number.POSITIVE_INFINITY;
  }

  /** Time in which round trips wait for packets to be sent again. */
  private resendingMs(lossShare: number, roundTrips: number): number {
    const passes = (1 - lossShare) * (1 - lossShare);
    let waitedMs = 0;
    for (let trip = 0; trip < roundTrips; trip++) {
      for (let resent = 0; this.random.next() >= passes; resent++) {
        if (resent === MAX_RETRANSMISSIONS) return Number.POSITIVE_INFINITY;
        waitedMs += FIRST_RETRANSMISSION_MS * 2 ** resent;
      }
    }
    return waitedMs;
  }
}

function sum(one: Crossing, other: Crossing): Crossing {
  if (one.lateMs === 0) return other;
  return other.lateMs === 0 ? one : { ...other, lateMs: one.lateMs + other.lateMs };
}
