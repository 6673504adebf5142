import { Duration, Token } from 'aws-cdk-lib/core';
import { BlueprintError } from '../blueprint-error';
import type { ActionSpec } from './catalogue/action-spec';
import type { ParameterSpec } from './catalogue/parameter-spec';

/** Longest value of a parameter. @see https://docs.aws.amazon.com/fis/latest/APIReference/API_CreateExperimentTemplateActionInput.html */
const MAX_CHARACTERS = 1_024;

/**
 * Parameters of an action as FIS takes them: all of them text.
 *
 * @throws BlueprintError when one is missing, unknown or out of its range.
 */
export function renderParameters(
  id: string,
  spec: ActionSpec,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  refuseMissing(id, spec, Object.fromEntries(given));
  return Object.fromEntries(
    given.map(([name, value]) => {
      const parameter = spec.required[name] ?? spec.optional[name];
      if (parameter === undefined) throw wrong(id, name, 'is no parameter of it');
      const text = textOf(parameter, value, (message) => wrong(id, name, message));
      if (!Token.isUnresolved(text) && text.length > MAX_CHARACTERS) {
        throw wrong(id, name, `must have at most ${MAX_CHARACTERS} characters, got ${text.length}`);
      }
      return [name, text];
    }),
  );
}

/** Seconds of a parameter that says how long; 0 when it is not given. */
export function secondsOf(value: unknown): number {
  return value instanceof Duration ? value.toSeconds() : 0;
}

function refuseMissing(id: string, spec: ActionSpec, values: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(spec.required)) {
    if (!(name in values)) throw wrong(id, name, 'must be given');
  }
  for (const [name, condition] of Object.entries(spec.neededWhen ?? {})) {
    const holds = Object.entries(condition).every(([other, value]) => values[other] === value);
    const when = Object.entries(condition).map(([other, value]) => `${other} is ${value}`);
    if (holds && !(name in values)) throw wrong(id, name, `must be given when ${when.join(' and ')}`);
  }
}

type Refuse = (message: string) => BlueprintError;

function textOf(spec: ParameterSpec, value: unknown, refuse: Refuse): string {
  switch (spec.type) {
    case 'duration':
      return durationOf(spec, value, refuse);
    case 'integer':
    case 'number':
      return numberOf(spec, value, refuse);
    case 'boolean': {
      const text = String(value);
      return spec.capitalised ? text.replace(/^./, (letter) => letter.toUpperCase()) : text;
    }
    case 'list':
      return listOf(spec, value as readonly string[], refuse);
    case 'document':
      return JSON.stringify(value);
    case 'enum':
      if (!spec.values.includes(String(value))) throw refuse(`must be one of ${spec.values.join(', ')}, got ${value}`);
      return String(value);
    case 'text': {
      const text = String(value);
      if (spec.pattern && !Token.isUnresolved(text) && !new RegExp(spec.pattern).test(text)) {
        throw refuse(`must match ${spec.pattern}, got ${text}`);
      }
      return text;
    }
  }
}

type Of<Type extends ParameterSpec['type']> = Extract<ParameterSpec, { readonly type: Type }>;

function durationOf({ minimumSeconds, maximumSeconds }: Of<'duration'>, value: unknown, refuse: Refuse): string {
  const seconds = secondsOf(value);
  if (seconds < minimumSeconds || seconds > maximumSeconds) {
    throw refuse(`must last ${minimumSeconds} to ${maximumSeconds} s, got ${seconds} s`);
  }
  return Duration.seconds(seconds).toIsoString();
}

function numberOf({ type, minimum, maximum }: Of<'integer' | 'number'>, value: unknown, refuse: Refuse): string {
  if (Token.isUnresolved(value)) return Token.asString(value);
  const number = Number(value);
  const whole = type === 'number' || Number.isInteger(number);
  if (!whole || Number.isNaN(number) || number < (minimum ?? -Infinity) || number > (maximum ?? Infinity)) {
    const range = [minimum === undefined ? '' : ` from ${minimum}`, maximum === undefined ? '' : ` to ${maximum}`];
    throw refuse(`must be ${type === 'integer' ? 'a whole number' : 'a number'}${range.join('')}, got ${value}`);
  }
  return String(number);
}

function listOf({ values, maximumItems }: Of<'list'>, list: readonly string[], refuse: Refuse): string {
  if (list.length < 1 || list.length > (maximumItems ?? Infinity)) {
    throw refuse(
      `must have ${maximumItems === undefined ? 'at least 1 item' : `1 to ${maximumItems} items`}, got ${list.length}`,
    );
  }
  for (const item of list) {
    if (values && !values.includes(item)) throw refuse(`must be of ${values.join(', ')}, got ${item}`);
    if (item.includes(',')) throw refuse(`is joined by commas and can hold none, got ${item}`);
  }
  return list.join(',');
}

function wrong(id: string, name: string, message: string): BlueprintError {
  return new BlueprintError('FaultParameter', `parameter ${name} of ${id} ${message}`);
}
