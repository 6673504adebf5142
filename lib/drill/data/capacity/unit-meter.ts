import type { UnitLimit } from './capacity-definition';
import { OnDemandMeter } from './on-demand-meter';
import { ProvisionedMeter } from './provisioned-meter';
import type { Shortage } from './shortage';

/** Counts the units that reads or writes of one table or index take in one Region. */
export interface UnitMeter {
  /** Why a request that arrives now is refused; nothing when it is let through. */
  shortage(nowMs: number): Shortage | undefined;
  /** Takes what a request has cost. */
  charge(units: number, nowMs: number): void;
  /** Takes what a change from another Region has cost, as far as there is anything left. */
  chargeLeft(units: number, nowMs: number): void;
}

/** The meter of a limit. */
export function meterOf(limit: UnitLimit): UnitMeter {
  return limit.kind === 'provisioned' ? new ProvisionedMeter(limit) : new OnDemandMeter(limit);
}
