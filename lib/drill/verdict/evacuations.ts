import { holdsReplication } from '../faults/replication-course';
import type { World } from '../world/world';

/** A Region, or a share of its clients, out of DNS by its switch. Times are in seconds since the strike. */
export interface EvacuationSpan {
  readonly region: string;
  readonly fromSeconds: number;
  /** `null`: until the end of the run. */
  readonly toSeconds: number | null;
}

/** Follows the switches of all Regions, which health checks on alarms are, and notes the rare states of DNS. */
export class Evacuations {
  /** Most Regions that their switches kept out of DNS at one time. */
  mostAtOnce = 0;
  private readonly open = new Map<string, ReadonlySet<string>>();
  private readonly spansMs: { readonly region: string; readonly fromMs: number; toMs: number | null }[] = [];
  private readonly unserved = new Set<string>();

  /** @param strikeMs Virtual time of the strike. */
  constructor(
    private readonly world: World,
    private readonly strikeMs: number,
  ) {
    const { route53, servingRegions } = world;
    route53.onStatusChange(({ check, gates, healthy, decidedMs }) => {
      if (check.kind !== 'metric') return;
      for (const region of gates) this.turn(region, check.id, healthy, decidedMs);
    });
    route53.onServedRegionChange(({ region, served }) => {
      if (served) this.unserved.delete(region);
      else this.unserved.add(region);
      if (this.unserved.size === servingRegions.length) world.context.sightings.see('every-region-unhealthy');
    });
  }

  /** Every span, in order. */
  get spans(): readonly EvacuationSpan[] {
    const seconds = (ms: number): number => (ms - this.strikeMs) / 1000;
    return this.spansMs.map(({ region, fromMs, toMs }) => ({
      region,
      fromSeconds: seconds(fromMs),
      toSeconds: toMs === null ? null : seconds(toMs),
    }));
  }

  /** A Region is evacuated while any switch of it is off. */
  private turn(region: string, checkId: string, healthy: boolean, nowMs: number): void {
    const before = this.open.get(region) ?? new Set();
    const after = new Set(before);
    if (healthy) after.delete(checkId);
    else after.add(checkId);
    this.open.set(region, after);
    if (before.size === 0 && after.size > 0) this.begin(region, nowMs);
    if (before.size > 0 && after.size === 0) this.end(region, nowMs);
  }

  private begin(region: string, fromMs: number): void {
    this.spansMs.push({ region, fromMs, toMs: null });
    this.mostAtOnce = Math.max(this.mostAtOnce, [...this.open.values()].filter(({ size }) => size > 0).length);
    const { faults, sightings } = this.world.context;
    const isCut = faults.faults.some(
      (fault) => holdsReplication(fault) && fault.startMs <= fromMs && fromMs < fault.endMs,
    );
    if (isCut) sightings.see('evacuation-during-partition');
  }

  private end(region: string, toMs: number): void {
    const span = this.spansMs.findLast((candidate) => candidate.region === region);
    if (span) span.toMs = toMs;
  }
}
