import { NotModelled } from '../not-modelled';
import { type Asked, concerns, EVERYWHERE, type Fault, type FaultTarget, shareAt, WAYS_TO_FAIL } from './fault';
import { cutsReplication, departureMs, isLag, isolates, laggedUntilMs } from './replication-course';

export type { Fault, FaultTarget } from './fault';

/** A span of virtual time, end exclusive. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** A fault that acts at an instant, with the share of requests it hits just then. */
export interface ActiveFault {
  readonly fault: Fault;
  readonly share: number;
}

/** How much later something is answered. */
export interface Slowness {
  /** Milliseconds. */
  readonly lateMs: number;
  /** Phase that makes it so. @default - it is not late */
  readonly phaseId?: string;
}

/**
 * Everything that is broken in a drill: a function of place and time alone. Most of it is known before the drill begins; what an
 * experiment breaks begins and ends while the world runs.
 */
export class FaultPlan {
  /** Faults by place, those that act everywhere last; worked out when first asked for. */
  private readonly byPlace = new Map<FaultTarget, Map<string, readonly Fault[]>>();
  private readonly outages = new Map<string, readonly Span[]>();
  private readonly listeners: (() => void)[] = [];
  private readonly all: Fault[] = [];

  /**
   * @param faults Every fault that is known from the beginning.
   * @throws NotModelled for a fault of a kind that its place does not know; so does {@link begin}.
   */
  constructor(faults: readonly Fault[]) {
    for (const fault of faults) this.add(fault);
  }

  /** Every fault of the run so far, in the order in which they were added. */
  get faults(): readonly Fault[] {
    return this.all;
  }

  /** Adds a fault while the world runs; what is under way already feels it, too. */
  begin(fault: Fault): void {
    this.add(fault);
    this.changed();
  }

  /**
   * Ends a fault before its time. One that is over, or is not of this plan, stays as it is.
   *
   * @param fault The very fault that the plan was given.
   */
  end(fault: Fault, nowMs: number): void {
    if (!this.all.includes(fault) || fault.endMs <= nowMs) return;
    const ended = { ...fault, endMs: nowMs };
    this.all.splice(this.all.indexOf(fault), 1, ended);
    this.changed();
  }

  /** Hears of every fault that begins or ends otherwise than was planned. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /**
   * The faults that act on a place at an instant.
   *
   * @param asked What is asked of the place. @default - anything: faults that are meant for some requests only are left out
   */
  active(target: FaultTarget, region: string, nowMs: number, asked: Asked = ANYTHING): readonly ActiveFault[] {
    const faults = this.of(target, region);
    if (faults.length === 0) return NONE;
    let acting: ActiveFault[] | undefined;
    for (const fault of faults) {
      if (nowMs < fault.startMs || nowMs >= fault.endMs || !concerns(fault, asked)) continue;
      acting ??= [];
      acting.push({ fault, share: shareAt(fault, nowMs) });
    }
    return acting ?? NONE;
  }

  /** Draws whether a request at this place and instant fails, and by which fault. */
  strikes(
    target: FaultTarget,
    region: string,
    nowMs: number,
    draw: () => number,
    asked: Asked = ANYTHING,
  ): Fault | undefined {
    return this.hit('error', target, region, nowMs, draw, asked);
  }

  /** Draws whether a request at this place and instant is hit in one way, and by which fault. */
  hit(
    kind: Fault['kind'],
    target: FaultTarget,
    region: string,
    nowMs: number,
    draw: () => number,
    asked: Asked = ANYTHING,
  ): Fault | undefined {
    return this.active(target, region, nowMs, asked).find(
      ({ fault, share }) => fault.kind === kind && (share >= 1 || (share > 0 && draw() < share)),
    )?.fault;
  }

  /** Draws how much later a request at this place and instant is answered, and by which fault. */
  slowness(target: FaultTarget, region: string, nowMs: number, draw: () => number, asked: Asked = ANYTHING): Slowness {
    let slowness: Slowness = PROMPT;
    for (const { fault, share } of this.active(target, region, nowMs, asked)) {
      if (fault.kind !== 'slow' || share <= 0 || (share < 1 && draw() >= share)) continue;
      slowness = { lateMs: slowness.lateMs + (fault.delayMs ?? 0), phaseId: fault.phaseId };
    }
    return slowness;
  }

  /**
   * When a Region's replica is cut off from all others, or behind them, merged and in order: replication is held back, or no other
   * Region can be reached.
   *
   * @param table Its name. @default - faults that are meant for some tables only are left out
   * @param others Other Regions of the table. @default - a network that is cut between two Regions alone is left out
   * @throws NotModelled for a fault between two Regions alone.
   */
  replicationOutages(region: string, table?: string, others: readonly string[] = []): readonly Span[] {
    return this.outage(`${region} ${table ?? ''}`, () => {
      const asked = { ...(table === undefined ? {} : { resource: table }), peers: ['regions'] };
      const paused = this.of('dynamodb-replication', region);
      const unreached = this.of('network', region).filter(isolates);
      if (paused.some(({ peers }) => peers) || unreached.some(({ peers }) => isCutFromSome(peers, others)))
        throw new NotModelled('a strong table cut between two of its Regions alone');
      return merge([...paused, ...unreached].filter((fault) => concerns(fault, asked)));
    });
  }

