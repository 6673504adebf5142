import { isList, isScalar, type JsonValue, member } from './json';
import type { Resolved, Scope } from './scope';

/**
 * What `Ref` of a parameter returns: the value passed or the default, a list for list types, a number for `Number`; the
 * given token when there is neither, or when the value names an entry of Parameter Store.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */
export function parameterValue(
  declaration: JsonValue,
  argument: Resolved,
  token: string,
  at: string,
  scope: Scope,
): Resolved {
  const type = String(member(declaration, 'Type'));
  const value = argument ?? member(declaration, 'Default');
  if (value === undefined || type.startsWith('AWS::SSM::Parameter::Value<')) return token;

  if (type === 'CommaDelimitedList' || type.startsWith('List<')) {
    if (isList(value)) return value;
    const isUnknown = typeof value === 'string' && scope.tokens.whole(value) !== undefined;
    if (isUnknown || !isScalar(value)) return isUnknown ? value : scope.refuse(`${at}.Default`, value, 'a list');
    return String(value)
      .split(',')
      .map((item) => item.trim());
  }
  if (!isScalar(value)) return scope.refuse(`${at}.Default`, value, `a value of type ${type}`);
  return type === 'Number' && value !== '' && Number.isFinite(Number(value)) ? Number(value) : String(value);
}
