import type { Assembly } from '../../assembly';
import type { RandomStream } from '../kernel/random';
import { NotModelled } from '../not-modelled';
import type { ExperimentDefinition, TargetDefinition } from './experiment-definition';
import { type Targetable, targetType } from './targetable';

/** What a target came to. */
export interface ResolvedTarget {
  readonly name: string;
  readonly resourceType: string;
  readonly resources: readonly Targetable[];
  /** Whether some of what it names is not there. */
  readonly isIncomplete: boolean;
  /** Parameters of its type. */
  readonly parameters: TargetDefinition['parameters'];
  /** Whether it is given by ARN: such a target is never skipped when it matches nothing. */
  readonly isNamed: boolean;
}

/**
 * The resources of a target, as FIS finds them once at the start: those of the experiment's account and Region that have all of its tags,
 * or that it names, and that pass its filters; of them all, a number or a share at random. A number that is greater than what was found
 * takes all of it, which is not documented.
 *
 * @param random Draws the choice; a stream of the target's own.
 * @throws NotModelled for a type or a filter that is not followed.
 * @see https://docs.aws.amazon.com/fis/latest/userguide/targets.html
 */
export function resolveTarget(
  assembly: Assembly,
  experiment: ExperimentDefinition,
  target: TargetDefinition,
  random: RandomStream,
): ResolvedTarget {
  const where = `target ${target.name} of ${experiment.id}`;
  const type = targetType(target.resourceType, where);
  if (target.arns && !type.arns) throw new NotModelled(`${where}: FIS finds ${target.resourceType} by tags only`);
  const { account } = experiment.resource.stack;
  const candidates = type
    .all(assembly, experiment.region)
    .filter(({ resource }) => resource.stack.account === account)
    .filter((candidate) => isMeant(assembly, experiment, target, candidate))
    .filter((candidate) => passes(candidate, target, type.paths, where));
  const { name, resourceType, parameters } = target;
  const resources = choose(candidates, target.selectionMode, random, where);
  const isNamed = target.arns !== undefined;
  return {
    name,
    resourceType,
    resources,
    isIncomplete: candidates.length < (target.arns ?? []).length,
    parameters,
    isNamed,
  };
}

function isMeant(
  assembly: Assembly,
  { region, resource: from }: ExperimentDefinition,
  { arns, tags }: TargetDefinition,
  { name, resource, tags: own }: Targetable,
): boolean {
  if (tags) return Object.entries(tags).every(([key, value]) => own[key] === value);
  return (arns ?? []).some((arn) => {
    // A replica has the name of the table and the Region of the experiment in its ARN, wherever the table is declared.
    const [, , service, arnRegion, , rest] = typeof arn === 'string' ? arn.split(':') : [];
    if (service === 'dynamodb') return arnRegion === region && rest === `table/${name}`;
    return assembly.referenceIn(arn, { from: from.stack })?.resource === resource;
  });
}

/** All filters must be passed, each by one of its values; a list of attributes passes by one of its members. */
function passes(
  { attributes }: Targetable,
  { filters }: TargetDefinition,
  paths: readonly string[],
  where: string,
): boolean {
  return filters.every(({ path, values }) => {
    if (!paths.includes(path)) throw new NotModelled(`filter ${path} of ${where}`);
    const value = attributes[path];
    const own = Array.isArray(value) ? value : [value];
    return own.some((one) => values.includes(String(one)));
  });
}

function choose(
  candidates: readonly Targetable[],
  mode: string,
  random: RandomStream,
  where: string,
): readonly Targetable[] {
  if (mode === 'ALL') return candidates;
  const [, kind, digits] = /^(COUNT|PERCENT)\((\d+)\)$/.exec(mode) ?? [];
  if (kind === undefined) throw new NotModelled(`selection ${mode} of ${where}`);
  const wanted = kind === 'COUNT' ? Number(digits) : Math.floor((candidates.length * Number(digits)) / 100);
  const left = [...candidates];
  const chosen: Targetable[] = [];
  while (chosen.length < wanted && left.length > 0) chosen.push(...left.splice(random.index(left.length), 1));
  return chosen;
}
