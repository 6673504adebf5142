import { findAlarm } from '../monitoring';
import type { ActionModel } from './action-model';

const NOTHING: Pick<ActionModel, 'targets' | 'refusal'> = { targets: {}, refusal: () => undefined };

/**
 * Actions that break nothing, by their identifiers.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#fis-actions-reference-fis
 */
export const CONTROL_ACTIONS: Readonly<Record<string, ActionModel>> = {
  'aws:fis:wait': { ...NOTHING, lasts: true, begin: () => ({ end: () => {} }) },
  'aws:cloudwatch:assert-alarm-state': {
    ...NOTHING,
    lasts: false,
    begin: ({ assembly, experiment, action, board }) => {
      const { alarmArns, alarmStates } = action.parameters;
      const wanted = words(alarmStates);
      for (const arn of words(alarmArns)) {
        const alarm = findAlarm(assembly, arn, experiment.region, experiment.resource);
        const state = alarm && board.stateOf(`${alarm.stack.id}/${alarm.logicalId}`);
        if (state === undefined) return `alarm ${arn} is not one that the drill evaluates in ${experiment.region}`;
        if (!wanted.includes(state)) return `alarm ${arn} is ${state}, not ${wanted.join(' or ')}`;
      }
      return { end: () => {} };
    },
  },
};

function words(list: unknown): readonly string[] {
  return String(list ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
