import type { HttpRequest } from '../../api/http-event';
import { fillJson, fillText, type Values } from './template';
import type { Json, OperationDefinition, RequestDefinition } from './workload-definition';

/** One thing that one client wants, until it has it or gives it up. */
export interface Intention {
  readonly definition: OperationDefinition;
  readonly client: number;
  /** When it was first wanted, in virtual milliseconds. */
  readonly startMs: number;
  /** Made the same for every try. */
  readonly request: Omit<HttpRequest, 'host'>;
  /** Its parameters, with what was taken from the answer. */
  values: Values;
  /** When it was acknowledged, in virtual milliseconds. @default - it was not, which does not mean that it did not happen */
  acknowledgedMs?: number;
  /** When a bucket acknowledged its upload, in virtual milliseconds. @default - none did */
  uploadedMs?: number;
}

/** A request with its placeholders filled in. */
export function fillRequest(definition: RequestDefinition, values: Values): Omit<HttpRequest, 'host'> {
  const { method, path, query, headers, body } = definition;
  return {
    method,
    path: fillText(path, values, encodeURIComponent),
    ...(query ? { query: fillTexts(query, values) } : {}),
    ...(headers ? { headers: inLowerCase(fillTexts(headers, values)) } : {}),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? fillText(body, values) : json(body, values) }),
  };
}

function fillTexts(texts: Readonly<Record<string, string>>, values: Values): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fillText(text, values)]));
}

function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function json(body: Json, values: Values): string {
  return JSON.stringify(fillJson(body, values));
}
