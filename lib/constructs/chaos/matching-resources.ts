import { CfnGlobalTable } from 'aws-cdk-lib/aws-dynamodb';
import { CfnResource, Stack, TagManager, Token } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { BlueprintError } from '../blueprint-error';
import type { FaultTarget } from './fault-target';

/**
 * Resources of the app that a target found by tag will find: of its type, in the experiment's account and Region, with all of its tags.
 *
 * It looks at the tags that aspects have put by then, so it is asked at synthesis and not before. A global table is in every Region in
 * which it has a replica, whatever stack owns it, and each replica has tags of its own.
 */
export function matchingResources(target: FaultTarget, experiment: Stack): readonly CfnResource[] {
  const { tags } = target.choice;
  if (tags === undefined) return [];
  return resourcesIn(experiment.node.root).filter(
    (resource) => resource.cfnResourceType in target.spec.resources && hasTags(tagsIn(resource, experiment), tags),
  );
}

/** @throws BlueprintError when a target found by tag would find nothing that this app creates or somebody answers for. */
export function refuseTargetWithoutMatch(target: FaultTarget, experiment: Stack): void {
  const { tags, elsewhere = [] } = target.choice;
  if (tags === undefined || elsewhere.length > 0 || matchingResources(target, experiment).length > 0) return;
  const wanted = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  throw new BlueprintError(
    'FaultTargetMatchesNothing',
    `no ${Object.keys(target.spec.resources).join(' or ')} in ${experiment.region} has the tags ${wanted.join(', ')}: tag one, or name one in elsewhere`,
  );
}

/**
 * ARNs of a target, as patterns with the placeholders of a permission; its type's pattern when one of them is not known beforehand. For
 * what another stack creates, only a physical name that is written out is known: nothing here may refer to another stack.
 */
export function targetArns(target: FaultTarget, experiment: Stack): readonly string[] {
  const { arns, tags, elsewhere = [] } = target.choice;
  if (arns) return arns;
  if (!tags) return [target.spec.arn];
  const known = matchingResources(target, experiment).map((resource) => arnOf(resource, target, experiment));
  return known.some((arn) => arn === undefined) || known.length + elsewhere.length === 0
    ? [target.spec.arn]
    : [...(known as string[]), ...elsewhere];
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

function resourcesIn(root: IConstruct): readonly CfnResource[] {
  return root.node.findAll().filter((construct) => CfnResource.isCfnResource(construct));
}

/** Tags of a resource in the experiment's account and Region; nothing when it is not there. */
function tagsIn(resource: CfnResource, experiment: Stack): Readonly<Record<string, string>> | undefined {
  const owner = Stack.of(resource);
  if (owner.account !== experiment.account) return undefined;
  if (resource instanceof CfnGlobalTable) return replicaTags(resource, experiment.region);
  return owner.region === experiment.region ? TagManager.of(resource)?.tagValues() : undefined;
}

function replicaTags(table: CfnGlobalTable, region: string): Readonly<Record<string, string>> | undefined {
  const replicas: readonly CfnGlobalTable.ReplicaSpecificationProperty[] = Stack.of(table).resolve(table.replicas);
  const replica = replicas.find((one) => one.region === region);
  return replica && Object.fromEntries((replica.tags ?? []).map(({ key, value }) => [key, value]));
}

function hasTags(
  tags: Readonly<Record<string, string>> | undefined,
  wanted: Readonly<Record<string, string>>,
): boolean {
  return tags !== undefined && Object.entries(wanted).every(([key, value]) => tags[key] === value);
}
