import type { JsonValue } from './json';
import type { Tokens } from './tokens';

/** A value with its intrinsics resolved; undefined stands for `AWS::NoValue`. */
export type Resolved = JsonValue | undefined;

/** What the intrinsic functions need to know of the stack they are evaluated in. */
export interface Scope {
  readonly tokens: Tokens;
  /** Region of the stack, or the token that stands for it. */
  readonly region: string;
  /** Resolves every intrinsic inside a value. `at` is the value's path in the template, for problems. */
  resolve(value: JsonValue, at: string): Resolved;
  /** `Ref` of a resource, parameter or pseudo-parameter. */
  ref(name: string, at: string): Resolved;
  /** `Fn::GetAtt`. */
  attribute(logicalId: string, attribute: string, at: string): Resolved;
  /** Whether a condition of the template holds; undefined when tokens decide it. */
  holds(condition: string, at: string): boolean | undefined;
  /** The value of a mapping; undefined when there is none. */
  mapped(map: string, topKey: string, secondKey: string): JsonValue | undefined;
  /** The value exported under a name in this account and Region; undefined when no stack of the assembly exports it. */
  exported(name: string, at: string): Resolved;
  /** An output of a stack; undefined when the stack is not in the assembly. */
  outputOf(query: StackOutputQuery, at: string): Resolved;
  /** The token of a function that cannot be evaluated. */
  unresolved(name: string, argument: JsonValue): string;
  /** Notes a problem and gives a placeholder to go on with. */
  refuse(at: string, found: unknown, allowed: string, remedy?: string): string;
}

/** What `Fn::GetStackOutput` names. */
export interface StackOutputQuery {
  readonly stackName: string;
  readonly outputName: string;
  readonly region: string;
  /**
   * Account of the role that reads the output.
   *
   * @default - the account of the stack
   */
  readonly account?: string;
}
