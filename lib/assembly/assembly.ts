import { resolve } from 'node:path';
import { AssemblyReader } from './assembly-reader';
import type { Reference, ReferenceQuery } from './references';
import type { AssemblyResource, AssemblyStack } from './stack';

/** A cloud assembly: what `cdk synth` wrote, resolved as far as it can be before deployment. */
export interface Assembly {
  /** Absolute path of the assembly. */
  readonly directory: string;
  /** Every stack in manifest order, each followed by the stacks nested in it. */
  readonly stacks: readonly AssemblyStack[];
  /** The Regions of the stacks in order of first appearance; stacks without a Region add none. */
  readonly regions: readonly string[];
  /** Every resource that exists, stack by stack. */
  readonly resources: readonly AssemblyResource[];
  /** The resources of one CloudFormation type. */
  resourcesOf(type: string): readonly AssemblyResource[];
  /**
   * The resource and attribute that a value stands for, when the whole value is one token, one ARN, or the physical
   * name of exactly one resource within the query. A name that several carry gives undefined: narrow the query.
   */
  referenceIn(value: unknown, query?: ReferenceQuery): Reference | undefined;
  /** Every resource whose token or ARN stands anywhere in a value, also inside unresolved functions. */
  referencesIn(value: unknown): readonly Reference[];
}

/**
 * Reads a cloud assembly directory: its manifest, the assemblies and stacks nested in it, and their templates. Works
 * on any app's assembly and needs neither the app nor AWS; of the CDK it knows only what the manifest says.
 *
 * @throws BadInput when the directory is no assembly or a template of it cannot be resolved, with every problem at once.
 * @see https://docs.aws.amazon.com/cdk/v2/guide/deploy.html#deploy-how-synth-assemblies
 */
export function readAssembly(directory: string): Assembly {
  return new AssemblyReader(resolve(directory)).read();
}
