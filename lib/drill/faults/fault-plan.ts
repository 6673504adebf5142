/** What a fault acts on; every fault of the drill acts in one of these places and nowhere else. */
export type FaultTarget =
  /** Requests to a Region's DynamoDB endpoint. */
  | 'dynamodb'
  /** Replication to and from a Region's DynamoDB replicas. */
  | 'dynamodb-replication'
  /** Invocations of a Region's functions. */
  | 'lambda'
  /** Requests to a Region's HTTP APIs. */
  | 'api-gateway'
  /** Metrics published in a Region, on their way to alarms and health checks. */
  | 'cloudwatch'
  /** Schedules of a Region, on their way to what they invoke. */
  | 'scheduler'
  /** Requests to a Region's buckets, and replication from and to them. */
  | 's3'
  /** The same, but for requests that only read. */
  | 's3-writes'
  /** Requests to a Region's Systems Manager endpoint. */
  | 'ssm'
  /** Names that functions in a Region look up. */
  | 'resolver'
  /** What comes to a Region over the internet: from clients, and from health checkers. */
  | 'internet'
  /** Questions to Route 53's name servers, wherever they come from; its Region is {@link EVERYWHERE}. */
  | 'route53';

/** The Region of faults that act in no Region alone. */
export const EVERYWHERE = 'everywhere';

/** One effect of one outage phase, in virtual time. */
export interface Fault {
  /** Phase of the outage it comes from, for example `p1`. */
  readonly phaseId: string;
  readonly target: FaultTarget;
  readonly region: string;
  /** Start, in milliseconds of virtual time. */
  readonly startMs: number;
  /** End, exclusive, in milliseconds of virtual time. */
  readonly endMs: number;
  /** Where the course over time ends; later than `endMs` when the drill replays only a part of the outage. */
  readonly courseEndMs: number;
  /**
   * How requests fail: `name`: the endpoint's name has no address; `error`: the service answers with an error, or loses
   * what it was given; `throttle`: it refuses for the rate; `silence`: nothing comes back (HTTP APIs only); `delay`: what is
   * under way is held back.
   */
  readonly kind: 'name' | 'error' | 'throttle' | 'silence' | 'delay';
  /** Share of requests hit at the fault's height, from 0 to 1. */
  readonly share: number;
  /** Course over time: as the catalogue names it. */
  readonly pattern: 'steady' | 'flapping' | 'recovering' | 'worsening';
  /** Period of a flapping fault in milliseconds. @default - the fault does not flap */
  readonly periodMs?: number;
  /** Delay of what is held back, in milliseconds. @default - nothing is held back */
  readonly delayMs?: number;
}

/** A span of virtual time, end exclusive. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** Everything that is broken in a drill: a pure function of place and time. */
export class FaultPlan {
  private readonly byPlace = new Map<string, Fault[]>();
  private readonly outages = new Map<string, readonly Span[]>();

  /** @param faults Every fault of the run. */
  constructor(readonly faults: readonly Fault[]) {
    for (const fault of faults) {
      const place = placeOf(fault.target, fault.region);
      this.byPlace.set(place, [...(this.byPlace.get(place) ?? []), fault]);
    }
  }

  /** The faults that act on a place at an instant, each with the share of requests it hits just then. */
  active(target: FaultTarget, region: string, nowMs: number): readonly { fault: Fault; share: number }[] {
    const faults = this.byPlace.get(placeOf(target, region));
    if (!faults) return NONE;
    const begun = faults.filter((fault) => fault.startMs <= nowMs && nowMs < fault.endMs);
    return begun.length === 0 ? NONE : begun.map((fault) => ({ fault, share: shareAt(fault, nowMs) }));
  }

  /** Draws whether a request at this place and instant is hit, and by which fault; a delay hits nobody. */
  strikes(target: FaultTarget, region: string, nowMs: number, draw: () => number): Fault | undefined {
    for (const { fault, share } of this.active(target, region, nowMs)) {
      if (fault.kind === 'delay') continue;
      if (share >= 1 || (share > 0 && draw() < share)) return fault;
    }
    return undefined;
  }

  /** When replication to and from a Region is held back, merged and in order. */
  replicationOutages(region: string): readonly Span[] {
    let spans = this.outages.get(region);
    if (!spans) {
      spans = merge(this.byPlace.get(placeOf('dynamodb-replication', region)) ?? []);
      this.outages.set(region, spans);
    }
    return spans;
  }

  /** When a change that would arrive at `arrivalMs` gets through between two Regions. */
  replicationArrivalMs(from: string, to: string, sentMs: number, arrivalMs: number): number {
    const arrivals = [from, to].map((region) =>
      this.heldBackUntilMs('dynamodb-replication', region, sentMs, arrivalMs),
    );
    return Math.max(...arrivals);
  }

  /**
   * When something gets through a place that would arrive at `arrivalMs` if nothing held it back.
   *
   * What is on its way during a delay arrives by the fault's delay later, at the latest when the fault ends: by then, says
   * the catalogue, nothing was behind any more.
   *
   * @param sentMs When it set out, in virtual milliseconds.
   */
  heldBackUntilMs(target: FaultTarget, region: string, sentMs: number, arrivalMs: number): number {
    let latest = arrivalMs;
    for (const fault of this.byPlace.get(placeOf(target, region)) ?? NONE) {
      if (fault.kind !== 'delay' || arrivalMs <= fault.startMs || sentMs >= fault.endMs) continue;
      const heldUntilMs = Math.min(Math.max(sentMs, fault.startMs) + (fault.delayMs ?? 0), fault.endMs);
      latest = Math.max(latest, heldUntilMs);
    }
    return latest;
  }
}

const NONE: readonly never[] = [];

/** Spans in order, those that touch made one. */
export function merge(spans: readonly Span[]): readonly Span[] {
  const merged: { startMs: number; endMs: number }[] = [];
  for (const { startMs, endMs } of [...spans].sort((left, right) => left.startMs - right.startMs)) {
    const last = merged.at(-1);
    if (last && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs);
    else merged.push({ startMs, endMs });
  }
  return merged;
}

function placeOf(target: FaultTarget, region: string): string {
  return `${target} ${region}`;
}

/** Share of requests a fault hits at an instant within it. */
function shareAt(fault: Fault, nowMs: number): number {
  const progress = (nowMs - fault.startMs) / (fault.courseEndMs - fault.startMs);
  switch (fault.pattern) {
    case 'steady':
      return fault.share;
    case 'recovering':
      return fault.share * (1 - progress);
    case 'worsening':
      return fault.share * progress;
    case 'flapping': {
      const periodMs = fault.periodMs ?? fault.courseEndMs - fault.startMs;
      return ((nowMs - fault.startMs) / periodMs) % 1 < 0.5 ? fault.share : 0;
    }
  }
}
