import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** One thing that is wrong with a request. */
export interface RequestError {
  /** JSON pointer into the request, which has the members `path`, `query` and `body`: `/body/deliveredAt`. */
  readonly pointer: string;
  /** What is wrong there; never repeats the value. */
  readonly detail: string;
}

const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'no-such-route': { status: 404, title: 'There is no such route' },
  'parcel-unknown': { status: 404, title: 'The parcel is not registered' },
  'delivery-unknown': { status: 404, title: 'The delivery is not recorded' },
  'photo-unknown': { status: 404, title: 'The delivery has no photo' },
  'photo-not-here-yet': { status: 404, title: 'The photo is not in this Region yet' },
  'probe-unknown': { status: 404, title: 'No mark was left' },
  'parcel-differs': { status: 409, title: 'The parcel is registered with other content' },
  'delivery-differs': { status: 409, title: 'The delivery is recorded with other content' },
  'parcel-delivered': { status: 409, title: 'The parcel was delivered by another delivery' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'not-json': { status: 415, title: 'The body is not JSON' },
  'internal-error': { status: 500, title: 'The service failed' },
  'item-unreadable': { status: 500, title: 'What is stored cannot be read' },
  'table-throttled': { status: 503, title: 'The table is busy' },
  'table-conflict': { status: 503, title: 'Another Region is writing the same item' },
  'table-unavailable': { status: 503, title: 'The table does not answer' },
  'photos-unavailable': { status: 503, title: 'The photos cannot be reached' },
} as const;

/** Kinds of problem a client can be told about. */
export type ProblemKind = keyof typeof PROBLEMS;

/**
 * Authority and date of the problem types' tag URIs: identifiers that promise no page behind them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4151
 */
const TYPE_PREFIX = 'tag:dispatch.example,2026:';

/** What a {@link Problem} says beside its kind. */
export interface ProblemProps {
  /** What happened in this occurrence, for a person. */
  readonly detail: string;
  /**
   * Everything that is wrong with the request.
   *
   * @default - the problem is not one of input
   */
  readonly errors?: readonly RequestError[];
  /**
   * Seconds after which the same request may be sent again.
   *
   * @default - sending it again does not help
   */
  readonly retryAfterSeconds?: number;
  /**
   * The failed call behind it, for the log alone.
   *
   * @default - no call failed
   */
  readonly cause?: unknown;
}

/**
 * An answer other than success, thrown anywhere in an operation and rendered as problem details.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export class Problem extends Error {
  /**
   * @param kind Decides type, title and status.
   * @param props What is particular to this occurrence.
   */
  constructor(
    readonly kind: ProblemKind,
    readonly props: ProblemProps,
  ) {
    super(props.detail, { cause: props.cause });
    this.name = 'Problem';
  }

  /** HTTP status of the answer. */
  get status(): number {
    return PROBLEMS[this.kind].status;
  }

  /**
   * The answer for the gateway.
   *
   * @param requestId Names the occurrence, in the answer as in the logs.
   */
  toResult(requestId: string): APIGatewayProxyStructuredResultV2 {
    const { status, title } = PROBLEMS[this.kind];
    const { detail, errors, retryAfterSeconds } = this.props;
    return {
      statusCode: status,
      headers: {
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
        ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
      },
      body: JSON.stringify({
        type: TYPE_PREFIX + this.kind,
        title,
        status,
        detail,
        instance: `/requests/${requestId}`,
        ...(errors === undefined ? {} : { errors }),
      }),
    };
  }
}
