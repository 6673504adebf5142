import type { AssetLocation } from './asset-manifest';
import type { JsonObject, JsonValue } from './json';

/** Whether a condition was decided: `holds`, or `undecidable` when tokens decide it after deployment. */
export interface ConditionOutcome {
  readonly name: string;
  readonly outcome: 'holds' | 'undecidable';
}

/** A stack of the assembly, or a stack nested in one. */
export interface AssemblyStack {
  /** Artifact id; a nested stack has its parent's id, a slash and its logical id. Unique in the assembly. */
  readonly id: string;
  /** CloudFormation's stack name; a nested stack, which CloudFormation names, has its parent's name, a slash and its logical id. */
  readonly name: string;
  /** Account number, or `unknown-account`. */
  readonly account: string;
  /** Region, or `unknown-region`. */
  readonly region: string;
  /** Absolute path of the template. */
  readonly templatePath: string;
  /** The template as it was written. */
  readonly template: JsonObject;
  /** The template's top-level `Metadata`, as it was written. */
  readonly metadata: JsonObject;
  /** The resources that exist, in the template's order. */
  readonly resources: readonly AssemblyResource[];
  /** The outputs that exist, by name, in the template's order. */
  readonly outputs: ReadonlyMap<string, AssemblyOutput>;
  /**
   * The stack this one is nested in.
   *
   * @default - a stack of its own
   */
  readonly parent?: AssemblyStack;
  /** A resource by its logical id. */
  resource(logicalId: string): AssemblyResource | undefined;
  /**
   * An asset by the key of its object (with or without a prefix) or by its hash; undefined when the stack has none such.
   *
   * @throws BadInput when the asset's directory or file is missing.
   */
  asset(objectKeyOrHash: string): AssetLocation | undefined;
}

/** A resource that exists. */
export interface AssemblyResource {
  readonly stack: AssemblyStack;
  readonly logicalId: string;
  /** CloudFormation type, for example `AWS::Lambda::Function`. */
  readonly type: string;
  /**
   * Path of the construct that wrote it, without a leading slash.
   *
   * @default - the assembly does not tell
   */
  readonly constructPath?: string;
  /** Properties with intrinsics resolved; what is unknown before deployment is a token such as `{{us-east-2/Stack/Id.Arn}}`. */
  readonly properties: JsonObject;
  /** Properties as they were written. */
  readonly rawProperties: JsonObject;
  /** Logical ids named by `DependsOn` that exist. */
  readonly dependsOn: readonly string[];
  /**
   * What happens to the resource when it leaves its stack.
   *
   * @default - CloudFormation's default for the type
   */
  readonly deletionPolicy?: string;
  /**
   * The condition the resource depends on. A resource whose condition is false does not exist and is not listed.
   *
   * @default - the resource exists unconditionally
   */
  readonly condition?: ConditionOutcome;
}

/** An output of a stack. */
export interface AssemblyOutput {
  /** The value, resolved. */
  readonly value: JsonValue;
  /**
   * Name the value is exported under, in the stack's account and Region.
   *
   * @default - not exported
   */
  readonly exportName?: string;
}

/** Stack id and logical id of a resource: what the reader wing knows it by. */
export function addressOf({ stack, logicalId }: AssemblyResource): string {
  return `${stack.id}/${logicalId}`;
}
