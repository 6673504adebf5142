import { splitBlock } from './cidr';
import { isList, isObject, isScalar, type JsonObject, type JsonValue, member } from './json';
import type { Resolved, Scope } from './scope';

/** Evaluates one intrinsic function. `at` is the path of the function's argument. */
type Intrinsic = (argument: JsonValue, at: string, scope: Scope) => Resolved;

/**
 * The intrinsic functions by the key that calls them. A function whose argument holds a token it would have to look
 * into gives a token of its own, which remembers the argument.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export const INTRINSICS: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ['Ref', ref],
  ['Fn::Base64', base64],
  ['Fn::Cidr', taking(2, 3, cidr)],
  ['Fn::FindInMap', taking(3, 4, findInMap)],
  ['Fn::GetAZs', getAvailabilityZones],
  ['Fn::GetAtt', getAttribute],
  ['Fn::GetStackOutput', getStackOutput],
  ['Fn::If', taking(3, 3, ifThenElse)],
  ['Fn::ImportValue', importValue],
  ['Fn::Join', taking(2, 2, join)],
  ['Fn::Length', length],
  ['Fn::Select', taking(2, 2, select)],
  ['Fn::Split', taking(2, 2, split)],
  ['Fn::Sub', substitute],
  ['Fn::ToJsonString', toJsonString],
  ['Fn::Transform', transform],
]);

/** The function and argument of an object that is a call: its only key is `Ref` or starts with `Fn::`. */
export function intrinsicCall(value: JsonObject): { name: string; argument: JsonValue } | undefined {
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length !== 1 || name === undefined || argument === undefined) return undefined;
  return name === 'Ref' || name.startsWith('Fn::') ? { name, argument } : undefined;
}

function ref(argument: JsonValue, at: string, scope: Scope): Resolved {
  if (typeof argument !== 'string') return scope.refuse(at, argument, 'the name of a parameter or resource');
  return scope.ref(argument, at);
}

function getAttribute(argument: JsonValue, at: string, scope: Scope): Resolved {
  const [, written, path] = typeof argument === 'string' ? (/^([^.]+)\.(.+)$/.exec(argument) ?? []) : [];
  const [logicalId, attribute] = isList(argument) && argument.length === 2 ? argument : [written, path];
  const name = attribute === undefined ? undefined : scope.resolve(attribute, `${at}[1]`);
  if (typeof logicalId !== 'string' || typeof name !== 'string') {
    return scope.refuse(at, argument, '`LogicalId.Attribute` or a list of the two');
  }
  if (scope.tokens.anyIn(name)) return scope.unresolved('Fn::GetAtt', [logicalId, name]);
  return scope.attribute(logicalId, name, at);
}

function join(operands: readonly JsonValue[], at: string, scope: Scope): Resolved {
  const [delimiter, list] = operands;
  const parts = list === undefined ? undefined : scope.resolve(list, `${at}[1]`);
  if (typeof delimiter !== 'string') return scope.refuse(`${at}[0]`, delimiter, 'a delimiter');
  if (isToken(parts, scope)) return scope.unresolved('Fn::Join', [delimiter, parts]);
  if (!isList(parts) || !parts.every(isScalar)) return scope.refuse(`${at}[1]`, parts, 'a list of strings');
  return parts.map(String).join(delimiter);
}

function substitute(argument: JsonValue, at: string, scope: Scope): Resolved {
  const [template, variables] = isList(argument) ? argument : [argument, {}];
  if (typeof template !== 'string') return scope.refuse(at, template, 'a string to substitute in');
  if (!isObject(variables)) return scope.refuse(`${at}[1]`, variables, 'an object of variables');
  return template.replace(/\$\{([^}]*)\}/g, (_, placeholder: string) => {
    if (placeholder.startsWith('!')) return `\${${placeholder.slice(1)}}`;
    const name = placeholder.trim();
    const own = member(variables, name);
    const dot = name.indexOf('.');
    const value =
      own !== undefined
        ? scope.resolve(own, `${at}[1].${name}`)
        : dot > 0
          ? scope.attribute(name.slice(0, dot), name.slice(dot + 1), at)
          : scope.ref(name, at);
    if (isList(value) && value.every(isScalar)) return value.map(String).join(',');
    return isScalar(value) ? String(value) : scope.refuse(at, `\${${placeholder}}`, 'placeholders with scalar values');
  });
}

