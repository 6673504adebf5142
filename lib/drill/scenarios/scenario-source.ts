import type { FaultSchedule } from './fault-schedule';
import { type OutagePlace, outageScenario } from './outage-scenario';
import { regionLoss } from './region-loss';
import type { Scenario } from './scenario';
import { scheduleScenario } from './schedule-scenario';

/** Where a scenario comes from, as plain data that can cross a thread. */
export type ScenarioSource =
  | ({ readonly kind: 'outage' } & OutagePlace)
  | { readonly kind: 'region-loss'; readonly struckRegion: string }
  | { readonly kind: 'schedule'; readonly schedule: FaultSchedule };

/**
 * Makes the scenario that a source names.
 *
 * @throws BadInput for a source that cannot be used.
 */
export function readScenario(source: ScenarioSource): Scenario {
  switch (source.kind) {
    case 'outage':
      return outageScenario(source);
    case 'region-loss':
      return regionLoss(source.struckRegion);
    case 'schedule':
      return scheduleScenario(source.schedule);
  }
}
