import type { FaultSchedule } from './fault-schedule';
import { outageScenario } from './outage-scenario';
import type { Scenario } from './scenario';
import { scheduleScenario } from './schedule-scenario';

/** Where a scenario comes from, as plain data that can cross a thread. */
export type ScenarioSource =
  | {
      readonly kind: 'outage';
      /** Outage of the catalogue, by its id or a unique beginning of it. */
      readonly outageId: string;
      readonly struckRegion: string;
    }
  | { readonly kind: 'schedule'; readonly schedule: FaultSchedule };

/**
 * Makes the scenario that a source names.
 *
 * @throws BadInput for a source that cannot be used.
 */
export function readScenario(source: ScenarioSource): Scenario {
  switch (source.kind) {
    case 'outage':
      return outageScenario(source.outageId, source.struckRegion);
    case 'schedule':
      return scheduleScenario(source.schedule);
  }
}
