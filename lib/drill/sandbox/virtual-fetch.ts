import { NotModelled } from '../not-modelled';
import { CodeTypeError } from './code-error';

/** An HTTPS request as code in a realm sends it. */
export interface OutboundRequest {
  /** Host name in lower case. */
  readonly host: string;
  readonly method: string;
  /** Path, starting with a slash, without query. */
  readonly path: string;
  /** Query parameters, at least one. @default - none */
  readonly query?: Readonly<Record<string, string>>;
  /** Header fields by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Body. @default - none */
  readonly body?: string;
}

/** What comes back. */
export interface OutboundAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The network that a realm's `fetch` reaches.
 *
 * Rejects with Node's error of the socket, for example `ENOTFOUND`, when there is no connection.
 */
export type Outbound = (request: OutboundRequest) => Promise<OutboundAnswer>;

/** What a call may say beside the address; everything else stops the drill. */
export interface FetchInit {
  /** @default 'GET' */
  readonly method?: string;
  /** @default - none */
  readonly headers?: ConstructorParameters<typeof Headers>[0];
  /** Text or bytes. @default - none */
  readonly body?: unknown;
  /** Ends the call. @default - nothing does */
  readonly signal?: AbortSignal | null;
  /** `manual`: an answer that leads elsewhere is the answer; anything else stops the drill when one comes. @default 'follow' */
  readonly redirect?: string;
}

const UNDERSTOOD: readonly string[] = ['method', 'headers', 'body', 'signal', 'redirect'];

/** Answers that lead elsewhere. @see https://fetch.spec.whatwg.org/#redirect-status */
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/**
 * `fetch` over the drill's network: HTTPS, texts for bodies, no redirects followed, no cookies, caches or streams.
 *
 * A call that is aborted rejects with the signal's reason at once; the request is not taken back.
 *
 * @param outbound Carries the requests.
 * @param refuse Stops the drill; called with what is not modelled.
 * @see https://fetch.spec.whatwg.org/#fetch-method
 */
export function virtualFetch(outbound: Outbound, refuse: (error: NotModelled) => never) {
  return async (input: unknown, init: FetchInit = {}): Promise<VirtualResponse> => {
    const { url, request } = readRequest(input, init, refuse);
    const { signal } = init;
    if (signal?.aborted) throw signal.reason;
    const answer = outbound(request).catch((error: Error) => {
      throw error instanceof NotModelled ? refuse(error) : failed(error);
    });
    const arrived = await abortable(answer, signal ?? undefined);
    if (REDIRECTS.includes(arrived.status) && init.redirect !== 'manual') {
      refuse(new NotModelled(`fetch of ${url}, which redirects`));
    }
    return new VirtualResponse(url, arrived, refuse);
  };
}

function readRequest(
  input: unknown,
  init: FetchInit,
  refuse: (error: NotModelled) => never,
): { url: string; request: OutboundRequest } {
  if (typeof input !== 'string' && !isUrl(input)) refuse(new NotModelled('fetch of a Request'));
  const unknown = Object.keys(init).find((name) => !UNDERSTOOD.includes(name));
  if (unknown !== undefined) refuse(new NotModelled(`fetch with the option ${unknown}`));
  const { protocol, hostname, port, pathname, searchParams, href } = new URL(String(input));
  if (protocol !== 'https:' || port !== '') refuse(new NotModelled(`fetch of ${href}: not HTTPS at its usual port`));
  const { method = 'GET', body } = init;
  const query = [...searchParams];
  if (new Set(searchParams.keys()).size < query.length) refuse(new NotModelled(`fetch of ${href}: a parameter twice`));
  return {
    url: href,
    request: {
      host: hostname,
      method: method.toUpperCase(),
      path: pathname,
      ...(query.length > 0 ? { query: Object.fromEntries(query) } : {}),
      headers: headerFields(init.headers),
      ...(body === undefined || body === null ? {} : { body: bodyText(body, refuse) }),
    },
  };
}

/** Header fields by their names in lower case; a plain object, the usual case, needs no `Headers` for that. */
function headerFields(headers: FetchInit['headers']): Readonly<Record<string, string>> {
  if (headers === undefined || Object.getPrototypeOf(headers) !== Object.prototype) {
    return Object.fromEntries(new Headers(headers));
  }
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function isUrl(input: unknown): input is URL {
  return typeof (input as URL | undefined)?.href === 'string' && typeof (input as URL).searchParams === 'object';
}

function bodyText(body: unknown, refuse: (error: NotModelled) => never): string {
  if (typeof body === 'string') return body;
  if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  return refuse(new NotModelled('fetch with a body that is neither text nor bytes'));
}

/** What undici throws when there is no connection. */
function failed(cause: Error): Error {
  return Object.assign(new CodeTypeError('fetch failed'), { cause });
}

/** The work's outcome, or the signal's reason as soon as it is aborted. */
function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** The parts of a `Response` that hold no stream. */
export class VirtualResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly statusText = '';
  readonly redirected = false;
  readonly type = 'basic';
  private fields: Headers | undefined;
  private isRead = false;

  constructor(
    readonly url: string,
    private readonly answer: OutboundAnswer,
    private readonly refuse: (error: NotModelled) => never,
  ) {
    this.status = answer.status;
    this.ok = answer.status >= 200 && answer.status < 300;
  }

  get headers(): Headers {
    this.fields ??= new Headers({ ...this.answer.headers });
    return this.fields;
  }

  get bodyUsed(): boolean {
    return this.isRead;
  }

  get body(): never {
    return this.refuse(new NotModelled('the body of a fetched response as a stream'));
  }

  async text(): Promise<string> {
    if (this.isRead) throw new CodeTypeError('Body is unusable: Body has already been read');
    this.isRead = true;
    return this.answer.body;
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(Buffer.from(await this.text()));
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer as ArrayBuffer;
  }

  async blob(): Promise<never> {
    return this.refuse(new NotModelled('the body of a fetched response as a blob'));
  }

  async formData(): Promise<never> {
    return this.refuse(new NotModelled('the body of a fetched response as a form'));
  }

  clone(): VirtualResponse {
    return new VirtualResponse(this.url, this.answer, this.refuse);
  }
}
