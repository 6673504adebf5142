/**
 * Why the table could not do what it was asked.
 *
 * - `throttled`: it has no capacity left, or the key has none;
 * - `write-conflict`: another Region is writing the same item of a strongly consistent table;
 * - `unavailable`: it does not answer, not in time, or with an error of its own.
 */
export type TableFaultKind = 'throttled' | 'write-conflict' | 'unavailable';

/** A fault of the table that passes: the same request may succeed later, here or in another Region. */
export class TableFault extends Error {
  /** @param kind What happened. */
  constructor(
    readonly kind: TableFaultKind,
    options?: ErrorOptions,
  ) {
    super(`table ${kind}`, options);
    this.name = 'TableFault';
  }
}

/**
 * Reads an error of the SDK after its last attempt.
 *
 * By then the SDK has itself retried everything named here, `ReplicatedWriteConflictException` included.
 *
 * @returns the error as a {@link TableFault}; or the error itself when it is a defect of ours (a refused request, a
 * missing permission), which no retry mends.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export function readTableError(error: unknown): unknown {
  const kind = kindOf(error);
  return kind === undefined ? error : new TableFault(kind, { cause: error });
}

/** What the SDK's errors and Node.js' connection errors have in common; read by shape, as either may be of another realm. */
interface CallError {
  readonly name?: string;
  readonly code?: string;
  readonly syscall?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string; readonly attempts?: number };
  readonly $retryable?: { readonly throttling?: boolean };
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html#Programming.Errors.MessagesAndCodes */
const THROTTLING_ERRORS = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);

/** Names the SDK gives to a time-out, to a call that was cut off, and to credentials it could not get. */
const CONNECTION_ERRORS = new Set(['AbortError', 'CredentialsProviderError', 'TimeoutError']);

/** Codes of system calls (ECONNRESET, ENOTFOUND), TLS and broken HTTP; not those of Node.js' own checks (ERR_INVALID_…). */
const CONNECTION_CODES = /^(?:E(?!RR_)|ERR_(?:TLS|SSL)_|CERT_|HPE_)/;

function kindOf(error: unknown): TableFaultKind | undefined {
  const { name = '', code = '', syscall, $metadata, $retryable } = (error ?? {}) as CallError;
  const status = $metadata?.httpStatusCode ?? 0;
  if (name === 'ReplicatedWriteConflictException') return 'write-conflict';
  if (THROTTLING_ERRORS.has(name) || status === 429 || $retryable?.throttling === true) return 'throttled';
  // Attempts without a status: the call went out and nothing came back, whatever its error is called.
  const unanswered = $metadata?.attempts !== undefined && $metadata.httpStatusCode === undefined;
  const cutOff = CONNECTION_ERRORS.has(name) || syscall !== undefined || CONNECTION_CODES.test(code);
  return status >= 500 || unanswered || cutOff ? 'unavailable' : undefined;
}

/** What the logs say about a failed call: everything but its message, which may quote the request. */
export interface CallDescription {
  /** Name of the SDK's error. */
  readonly name: string | undefined;
  /** Code of a connection error. */
  readonly code: string | undefined;
  /** Status the table answered with. */
  readonly httpStatusCode: number | undefined;
  /** The table's identifier of the request, for AWS support. */
  readonly requestId: string | undefined;
  /** Attempts the SDK made. */
  readonly attempts: number | undefined;
}

/** Describes an error of a call, or nothing when the error is not one of a call. */
export function describeCall(error: unknown): CallDescription | undefined {
  const failed = (error instanceof TableFault ? error.cause : error) as CallError | undefined;
  if (failed?.$metadata === undefined && !(error instanceof TableFault)) return undefined;
  const { httpStatusCode, requestId, attempts } = failed?.$metadata ?? {};
  return { name: failed?.name, code: failed?.code, httpStatusCode, requestId, attempts };
}