function select(operands: readonly JsonValue[], at: string, scope: Scope): Resolved {
  const [first, second] = operands;
  const index = first === undefined ? undefined : scope.resolve(first, `${at}[0]`);
  const list = second === undefined ? undefined : scope.resolve(second, `${at}[1]`);
  if (isToken(index, scope) || isToken(list, scope)) return scope.unresolved('Fn::Select', [index ?? 0, list ?? []]);
  if (!isList(list)) return scope.refuse(`${at}[1]`, list, 'a list');
  const picked = /^\d+$/.test(String(index)) ? list[Number(index)] : undefined;
  return picked ?? scope.refuse(`${at}[0]`, index, `an index below ${list.length}, the length of the list`);
}

function split(operands: readonly JsonValue[], at: string, scope: Scope): Resolved {
  const [delimiter, second] = operands;
  const source = second === undefined ? undefined : scope.resolve(second, `${at}[1]`);
  if (typeof delimiter !== 'string' || delimiter === '') return scope.refuse(`${at}[0]`, delimiter, 'a delimiter');
  if (typeof source !== 'string') return scope.refuse(`${at}[1]`, source, 'a string');
  // The value behind a token may hold the delimiter, so the parts before it are known and their number is not.
  return scope.tokens.anyIn(source) ? scope.unresolved('Fn::Split', [delimiter, source]) : source.split(delimiter);
}

function ifThenElse(operands: readonly JsonValue[], at: string, scope: Scope): Resolved {
  const [condition, whenTrue, whenFalse] = operands;
  if (typeof condition !== 'string' || whenTrue === undefined || whenFalse === undefined) {
    return scope.refuse(at, operands, 'the name of a condition and two values');
  }
  const outcome = scope.holds(condition, `${at}[0]`);
  if (outcome !== undefined) return scope.resolve(outcome ? whenTrue : whenFalse, `${at}[${outcome ? 1 : 2}]`);
  const [yes, no] = [scope.resolve(whenTrue, `${at}[1]`), scope.resolve(whenFalse, `${at}[2]`)];
  return scope.unresolved('Fn::If', [condition, yes ?? 'AWS::NoValue', no ?? 'AWS::NoValue']);
}

function findInMap(operands: readonly JsonValue[], at: string, scope: Scope): Resolved {
  const [map, top, second, fallback] = operands.map((operand, index) =>
    index < 3 ? scope.resolve(operand, `${at}[${index}]`) : operand,
  );
  const keys = [map, top, second];
  if (!keys.every(isScalar)) return scope.refuse(at, operands, 'a map, a top-level key and a second-level key');
  const [mapName = '', topKey = '', secondKey = ''] = keys.map(String);
  if (scope.tokens.anyIn([mapName, topKey, secondKey])) {
    return scope.unresolved('Fn::FindInMap', [mapName, topKey, secondKey]);
  }
  const value = scope.mapped(mapName, topKey, secondKey) ?? member(fallback, 'DefaultValue');
  if (value !== undefined) return scope.resolve(value, at);
  return scope.refuse(at, [mapName, topKey, secondKey], 'keys that the template maps, or a `DefaultValue`');
}

function base64(argument: JsonValue, at: string, scope: Scope): Resolved {
  const text = scope.resolve(argument, at);
  if (!isScalar(text)) return scope.refuse(at, text, 'a string');
  if (scope.tokens.anyIn(text)) return scope.unresolved('Fn::Base64', [text]);
  return Buffer.from(String(text), 'utf8').toString('base64');
}

