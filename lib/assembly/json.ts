import { readFileSync } from 'node:fs';
import { quoteFound } from '../bad-input';
import type { Problems } from './problems';

/** A value as JSON knows it. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Nesting that no template reaches; deeper documents are refused, because every walk over them is recursive. */
const MAX_DEPTH = 200;

/**
 * Reads a file that must hold one JSON object. A missing file, broken JSON or another shape becomes a problem and the
 * answer is undefined.
 */
export function readJsonObject(path: string, file: string, remedy: string, problems: Problems): JsonObject | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    problems.add(file, '', (error as NodeJS.ErrnoException).code ?? 'an unreadable file', 'a readable file', remedy);
    return undefined;
  }
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    problems.add(file, '', `broken JSON (${(error as Error).message})`, 'one JSON object', remedy);
    return undefined;
  }
  if (!isObject(value)) {
    problems.add(file, '', quoteFound(value), 'one JSON object', remedy);
    return undefined;
  }
  if (isDeeperThan(value, MAX_DEPTH)) {
    problems.add(file, '', `nesting of more than ${MAX_DEPTH} levels`, `at most ${MAX_DEPTH} levels`, remedy);
    return undefined;
  }
  return value;
}

/** Whether a value is a JSON object: neither null nor a list nor a scalar. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a JSON list. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Whether a value is a string, a number or a boolean. */
export function isScalar(value: JsonValue | undefined): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** An object's own member; names such as `constructor` that every object inherits are not members. */
export function member(object: JsonValue | undefined, key: string): JsonValue | undefined {
  return isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** An object's own member when that is itself an object, otherwise an empty object. */
export function section(object: JsonValue | undefined, key: string): JsonObject {
  const value = member(object, key);
  return isObject(value) ? value : {};
}

/** Every string inside a value, in document order. Keys are left out. */
export function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* stringsIn(item);
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) yield* stringsIn(item);
}

function isDeeperThan(root: JsonValue, limit: number): boolean {
  let level: JsonValue[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return false;
}
