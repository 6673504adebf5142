import type { Assembly } from '../../assembly';
import { plannedMs } from '../experiments/action-models';
import type { ExperimentDefinition } from '../experiments/experiment-definition';
import { ExperimentRun } from '../experiments/experiment-run';
import { refuseBroken } from '../experiments/read-experiments';
import type { Scenario } from './scenario';

/** Calendar time at which every experiment is started: it has no history. */
const START_MS = Date.UTC(2026, 0, 5, 12);

/** Seconds after the planned end of an experiment that are judged: room for a Region to be trusted again, a tenth of its clients first. */
const AFTERWARDS_SECONDS = 1800;

/**
 * An experiment of the assembly. Whatever it breaks is whole again at the end, so that acknowledged writes are read back from every Region.
 *
 * @throws BadInput for a template that FIS would refuse; NotModelled for an action that the drill does not do.
 */
export function experimentScenario(assembly: Assembly, experiment: ExperimentDefinition): Scenario {
  refuseBroken(experiment);
  const { id, description, region, actions } = experiment;
  const seconds = plannedMs(experiment) / 1000;
  return {
    id,
    title: description,
    struckRegions: [region],
    isUndone: true,
    startMs: START_MS,
    durationSeconds: seconds + AFTERWARDS_SECONDS,
    phases: actions.map(({ name }) => ({ id: name, startSeconds: 0, endSeconds: seconds })),
    faultsIn: () => ({ faults: [], reach: [] }),
    act: (world, strikeMs) => {
      const board = world.monitoring.watchAlarms();
      const run = new ExperimentRun(experiment, assembly, world, board);
      run.plan(strikeMs);
      return { outcome: () => run.outcome(), alarms: board };
    },
  };
}
