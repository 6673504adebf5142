import type { HttpAnswer } from '../../api/http-event';
import { valueAt } from './json-pointer';
import { fillJson, fillText, type Values } from './template';
import type { Expectations } from './workload-definition';

/** Whether a status code is among those that are right: 2xx when none are named. */
export function isSuccess(status: number, success: readonly number[] | undefined): boolean {
  return success ? success.includes(status) : status >= 200 && status < 300;
}

/** The body of an answer as JSON; nothing when it is none. */
export function bodyOf({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The first pointer under which a document does not show what is expected; nothing when all is there. */
export function unmetExpectation(document: unknown, expect: Expectations, values: Values): string | undefined {
  return Object.keys(expect).find((pointer) => {
    const seen = valueAt(document, pointer);
    const expected = expect[pointer];
    if (typeof expected === 'object' && expected !== null) return !contains(seen, fillText(expected.contains, values));
    return seen !== (expected === undefined ? undefined : fillJson(expected, values));
  });
}

/** A text holds a part, a list holds an element. */
function contains(seen: unknown, part: string): boolean {
  if (typeof seen === 'string') return seen.includes(part);
  return Array.isArray(seen) && seen.some((element) => String(element) === part);
}
