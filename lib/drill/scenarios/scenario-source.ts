import type { Assembly } from '../../assembly';
import { readExperiments } from '../experiments/read-experiments';
import { experimentScenario } from './experiment-scenario';
import type { FaultSchedule } from './fault-schedule';
import { type OutagePlace, outageScenario } from './outage-scenario';
import { regionLoss } from './region-loss';
import type { Scenario } from './scenario';
import { scheduleScenario } from './schedule-scenario';

/** Where a scenario comes from, as plain data that can cross a thread. */
export type ScenarioSource =
  | ({ readonly kind: 'outage' } & OutagePlace)
  | { readonly kind: 'region-loss'; readonly struckRegion: string }
  | { readonly kind: 'schedule'; readonly schedule: FaultSchedule }
  /** An experiment of the assembly, by the stack and the logical id of its template. */
  | { readonly kind: 'experiment'; readonly id: string };

/**
 * Makes the scenario that a source names.
 *
 * @param assembly What it happens to.
 * @throws BadInput for a source that cannot be used; NotModelled for an experiment that the drill does not do.
 */
export function readScenario(source: ScenarioSource, assembly: Assembly): Scenario {
  switch (source.kind) {
    case 'outage':
      return outageScenario(source);
    case 'region-loss':
      return regionLoss(source.struckRegion);
    case 'schedule':
      return scheduleScenario(source.schedule);
    case 'experiment': {
      const experiment = readExperiments(assembly).find(({ id }) => id === source.id);
      if (!experiment) throw new Error(`the assembly has no experiment ${source.id}`);
      return experimentScenario(assembly, experiment);
    }
  }
}
