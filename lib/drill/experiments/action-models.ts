import { NotModelled } from '../not-modelled';
import type { ActionModel } from './action-model';
import { CONTROL_ACTIONS } from './control-actions';
import type { ActionDefinition, ExperimentDefinition } from './experiment-definition';
import { FUNCTION_ACTIONS } from './function-actions';
import { readDuration } from './iso-duration';
import { REPLICATION_ACTIONS } from './replication-actions';

/** Every action that the drill does, by its identifier. */
const MODELS: Readonly<Record<string, ActionModel>> = {
  ...CONTROL_ACTIONS,
  ...FUNCTION_ACTIONS,
  ...REPLICATION_ACTIONS,
};

/**
 * How an action is done.
 *
 * @throws NotModelled naming an action that the drill does not do, and one whose targets are of another type.
 */
export function actionModel({ id, targets }: ExperimentDefinition, action: ActionDefinition): ActionModel {
  const model = MODELS[action.actionId];
  if (!model) throw new NotModelled(`action ${action.actionId} (${action.name} of experiment ${id})`);
  for (const [key, type] of Object.entries(model.targets)) {
    const target = targets.find(({ name }) => name === action.targets[key]);
    if (target?.resourceType === type) continue;
    const found = target ? `of type ${target.resourceType}` : 'missing';
    throw new NotModelled(`target ${key} of action ${action.name} of experiment ${id}, which is ${found}`);
  }
  return model;
}

/**
 * How long an action lasts, in milliseconds; 0 for what ends at once.
 *
 * @throws NotModelled for a duration that is known only after deployment, or is none.
 */
export function durationMsOf(experiment: ExperimentDefinition, action: ActionDefinition): number {
  if (!actionModel(experiment, action).lasts) return 0;
  const { duration } = action.parameters;
  const seconds = readDuration(duration);
  if (seconds !== undefined) return 1000 * seconds;
  throw new NotModelled(`duration ${String(duration)} of action ${action.name} of experiment ${experiment.id}`);
}

/**
 * How long an experiment lasts when nothing stops it, in milliseconds.
 *
 * @throws NotModelled for an action that the drill does not do.
 */
export function plannedMs(experiment: ExperimentDefinition): number {
  const ends = new Map<string, number>();
  const endOf = (name: string): number => {
    const known = ends.get(name);
    if (known !== undefined) return known;
    const action = experiment.actions.find((one) => one.name === name);
    const startMs = Math.max(0, ...(action?.startAfter ?? []).map(endOf));
    const endMs = startMs + (action ? durationMsOf(experiment, action) : 0);
    ends.set(name, endMs);
    return endMs;
  };
  return Math.max(...experiment.actions.map(({ name }) => endOf(name)));
}
