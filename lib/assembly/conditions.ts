import { isList, isObject, isScalar, type JsonValue, member } from './json';
import type { Scope } from './scope';

/**
 * Decides a condition expression: true, false, or undefined when a token stands in the way. `Fn::And` and `Fn::Or` are
 * decided as soon as one operand decides them, whatever the others are.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
 */
export function decide(expression: JsonValue, at: string, scope: Scope): boolean | undefined {
  const entries = isObject(expression) ? Object.entries(expression) : [];
  const [name, argument] = entries.length === 1 && entries[0] ? entries[0] : [undefined, null];
  const operands = isList(argument) ? argument : [];
  const inside = `${at}.${name}`;
  const decided = () => operands.map((operand, index) => decide(operand, `${inside}[${index}]`, scope));

  if (name === 'Condition' && typeof argument === 'string') return scope.holds(argument, inside);
  if (name === 'Fn::Equals' && operands.length === 2) return equal(operands, inside, scope);
  if (name === 'Fn::Not' && operands.length === 1) {
    const [outcome] = decided();
    return outcome === undefined ? undefined : !outcome;
  }
  if (name === 'Fn::And' && operands.length >= 2) return all(decided());
  if (name === 'Fn::Or' && operands.length >= 2) {
    const none = all(decided().map((outcome) => (outcome === undefined ? undefined : !outcome)));
    return none === undefined ? undefined : !none;
  }
  const allowed =
    '`Condition`, `Fn::Equals` and `Fn::Not` with their operands, or `Fn::And` and `Fn::Or` of two or more';
  scope.refuse(at, expression, allowed);
  return undefined;
}

function equal(operands: readonly JsonValue[], at: string, scope: Scope): boolean | undefined {
  const [left, right] = operands.map((operand, index) => comparable(scope.resolve(operand, `${at}[${index}]`)));
  // Two equal texts hold the same tokens, and a token has one value: they are equal whatever it is.
  if (left === right) return true;
  return scope.tokens.anyIn([left ?? '', right ?? '']) ? undefined : false;
}

/** CloudFormation compares scalars as strings: the number 1 equals "1". */
function comparable(value: JsonValue | undefined): string {
  return isScalar(value) ? String(value) : JSON.stringify(value ?? null);
}

function all(outcomes: readonly (boolean | undefined)[]): boolean | undefined {
  if (outcomes.includes(false)) return false;
  return outcomes.includes(undefined) ? undefined : true;
}

/** Name of the condition a resource or output depends on, when it has one. */
export function conditionOf(declaration: JsonValue | undefined): string | undefined {
  const name = member(declaration, 'Condition');
  return typeof name === 'string' ? name : undefined;
}
