import { createHash, createHmac } from 'node:crypto';
import type { RestRequest } from '../network/aws-service';

/** A request as it reaches a bucket, but for what it carries. */
export type SignedRequest = Omit<RestRequest, 'body'>;

/** What the signature must be right for. */
export interface Signer {
  readonly region: string;
  readonly secretAccessKey: string;
  /** Calendar time, in milliseconds since 1970. */
  readonly nowMs: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** How far a clock may be ahead, in milliseconds. */
const SKEW_MS = 15 * 60_000;

/**
 * Checks a signature that came in the query, as S3 does: computed again from what arrived, so that another method, key,
 * signed header or time has another one.
 *
 * @returns S3's error code, or nothing when the request is as it was signed and in time.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function checkPresigned(request: SignedRequest, { region, secretAccessKey, nowMs }: Signer): string | undefined {
  const { query } = request;
  const { 'X-Amz-Date': date = '', 'X-Amz-Credential': credential = '', 'X-Amz-Signature': signature } = query;
  const [, ...scope] = credential.split('/');
  const signedMs = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const lifeSeconds = Number(query['X-Amz-Expires']);
  const expected = [date.slice(0, 8), region, 's3', 'aws4_request'];
  if (query['X-Amz-Algorithm'] !== ALGORITHM || scope.join('/') !== expected.join('/')) {
    return 'AuthorizationQueryParametersError';
  }
  if (!(signedMs <= nowMs + SKEW_MS && nowMs < signedMs + 1000 * lifeSeconds)) return 'AccessDenied';
  const canonical = canonicalRequest(request);
  if (canonical === undefined) return 'AccessDenied';
  const text = [ALGORITHM, date, scope.join('/'), hash(canonical)].join('\n');
  const key = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  return hmac(key, text).toString('hex') === signature ? undefined : 'SignatureDoesNotMatch';
}

/** What was signed; nothing when a signed header did not arrive, or one of Amazon's own arrived that was not signed. */
function canonicalRequest({ method, hostname, path, query, headers }: SignedRequest): string | undefined {
  const arrived: Readonly<Record<string, string>> = { ...headers, host: hostname };
  const signed = (query['X-Amz-SignedHeaders'] ?? '').split(';');
  const unsigned = Object.keys(arrived).filter((name) => name.startsWith('x-amz-') && !signed.includes(name));
  if (unsigned.length > 0 || !signed.includes('host')) return undefined;
  const lines: string[] = [];
  for (const name of signed) {
    const value = arrived[name];
    if (value === undefined) return undefined;
    lines.push(`${name}:${value.trim()}\n`);
  }
  const parameters = Object.entries(query)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const payload = query['X-Amz-Content-Sha256'] ?? 'UNSIGNED-PAYLOAD';
  return [method, path, parameters.join('&'), lines.join(''), signed.join(';'), payload].join('\n');
}

/** @see https://www.rfc-editor.org/rfc/rfc3986#section-2.3 */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
