import { CfnGlobalTable } from 'aws-cdk-lib/aws-dynamodb';
import { CfnResource, Stack, TagManager } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

type Tags = Readonly<Record<string, string>>;

/** A resource with its account and the tags it has in each of its Regions: one Region, but for a global table. */
export interface IndexedResource {
  /** The resource. */
  readonly resource: CfnResource;
  /** Account of its stack. */
  readonly account: string;
  /** Tags by Region. */
  readonly tags: ReadonlyMap<string, Tags>;
}

const indexes = new WeakMap<IConstruct, TargetIndex>();

/**
 * Every resource of an app by its type, with its tags: walked once for each synthesis, however many experiments ask.
 *
 * It is made when the tree is complete and aspects have put their tags, which is when constructs are validated, and forgotten when the
 * next synthesis prepares.
 */
export class TargetIndex {
  /** The index of the app that has this root. */
  static of(root: IConstruct): TargetIndex {
    const known = indexes.get(root);
    if (known) return known;
    const made = new TargetIndex(root);
    indexes.set(root, made);
    return made;
  }

  /** Has the next one who asks look again. */
  static forget(root: IConstruct): void {
    indexes.delete(root);
  }

  readonly #byType = new Map<string, CfnResource[]>();
  readonly #indexed = new Map<CfnResource, IndexedResource>();

  private constructor(root: IConstruct) {
    for (const construct of root.node.findAll()) {
      if (!CfnResource.isCfnResource(construct)) continue;
      const others = this.#byType.get(construct.cfnResourceType);
      if (others) others.push(construct);
      else this.#byType.set(construct.cfnResourceType, [construct]);
    }
  }

  /** Resources of these types, in the order of the tree. */
  ofTypes(types: readonly string[]): readonly IndexedResource[] {
    return types.flatMap((type) => this.#byType.get(type) ?? []).map((resource) => this.#index(resource));
  }

  #index(resource: CfnResource): IndexedResource {
    const known = this.#indexed.get(resource);
    if (known) return known;
    const { account, region } = Stack.of(resource);
    const tags = resource instanceof CfnGlobalTable ? replicaTags(resource) : [[region, tagsOf(resource)] as const];
    const indexed = { resource, account, tags: new Map(tags) };
    this.#indexed.set(resource, indexed);
    return indexed;
  }
}

function tagsOf(resource: CfnResource): Tags {
  return TagManager.of(resource)?.tagValues() ?? {};
}

/** A global table is in every Region in which it has a replica, whatever stack owns it, and each replica has tags of its own. */
function replicaTags(table: CfnGlobalTable): (readonly [string, Tags])[] {
  const replicas: readonly CfnGlobalTable.ReplicaSpecificationProperty[] = Stack.of(table).resolve(table.replicas);
  return replicas.map(({ region, tags = [] }) => [
    region,
    Object.fromEntries(tags.map(({ key, value }) => [key, value])),
  ]);
}
