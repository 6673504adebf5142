import type { Assembly, AssemblyResource } from '../../assembly';
import { BadInput, type Problem, quoteFound } from '../../bad-input';
import { NotModelled } from '../not-modelled';
import type { ActionDefinition, ExperimentDefinition, TargetDefinition } from './experiment-definition';

/** What templates of experiments are. */
const TYPE = 'AWS::FIS::ExperimentTemplate';

type Written = Readonly<Record<string, unknown>>;

/** Every experiment of an assembly, in its order. */
export function readExperiments(assembly: Assembly): readonly ExperimentDefinition[] {
  return assembly.resourcesOf(TYPE).map(readExperiment);
}

/**
 * The experiment of a name.
 *
 * @param name Tag `Name` or logical id of its template, or a beginning of one that no other experiment shares.
 * @param region Region of the experiment; needed when several Regions have one of the name.
 * @throws BadInput when there is none, or more than one.
 */
export function findExperiment(assembly: Assembly, name: string, region: string | undefined): ExperimentDefinition {
  const all = readExperiments(assembly);
  const here = all.filter((experiment) => region === undefined || experiment.region === region);
  const exact = here.filter((experiment) => experiment.name === name || experiment.resource.logicalId === name);
  const found = exact.length > 0 ? exact : here.filter((experiment) => experiment.name.startsWith(name));
  const [experiment] = found;
  if (experiment && found.length === 1) return experiment;
  const regions = [...new Set(all.map((one) => one.region))];
  if (region !== undefined && !regions.includes(region)) {
    throw refusal('--region', region, `a Region with experiments: ${regions.join(', ') || 'none has any'}`);
  }
  if (experiment && new Set(found.map((one) => one.name)).size === 1) {
    throw refusal('--region', region, `one of ${found.map((one) => one.region).join(', ')}, which all have ${name}`);
  }
  const names = [...new Set((found.length > 0 ? found : here).map((one) => one.name))];
  const allowed = names.length > 0 ? `one experiment: ${names.join(', ')}` : 'an experiment, and the assembly has none';
  throw refusal('--experiment', name, allowed);
}

function refusal(field: string, found: string | undefined, allowed: string): BadInput {
  const remedy = 'see npm run drill -- --experiments';
  return new BadInput('the drill', [{ field, found: quoteFound(found), allowed, remedy }]);
}

/**
 * Reads one template.
 *
 * @throws NotModelled for experiments over several accounts.
 */
function readExperiment(resource: AssemblyResource): ExperimentDefinition {
  const { properties, stack, logicalId } = resource;
  const { Actions, Targets, StopConditions, Tags, ExperimentOptions, Description } = properties;
  const id = `${stack.id}/${logicalId}`;
  const { AccountTargeting, EmptyTargetResolutionMode } = record(ExperimentOptions);
  if (AccountTargeting === 'multi-account') throw new NotModelled(`experiment ${id} over several accounts`);
  const { Name } = record(Tags);
  return {
    id,
    name: typeof Name === 'string' ? Name : logicalId,
    region: stack.region,
    description: String(Description ?? ''),
    resource,
    actions: Object.entries(record(Actions)).map(([name, action]) => readAction(name, record(action))),
    targets: Object.entries(record(Targets)).map(([name, target]) => readTarget(name, record(target))),
    stopAlarms: list(StopConditions).flatMap((condition) => {
      const { Source, Value } = record(condition);
      return Source === 'aws:cloudwatch:alarm' ? [Value] : [];
    }),
    emptyTargets: EmptyTargetResolutionMode === 'skip' ? 'skip' : 'fail',
  };
}

function readAction(name: string, { ActionId, Parameters, Targets, StartAfter }: Written): ActionDefinition {
  return {
    name,
    actionId: String(ActionId),
    parameters: record(Parameters),
    targets: texts(record(Targets)),
    startAfter: list(StartAfter).map(String),
  };
}

function readTarget(name: string, written: Written): TargetDefinition {
  const { ResourceType, ResourceArns, ResourceTags, Filters, SelectionMode, Parameters } = written;
  return {
    name,
    resourceType: String(ResourceType),
    ...(ResourceArns === undefined ? {} : { arns: list(ResourceArns) }),
    ...(ResourceTags === undefined ? {} : { tags: record(ResourceTags) }),
    filters: list(Filters).map((filter) => {
      const { Path, Values } = record(filter);
      return { path: String(Path), values: list(Values).map(String) };
    }),
    selectionMode: String(SelectionMode ?? 'ALL'),
    parameters: record(Parameters),
  };
}

function record(value: unknown): Written {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Written) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(values: Written): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}

/**
 * Sees to it that FIS would take a template, as far as its order and its targets go.
 *
 * @throws BadInput with every problem at once.
 * @see https://docs.aws.amazon.com/fis/latest/APIReference/API_CreateExperimentTemplate.html
 */
export function refuseBroken({ id, resource, actions, targets }: ExperimentDefinition): void {
  const problems: Problem[] = [];
  const refuse = (field: string, found: unknown, allowed: string, remedy: string): void => {
    problems.push({ field: `${id}.${field}`, found: quoteFound(found), allowed, remedy });
  };
  const names = actions.map(({ name }) => name);
  if (names.length === 0) refuse('Actions', [], 'at least one action', 'add one');
  for (const { name, startAfter, targets: used } of actions) {
    for (const other of startAfter) {
      if (!names.includes(other)) {
        refuse(`Actions.${name}.StartAfter`, other, `actions of the experiment: ${names.join(', ')}`, 'mend the name');
      }
    }
    for (const target of Object.values(used)) {
      if (targets.some((one) => one.name === target)) continue;
      refuse(`Actions.${name}.Targets`, target, 'targets of the experiment', 'mend the name, or add the target');
    }
  }
  const circle = circleIn(actions);
  if (circle) {
    refuse(
      `Actions.${circle[0]}.StartAfter`,
      circle,
      'an order with a beginning',
      'take one of them out of the circle',
    );
  }
  for (const { name, arns, tags } of targets) {
    if (arns && tags) refuse(`Targets.${name}`, 'ResourceArns and ResourceTags', 'one of both', 'keep one of them');
  }
  if (problems.length > 0) throw new BadInput(resource.stack.templatePath, problems);
}

/** Actions that wait for each other, if there are any. */
function circleIn(actions: readonly ActionDefinition[]): readonly string[] | undefined {
  const follow = (name: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    for (const other of actions.find((action) => action.name === name)?.startAfter ?? []) {
      const circle = follow(other, [...way, name]);
      if (circle) return circle;
    }
    return undefined;
  };
  for (const { name } of actions) {
    const circle = follow(name, []);
    if (circle) return circle;
  }
  return undefined;
}
