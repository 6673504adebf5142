import type { Scheduler, Timer } from '../kernel/scheduler';
import type { FaultPlan } from './fault-plan';

/** Something on its way. */
interface Shipment {
  readonly usualMs: number;
  readonly arrivalMs: () => number;
  readonly arrive: () => void;
  timer: Timer;
}

/**
 * What is on its way between two places and may be held back there: it arrives when the faults of the plan let it, also when these
 * begin or end while it is under way.
 */
export class Transit {
  private readonly underWay = new Set<Shipment>();
  private longestMs = 0;

  constructor(
    private readonly scheduler: Scheduler,
    faults: FaultPlan,
  ) {
    faults.onChange(() => this.planAnew());
  }

  /** Longest time that something was held back, or will be as things stand, in milliseconds. */
  get longestHeldMs(): number {
    let longestMs = this.longestMs;
    for (const { usualMs, timer } of this.underWay) longestMs = Math.max(longestMs, timer.timeMs - usualMs);
    return longestMs;
  }

  /**
   * Sends something off.
   *
   * @param usualMs When it arrives if nothing holds it back, in virtual milliseconds.
   * @param arrivalMs When it arrives by the plan as it is whenever this is asked.
   * @param arrive Runs when it arrives; at once if that is now.
   * @returns whether it is held back, as things stand.
   */
  send(usualMs: number, arrivalMs: () => number, arrive: () => void): boolean {
    const plannedMs = arrivalMs();
    if (plannedMs <= this.scheduler.nowMs) {
      arrive();
      return false;
    }
    const shipment: Shipment = { usualMs, arrivalMs, arrive, timer: this.plan(plannedMs, () => shipment) };
    this.underWay.add(shipment);
    return plannedMs > usualMs;
  }

  private plan(timeMs: number, shipment: () => Shipment): Timer {
    return this.scheduler.at(timeMs, () => this.arrived(shipment()));
  }

  private arrived(shipment: Shipment): void {
    this.underWay.delete(shipment);
    this.longestMs = Math.max(this.longestMs, this.scheduler.nowMs - shipment.usualMs);
    shipment.arrive();
  }

  private planAnew(): void {
    for (const shipment of this.underWay) {
      const timeMs = Math.max(shipment.arrivalMs(), this.scheduler.nowMs);
      if (timeMs === shipment.timer.timeMs) continue;
      this.scheduler.cancel(shipment.timer);
      shipment.timer = this.plan(timeMs, () => shipment);
    }
  }
}
