import type { ClientInit } from './client-init';

/** A request for one attempt. */
export interface OutgoingRequest {
  /** Address, with the host of the attempt. */
  readonly url: string;
  readonly method: string;
  /** Header fields by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Body as the caller gave it. @default - none */
  readonly body?: unknown;
}

/** A call as it was asked for, before a host is chosen. */
export interface CallRequest {
  /** From the path's slash on, without fragment. */
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** @default - none */
  readonly body?: unknown;
  /** Ends the call. @default - nothing does */
  readonly signal?: AbortSignal;
  /** Whether sending it twice does no more than sending it once, and it can be sent twice. */
  readonly repeatable: boolean;
  /** What else `fetch` is to be told. */
  readonly rest: object;
}

/** Methods that may be repeated by their meaning. @see https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2 */
const IDEMPOTENT_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];

/** What the call is for; taken apart by hand, as React Native's `URL` was incomplete for years. */
const ADDRESS = /^https:\/\/([^/?#]+)([^#]*)/i;

/** Path of a call to the shared name; nothing when the address leads elsewhere. */
export function pathAt(name: string, address: string): string | undefined {
  if (address.startsWith('/') && !address.startsWith('//')) return address.split('#')[0];
  const [, host = '', path = ''] = ADDRESS.exec(address) ?? [];
  if (host.toLowerCase().replace(/:443$/, '') !== name) return undefined;
  return path.startsWith('/') ? path : `/${path}`;
}

/** Reads what the caller of a `fetch` gave. The body of a `Request` is read whole, so that it can be sent again. */
export async function readCall(
  path: string,
  input: string | URL | Request,
  init: ClientInit,
  idempotencyHeader: string | false,
): Promise<CallRequest> {
  const given = isRequest(input) ? { ...(await contentOf(input)), ...init } : init;
  const {
    method = 'GET',
    headers,
    body,
    signal,
    idempotencyKey,
    attemptTimeoutMs: _a,
    deadlineMs: _d,
    ...rest
  } = given;
  const fields = headerFields(headers);
  const header = idempotencyHeader === false ? undefined : idempotencyHeader.toLowerCase();
  if (header !== undefined && idempotencyKey !== undefined) fields[header] = idempotencyKey;
  const isIdempotent =
    IDEMPOTENT_METHODS.includes(method.toUpperCase()) ||
    idempotencyKey !== undefined ||
    (header !== undefined && fields[header] !== undefined);
  return {
    path,
    method: method.toUpperCase(),
    headers: fields,
    ...(body === undefined || body === null ? {} : { body }),
    ...(signal ? { signal } : {}),
    repeatable: isIdempotent && !isStream(body),
    rest,
  };
}

/** Whether a `fetch` was given a `Request`, of this realm or of another. */
export function isRequest(input: string | URL | Request): input is Request {
  return typeof (input as Partial<Request>).arrayBuffer === 'function';
}

async function contentOf(request: Request): Promise<ClientInit> {
  const { method, headers, signal, credentials, cache, redirect, integrity, keepalive } = request;
  const body = method === 'GET' || method === 'HEAD' ? undefined : await request.clone().arrayBuffer();
  const content = { method, headers, signal, credentials, cache, redirect, integrity, keepalive, body };
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined));
}

function headerFields(headers: ClientInit['headers']): Record<string, string> {
  if (headers === undefined || headers === null) return {};
  const fields: Record<string, string> = {};
  const add = (value: string, name: string): void => {
    const key = name.toLowerCase();
    fields[key] = key in fields ? `${fields[key]}, ${value}` : value;
  };
  if (typeof (headers as Headers).forEach === 'function' && !Array.isArray(headers)) {
    (headers as Headers).forEach((value, name) => {
      add(value, name);
    });
  } else {
    const entries = Array.isArray(headers) ? headers : Object.entries(headers);
    for (const [name, value] of entries) add(String(value), String(name));
  }
  return fields;
}

/** A body that is gone once it was sent. */
function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && ('getReader' in body || Symbol.asyncIterator in body);
}
