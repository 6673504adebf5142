import { type Assembly, readAssembly } from '../assembly';
import { BadInput } from '../bad-input';
import { plannedMs } from './experiments/action-models';
import type { ExperimentDefinition, TargetDefinition } from './experiments/experiment-definition';
import { readExperiments, refuseBroken } from './experiments/read-experiments';
import { resolveTarget } from './experiments/resolve-target';
import { RandomStream } from './kernel/random';
import { findAlarm } from './monitoring';
import { NotModelled } from './not-modelled';
import { duration } from './report/render-values';

/**
 * The experiments of an assembly as a list for people: what each does, to what, and what stops it.
 *
 * @param directory Directory of the cloud assembly.
 * @throws BadInput for a directory that is no assembly.
 */
export function renderExperiments(directory: string): string {
  const assembly = readAssembly(directory);
  const experiments = readExperiments(assembly);
  if (experiments.length === 0) return `${directory} has no experiments of AWS FIS.\n`;
  const regions = [...new Set(experiments.map(({ region }) => region))];
  return regions
    .map((region) => {
      const here = experiments.filter((experiment) => experiment.region === region);
      return [region, ...here.flatMap((experiment) => linesOf(assembly, experiment)), ''].join('\n');
    })
    .join('\n');
}

function linesOf(assembly: Assembly, experiment: ExperimentDefinition): readonly string[] {
  const { name, actions, stopAlarms } = experiment;
  const stops = stopAlarms.map((value) => {
    const alarm = findAlarm(assembly, value, experiment.region, experiment.resource);
    return alarm ? String(alarm.properties.AlarmName ?? alarm.logicalId) : String(value);
  });
  return [
    `  ${name}: ${lengthOf(assembly, experiment)}`,
    ...actions.map((action) => {
      const { startAfter } = action;
      const order = startAfter.length === 0 ? '' : `, after ${startAfter.join(' and ')}`;
      const targets = Object.values(action.targets).map((target) => foundIn(assembly, experiment, target));
      return `    ${action.name}${order}: ${[action.actionId, ...targets].join(' on ')}`;
    }),
    `    ${stops.length === 0 ? 'nothing stops it' : `stops when ${stops.join(' or ')} rings`}`,
  ];
}

/** How long it lasts, or why it cannot be rehearsed. */
function lengthOf(assembly: Assembly, experiment: ExperimentDefinition): string {
  return unlessRefused(() => {
    refuseBroken(experiment);
    for (const target of experiment.targets) find(assembly, experiment, target);
    return duration(plannedMs(experiment) / 1000);
  });
}

function foundIn(assembly: Assembly, experiment: ExperimentDefinition, name: string): string {
  const target = experiment.targets.find((one) => one.name === name);
  if (!target) return name;
  return unlessRefused(() => {
    const names = find(assembly, experiment, target);
    const found = names.length === 0 ? 'nothing' : names.join(', ');
    return target.selectionMode === 'ALL' ? found : `${target.selectionMode}, such as ${found}`;
  }, name);
}

function find(assembly: Assembly, experiment: ExperimentDefinition, target: TargetDefinition): readonly string[] {
  const { resources } = resolveTarget(assembly, experiment, target, new RandomStream(target.name));
  return resources.map(({ name }) => name);
}

/** What a look gives, or why it cannot be had; `instead` in the place of that. */
function unlessRefused(look: () => string, instead?: string): string {
  try {
    return look();
  } catch (error) {
    if (error instanceof NotModelled) return instead ?? error.message;
    if (!(error instanceof BadInput)) throw error;
    return instead ?? `FIS would refuse it: ${error.problems.map(({ field }) => field).join(', ')}`;
  }
}
