import type { Json } from './workload-definition';

/** Values of parameters by their names; a record of a pool is one with values of its own. */
export type Values = Readonly<Record<string, unknown>>;

/** `{name}` or `{record.name}`. */
const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z][A-Za-z0-9_-]*)*)\}/g;

/** The placeholders in a text or anywhere within JSON, without their braces. */
export function placeholdersIn(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(PLACEHOLDER)].map(([, path = '']) => path);
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(placeholdersIn);
}

/** A text with its placeholders filled in. @param encode Applied to every value that is put in. */
export function fillText(text: string, values: Values, encode: (value: string) => string = String): string {
  return text.replace(PLACEHOLDER, (_, path: string) => encode(textOf(lookUp(values, path))));
}

/** JSON with the placeholders in its texts filled in; a text that is one placeholder alone becomes the parameter itself. */
export function fillJson(value: Json, values: Values): unknown {
  if (typeof value === 'string') {
    const [whole] = value.matchAll(PLACEHOLDER);
    return whole?.[0] === value ? lookUp(values, whole[1] ?? '') : fillText(value, values);
  }
  if (Array.isArray(value)) return value.map((part) => fillJson(part as Json, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, fillJson(part, values)]));
}

function lookUp(values: Values, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Values | undefined)?.[name], values);
}

function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
}
