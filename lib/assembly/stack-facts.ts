import type { JsonObject, JsonValue } from './json';
import type { Problems } from './problems';
import type { Resolved } from './scope';
import type { TemplateEvaluator } from './template-evaluator';
import type { Tokens } from './tokens';

/** What is known of a stack before its template is evaluated. */
export interface StackFacts {
  /** How tokens name the stack, for example `us-east-2/Dispatch`. */
  readonly address: string;
  /** The stack's name; undefined for a nested stack, which CloudFormation names. */
  readonly stackName: string | undefined;
  /** Account number, or `unknown-account`. */
  readonly account: string;
  /** Region, or `unknown-region`. */
  readonly region: string;
  /** The template's path, relative to the assembly. */
  readonly file: string;
  readonly template: JsonObject;
  /** SNS topics told about stack events, when they are known. */
  readonly notificationArns: readonly JsonValue[] | undefined;
  /** The value passed to a parameter, if one is. */
  readonly argumentOf: (parameter: string) => Resolved;
}

/** What a template can reach outside itself. */
export interface Surroundings {
  readonly tokens: Tokens;
  readonly problems: Problems;
  /** The evaluator of a nested stack whose template is in the assembly. */
  nested(logicalId: string): TemplateEvaluator | undefined;
  /** The value exported under a name in an account and Region; undefined when no stack of the assembly exports it. */
  exported(account: string, region: string, name: string, refuse: (found: string, allowed: string) => void): Resolved;
  /** The evaluator of a stack by account, Region and name. */
  stack(account: string, region: string, name: string): TemplateEvaluator | undefined;
}
