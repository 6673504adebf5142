import { type CfnResource, Stack, Token } from 'aws-cdk-lib/core';
import { BlueprintError } from '../blueprint-error';
import type { FaultTarget } from './fault-target';
import { TargetIndex } from './target-index';

/**
 * ARNs that a target will have, as patterns with the placeholders of a permission; its type's pattern when one of them is not known
 * beforehand. For what another stack creates, only a physical name that is written out is known: nothing here may refer to another stack.
 *
 * It looks at tags, so it is asked when constructs are validated and not before.
 *
 * @throws BlueprintError when a target found by tag would find nothing that this app creates or somebody answers for.
 */
export function targetArns(target: FaultTarget, experiment: Stack): readonly string[] {
  const { arns, tags, elsewhere = [] } = target.choice;
  if (arns) return arns;
  if (!tags) return [target.spec.arn];
  const matching = matchingResources(target, tags, experiment);
  if (matching.length + elsewhere.length === 0) throw matchesNothing(target, tags, experiment);
  const known = matching.map((resource) => arnOf(resource, target, experiment));
  return known.some((arn) => arn === undefined) ? [target.spec.arn] : [...(known as string[]), ...elsewhere];
}

/** Resources of the type, in the experiment's account and Region, with all of the tags. */
function matchingResources(
  { spec }: FaultTarget,
  wanted: Readonly<Record<string, string>>,
  { node, account, region }: Stack,
): readonly CfnResource[] {
  return TargetIndex.of(node.root)
    .ofTypes(Object.keys(spec.resources))
    .filter((indexed) => {
      const tags = indexed.account === account ? indexed.tags.get(region) : undefined;
      return tags !== undefined && Object.entries(wanted).every(([key, value]) => tags[key] === value);
    })
    .map(({ resource }) => resource);
}

function matchesNothing(
  { spec }: FaultTarget,
  tags: Readonly<Record<string, string>>,
  { region }: Stack,
): BlueprintError {
  const wanted = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return new BlueprintError(
    'FaultTargetMatchesNothing',
    `no ${Object.keys(spec.resources).join(' or ')} in ${region} has the tags ${wanted.join(', ')}: tag one, or name one in elsewhere`,
  );
}

function arnOf(resource: CfnResource, { spec }: FaultTarget, experiment: Stack): string | undefined {
  const property = spec.resources[resource.cfnResourceType];
  if (property === undefined) return undefined;
  const identifier = Stack.of(resource) === experiment ? resource.ref : physicalName(resource, property);
  return identifier === undefined ? undefined : spec.arn.replace(/\*$/, () => identifier);
}

function physicalName(resource: CfnResource, property: string): string | undefined {
  const name = (resource as unknown as Record<string, unknown>)[property];
  return typeof name === 'string' && !Token.isUnresolved(name) ? name : undefined;
}
