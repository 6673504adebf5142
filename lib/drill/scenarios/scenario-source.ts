import type { FaultSchedule } from './fault-schedule';
<<<<<<< HEAD
import { type OutagePlace, outageScenario } from './outage-scenario';
=======
import { outageScenario } from './outage-scenario';
import { regionLoss } from './region-loss';
>>>>>>> 13a549f (The drill runs lib/client beside plain clients, and says how long each kind is without service)
import type { Scenario } from './scenario';
import { scheduleScenario } from './schedule-scenario';

/** Where a scenario comes from, as plain data that can cross a thread. */
export type ScenarioSource =
<<<<<<< HEAD
  | ({ readonly kind: 'outage' } & OutagePlace)
=======
  | {
      readonly kind: 'outage';
      /** Outage of the catalogue, by its id or a unique beginning of it. */
      readonly outageId: string;
      readonly struckRegion: string;
    }
  | { readonly kind: 'region-loss'; readonly struckRegion: string }
>>>>>>> 13a549f (The drill runs lib/client beside plain clients, and says how long each kind is without service)
  | { readonly kind: 'schedule'; readonly schedule: FaultSchedule };

/**
 * Makes the scenario that a source names.
 *
 * @throws BadInput for a source that cannot be used.
 */
export function readScenario(source: ScenarioSource): Scenario {
  switch (source.kind) {
    case 'outage':
<<<<<<< HEAD
      return outageScenario(source);
=======
      return outageScenario(source.outageId, source.struckRegion);
    case 'region-loss':
      return regionLoss(source.struckRegion);
>>>>>>> 13a549f (The drill runs lib/client beside plain clients, and says how long each kind is without service)
    case 'schedule':
      return scheduleScenario(source.schedule);
  }
}