  /**
   * When a change of an eventually consistent table gets through between two Regions that would arrive at `arrivalMs`. After a cut what
   * has piled up is caught up with; what is on its way while replication is late arrives by so much later, and all has when that is over.
   */
  replicationArrivalMs(from: string, to: string, sentMs: number, arrivalMs: number, table?: string): number {
    const cuts = this.cuts(from, to, table);
    let latest = Math.max(arrivalMs, departureMs(cuts, sentMs));
    for (const fault of this.between('dynamodb-replication', from, to, table)) {
      if (!isLag(fault) || sentMs >= fault.endMs || !isCaught(fault, sentMs, arrivalMs)) continue;
      latest = Math.max(latest, laggedUntilMs(fault, sentMs));
    }
    return releasedMs(cuts, sentMs, latest);
  }

  /** When something gets through between two Regions that would arrive at `arrivalMs`, as far as the network goes. */
  passageMs(from: string, to: string, sentMs: number, arrivalMs: number): number {
    const key = `passage ${from} ${to}`;
    const cuts = this.outage(key, () => merge(this.between('network', from, to).filter(isolates)));
    return releasedMs(cuts, sentMs, arrivalMs);
  }

  /** When nothing is replicated between two Regions, merged and in order. */
  private cuts(from: string, to: string, table: string | undefined): readonly Span[] {
    return this.outage(`cuts ${from} ${to} ${table ?? ''}`, () =>
      merge(
        [...this.between('dynamodb-replication', from, to, table), ...this.between('network', from, to, table)].filter(
          cutsReplication,
        ),
      ),
    );
  }

  /** Faults of a place that concern what goes between two Regions, at either end. */
  private between(target: FaultTarget, from: string, to: string, resource?: string): readonly Fault[] {
    const named = resource === undefined ? {} : { resource };
    return [
      ...this.of(target, from).filter((fault) => concerns(fault, { peers: ['regions', to], ...named })),
      ...this.of(target, to).filter((fault) => concerns(fault, { peers: ['regions', from], ...named })),
    ];
  }

  private outage(key: string, find: () => readonly Span[]): readonly Span[] {
    let spans = this.outages.get(key);
    if (!spans) {
      spans = find();
      this.outages.set(key, spans);
    }
    return spans;
  }

  /**
   * When something gets through a place that would arrive at `arrivalMs` if nothing held it back.
   *
   * What is on its way during a delay arrives by the fault's delay later, at the latest when the fault ends: by then, says
   * the catalogue, nothing was behind any more.
   *
   * @param sentMs When it set out, in virtual milliseconds.
   */
  heldBackUntilMs(
    target: FaultTarget,
    region: string,
    sentMs: number,
    arrivalMs: number,
    asked: Asked = ANYTHING,
  ): number {
    let latest = arrivalMs;
    for (const fault of this.of(target, region)) {
      if (fault.kind !== 'delay' || sentMs >= fault.endMs) continue;
      const isEarlier = sentMs < fault.startMs;
      const heldFromMs = fault.startMs + (isEarlier ? (fault.lingerMs ?? 0) * (asked.lingers ?? 0) : 0);
      // What sets out with the fault is held, also when it would be there at once.
      if (arrivalMs < heldFromMs || (arrivalMs === heldFromMs && isEarlier)) continue;
      if (!concerns(fault, asked)) continue;
      const heldUntilMs = Math.min(
        Math.max(sentMs, fault.startMs) + (fault.delayMs ?? Number.POSITIVE_INFINITY),
        fault.endMs,
      );
      latest = Math.max(latest, heldUntilMs);
    }
    return latest;
  }

  /** The faults of a place, those that act everywhere last. */
  private of(target: FaultTarget, region: string): readonly Fault[] {
    let byRegion = this.byPlace.get(target);
    if (!byRegion) {
      byRegion = new Map();
      this.byPlace.set(target, byRegion);
    }
    let faults = byRegion.get(region);
    if (!faults) {
      const at = (place: string): readonly Fault[] =>
        this.all.filter((fault) => fault.target === target && fault.region === place);
      faults = region === EVERYWHERE ? at(EVERYWHERE) : [...at(region), ...at(EVERYWHERE)];
      byRegion.set(region, faults);
    }
    return faults;
  }

  private add(fault: Fault): void {
    if (!WAYS_TO_FAIL[fault.target].includes(fault.kind))
      throw new NotModelled(`${fault.target} failing by ${fault.kind}`);
    this.all.push(fault);
  }

  private changed(): void {
    this.byPlace.clear();
    this.outages.clear();
    for (const listener of this.listeners) listener();
  }
}

const NONE: readonly never[] = [];

const ANYTHING: Asked = {};

const PROMPT: Slowness = { lateMs: 0 };

/** What sets out with a fault is caught by it, also when it would be there at once. */
function isCaught({ startMs }: Span, sentMs: number, arrivalMs: number): boolean {
  return arrivalMs > startMs || (arrivalMs === startMs && sentMs >= startMs);
}

/** When what would arrive at an instant does, with spans in which nothing passes. */
function releasedMs(cuts: readonly Span[], sentMs: number, arrivalMs: number): number {
  const cut = cuts.find((span) => isCaught(span, sentMs, arrivalMs) && arrivalMs < span.endMs);
  return cut ? cut.endMs : arrivalMs;
}

/** Whether other ends that a fault names are some of these Regions, and not all Regions. */
function isCutFromSome(peers: Fault['peers'], regions: readonly string[]): boolean {
  return peers !== undefined && !peers.includes('regions') && peers.some((peer) => regions.includes(peer));
}

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
