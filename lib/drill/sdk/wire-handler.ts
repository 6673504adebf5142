import type { Scheduler, Timer } from '../kernel/scheduler';
import type { AwsWire, WireAnswer, WireRequest } from '../network/aws-wire';
import { NotModelled } from '../not-modelled';
import { CodeError } from '../sandbox/code-error';

/** Time-outs of a Node HTTP handler, in milliseconds; 0 or nothing means none. */
export interface TimeoutOptions {
  /** Limit for the connection. @default - none */
  readonly connectionTimeout?: number;
  /** Limit for the whole request. @default - none */
  readonly requestTimeout?: number;
  /** Limit for silence on the socket. @default - none */
  readonly socketTimeout?: number;
  /** Whether `requestTimeout` ends the request; otherwise it only warns. @default false */
  readonly throwOnRequestTimeout?: boolean;
}

/** The parts of an SDK request that the wire needs. */
interface SdkRequest {
  readonly hostname: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Together with the path, what is asked. @default - the target header says it */
  readonly method?: string;
  readonly path?: string;
  /** @default - none */
  readonly query?: Readonly<Record<string, string>>;
}

/** Options of one call. */
export interface CallOptions {
  /** Ends the call. @default - only time-outs end it */
  readonly abortSignal?: AbortSignal;
  /** Overrides the handler's `requestTimeout`, in milliseconds. @default - the handler's */
  readonly requestTimeout?: number;
}

/** Gives the SDK's own response class its parts. */
export type ResponseFactory = (answer: WireAnswer) => unknown;

/**
 * The SDK's request handler, over the drill's wire: it keeps the time-outs that the application set on Node's HTTP
 * handler, with the same errors, in virtual time.
 *
 * A request that times out or is aborted once it is sent is not taken back: the service may still do what it was asked.
 */
export class WireHandler {
  readonly metadata = { handlerProtocol: 'http/1.1' };

  constructor(
    private readonly wire: AwsWire,
    private readonly scheduler: Scheduler,
    readonly createResponse: ResponseFactory,
    private readonly timeouts: TimeoutOptions = {},
  ) {}

  /** What the SDK calls: a request in, its own response class out. */
  async handle(request: SdkRequest, options?: CallOptions): Promise<{ response: unknown }> {
    return { response: this.createResponse(await this.exchange(request, options)) };
  }

  /** Sends one request and gives the answer as it arrives on the wire. */
  async exchange(request: SdkRequest, options: CallOptions = {}): Promise<WireAnswer> {
    const { hostname, headers, method, path } = request;
    await this.wire.turn(`${hostname} ${headers['x-amz-target'] ?? `${method} ${path}`}`);
    return this.send(request, options);
  }

  private send(request: SdkRequest, options: CallOptions): Promise<WireAnswer> {
    const { scheduler, wire } = this;
    if (!wire.isOpen) return never();
    const { connectionTimeout, socketTimeout, throwOnRequestTimeout } = this.timeouts;
    const requestTimeout = options.requestTimeout ?? this.timeouts.requestTimeout;
    const { abortSignal } = options;
    if (abortSignal?.aborted) return Promise.reject(abortError(abortSignal));
    return new Promise((resolve, reject) => {
      const timers: Timer[] = [];
      let settled = false;
      const onAbort = (): void => settle(() => reject(abortError(abortSignal)));
      const settle = (conclude: () => void): void => {
        settled = true;
        for (const timer of timers) scheduler.cancel(timer);
        abortSignal?.removeEventListener('abort', onAbort);
        if (wire.isOpen) conclude();
      };
      const limit = (limitMs: number | undefined, what: string, code?: string): Timer | undefined => {
        if (!limitMs) return undefined;
        const timer = scheduler.after(limitMs, () => settle(() => reject(timeoutError(what, limitMs, code))));
        timers.push(timer);
        return timer;
      };
      abortSignal?.addEventListener('abort', onAbort);
      const connecting = limit(connectionTimeout, 'did not establish a connection with the server');
      if (throwOnRequestTimeout) limit(requestTimeout, 'has exceeded the configured requestTimeout', 'ETIMEDOUT');
      wire
        .connect(request.hostname)
        .then(() => {
          if (settled) return never();
          if (connecting) scheduler.cancel(connecting);
          limit(socketTimeout, 'socket timed out of inactivity');
          return wire.exchange({
            hostname: request.hostname,
            ...addressOf(request),
          });
        })
        .then(
          (answer) => settle(() => resolve(answer)),
          (error) => {
            // The application may catch it and answer something; the drill must not.
            if (error instanceof NotModelled) scheduler.fail(error);
            settle(() => reject(error));
          },
        );
    });
  }

  httpHandlerConfigs(): TimeoutOptions {
    return this.timeouts;
  }

  updateHttpClientConfig(): void {}

  destroy(): void {}
}

/** What a caller gets that is not there any more, or a connection that nobody waits for. */
function never(): Promise<never> {
  return new Promise(() => {});
}

/** What is asked: by a target, or by method and path. */
function addressOf({ headers, body, method, path = '/', query = {} }: SdkRequest): Omit<WireRequest, 'hostname'> {
  const target = headers['x-amz-target'];
  if (target !== undefined || method === undefined) return { target: target ?? '', body: bodyText(body) };
  const text = body === undefined ? '' : bodyText(body);
  return { target: '', body: text, rest: { method, path, query, headers } };
}

function bodyText(body: unknown): string {
  if (typeof body === 'string') return body;
  return body === undefined ? '{}' : Buffer.from(body as Uint8Array).toString('utf8');
}

function timeoutError(what: string, limitMs: number, code?: string): Error {
  const error = new CodeError(`@smithy/node-http-handler - the request ${what} within ${limitMs} ms.`);
  return Object.assign(error, { name: 'TimeoutError' }, code ? { code } : {});
}

function abortError(signal: AbortSignal | undefined): Error {
  const reason = signal?.reason as unknown;
  return Object.assign(new CodeError('Request aborted', { cause: reason }), { name: 'AbortError' });
}