function cidr(operands: readonly JsonValue[], at: string, scope: Scope): Resolved {
  const resolved = operands.map((operand, index) => scope.resolve(operand, `${at}[${index}]`) ?? null);
  const [block, count, bits] = resolved;
  // What CloudFormation takes for subnet bits that are left out is not documented.
  if (bits === undefined || resolved.some((value) => isToken(value, scope))) {
    return scope.unresolved('Fn::Cidr', resolved);
  }
  const parts =
    /^\d+$/.test(String(count)) && Number(count) >= 1 && Number(count) <= 256 && /^\d+$/.test(String(bits))
      ? splitBlock(String(block), Number(count), Number(bits))
      : undefined;
  return parts ?? scope.refuse(at, operands, 'a block, a count from 1 to 256 and subnet bits that fit into the block');
}

function getAvailabilityZones(argument: JsonValue, at: string, scope: Scope): Resolved {
  const region = scope.resolve(argument, at);
  if (typeof region !== 'string') return scope.refuse(at, region, 'a Region, or an empty string for the stack’s own');
  // Which zones an account may use, and in which order, only the account knows.
  return scope.unresolved('Fn::GetAZs', [region === '' ? scope.region : region]);
}

function importValue(argument: JsonValue, at: string, scope: Scope): Resolved {
  const name = scope.resolve(argument, at);
  if (typeof name !== 'string') return scope.refuse(at, name, 'the name of an export');
  return (
    (scope.tokens.anyIn(name) ? undefined : scope.exported(name, at)) ?? scope.unresolved('Fn::ImportValue', [name])
  );
}

function getStackOutput(argument: JsonValue, at: string, scope: Scope): Resolved {
  const query = isObject(argument) ? scope.resolve(argument, at) : undefined;
  const [stackName, outputName] = [member(query, 'StackName'), member(query, 'OutputName')];
  const [region, roleArn] = [member(query, 'Region') ?? scope.region, member(query, 'RoleArn')];
  if (typeof stackName !== 'string' || typeof outputName !== 'string' || typeof region !== 'string') {
    return scope.refuse(at, argument, '`StackName`, `OutputName` and optionally `Region` and `RoleArn`');
  }
  const unresolved = () => scope.unresolved('Fn::GetStackOutput', [stackName, outputName, region]);
  if (roleArn === undefined) return scope.outputOf({ stackName, outputName, region }, at) ?? unresolved();
  const account = /^arn:[\w-]+:iam::(\d{12}):role\//.exec(String(roleArn))?.[1];
  if (account === undefined) return unresolved();
  return scope.outputOf({ stackName, outputName, region, account }, at) ?? unresolved();
}

function toJsonString(argument: JsonValue, at: string, scope: Scope): Resolved {
  const value = scope.resolve(argument, at);
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  if (isToken(value, scope)) return scope.unresolved('Fn::ToJsonString', [value]);
  return scope.refuse(at, value, 'an object or a list');
}

function length(argument: JsonValue, at: string, scope: Scope): Resolved {
  const list = scope.resolve(argument, at);
  if (isToken(list, scope)) return scope.unresolved('Fn::Length', [list]);
  return isList(list) ? list.length : scope.refuse(at, list, 'a list');
}

function transform(argument: JsonValue, at: string, scope: Scope): Resolved {
  return scope.unresolved('Fn::Transform', [scope.resolve(argument, at) ?? null]);
}

/** A function of a list of operands; their number is checked before it is called. */
function taking(
  min: number,
  max: number,
  evaluate: (operands: readonly JsonValue[], at: string, scope: Scope) => Resolved,
): Intrinsic {
  return (argument, at, scope) =>
    isList(argument) && argument.length >= min && argument.length <= max
      ? evaluate(argument, at, scope)
      : scope.refuse(at, argument, `a list of ${min === max ? min : `${min} or ${max}`} values`);
}

/** Whether a value that should be a list or a scalar is unknown as a whole. */
function isToken(value: Resolved, scope: Scope): value is string {
  return typeof value === 'string' && scope.tokens.in(value).length > 0;
}
