import type * as z from 'zod';
import type { ApiRequest } from './operation';
import { Problem, type RequestError } from './problem';

/** Largest body, in bytes; the longest valid one has about 4 kB. */
const BODY_BYTES_MAX = 8_192;

/** The parts of a request that have input. */
export interface RequestInput {
  /** @default - the operation has no path parameters */
  readonly path?: unknown;
  /** @default - the operation has no query parameters */
  readonly query?: unknown;
  /** @default - the operation has no body */
  readonly body?: unknown;
}

/**
 * Checks the input of a request against an operation's shape.
 *
 * @throws Problem `invalid-request` with everything that is wrong, in path, query and body at once.
 */
export function parseInput<Shape extends z.ZodType>(shape: Shape, input: RequestInput): z.output<Shape> {
  const parsed = shape.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap(toRequestErrors);
  throw new Problem('invalid-request', {
    detail: errors.length === 1 ? 'One thing is wrong with the request.' : `${errors.length} things are wrong.`,
    errors,
  });
}

/**
 * The value in a request's JSON body, or nothing when there is no body.
 *
 * @throws Problem `not-json`, `body-too-large`, or `invalid-request` when the text cannot be read as JSON.
 */
export function readJsonBody(request: ApiRequest): unknown {
  if (request.body === undefined || request.body === '') return undefined;
  const contentType = request.headers?.['content-type'];
  if (contentType !== undefined && !/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType)) {
    throw new Problem('not-json', { detail: 'The content type must be application/json.' });
  }
  const bytes = Buffer.from(request.body, request.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > BODY_BYTES_MAX) {
    throw new Problem('body-too-large', { detail: `A body has at most ${BODY_BYTES_MAX} bytes.` });
  }
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // The parser's message quotes the body, which holds personal data.
    const errors = [{ pointer: '/body', detail: 'must be JSON text' }];
    throw new Problem('invalid-request', { detail: 'The body cannot be read as JSON.', errors });
  }
}

function toRequestErrors(issue: z.core.$ZodIssue): RequestError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: toPointer([...issue.path, key]), detail: 'must not be there' }));
  }
  return [{ pointer: toPointer(issue.path), detail: issue.message }];
}

/** @see https://www.rfc-editor.org/rfc/rfc6901#section-3 */
function toPointer(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
