import { createHash, createHmac } from 'node:crypto';
import { extended } from '../kernel/extended';
import { ROLE_CREDENTIALS } from '../network/role-credentials';
import type { HttpRequest } from './http-event';

/** What an `Authorization` header of Signature Version 4 says. */
export interface SignatureClaim {
  readonly accessKeyId: string;
  /** Day, Region, service and `aws4_request`, with slashes between. */
  readonly scope: string;
  readonly region: string;
  readonly service: string;
  /** Names of the signed headers, in lower case and in order. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/((\d{8})\/([^/]+)\/([^/]+)\/aws4_request), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)$/;

/** How far a request's time may be from the clock, in milliseconds. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
const TOLERANCE_MS = 5 * 60_000;

/** Reads the header; nothing when it is not one of Signature Version 4. */
export function readSignature(header: string | undefined): SignatureClaim | undefined {
  const [, accessKeyId, scope, , region, service, headers, signature] = HEADER.exec(header ?? '') ?? [];
  if (!accessKeyId || !scope || !region || !service || !headers || !signature) return undefined;
  return { accessKeyId, scope, region, service, signedHeaders: headers.split(';'), signature };
}

/**
 * Whether a request is signed by the role of a function: the signature is computed anew from what arrived.
 *
 * @param nowMs Calendar time, in milliseconds since 1970.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function isSignedByRole(request: HttpRequest, claim: SignatureClaim, nowMs: number): boolean {
  const headers: Readonly<Record<string, string>> = extended(request.headers ?? {}, { host: request.host });
  const time = headers['x-amz-date'] ?? '';
  const { accessKeyId, sessionToken } = ROLE_CREDENTIALS;
  if (claim.accessKeyId !== accessKeyId || headers['x-amz-security-token'] !== sessionToken) return false;
  if (!['host', 'x-amz-date'].every((name) => claim.signedHeaders.includes(name))) return false;
  if (!claim.scope.startsWith(`${time.slice(0, 8)}/`) || !(Math.abs(timeOf(time) - nowMs) <= TOLERANCE_MS))
    return false;
  const canonical = [
    request.method,
    request.path.split('/').map(percentEncode).join('/'),
    canonicalQuery(request.query),
    ...claim.signedHeaders.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    claim.signedHeaders.join(';'),
    sha256(request.body ?? ''),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', time, claim.scope, sha256(canonical)].join('\n');
  return createHmac('sha256', signingKey(claim.scope)).update(text).digest('hex') === claim.signature;
}

/** `20251020T064800Z` in milliseconds since 1970; NaN for anything else. */
function timeOf(time: string): number {
  return Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function canonicalQuery(query: HttpRequest['query']): string {
  return Object.entries(query ?? {})
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .sort()
    .join('&');
}

/** Percent-encoding by RFC 3986, which also encodes what JavaScript leaves. */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const keys = new Map<string, Buffer>();

/** The key of a day, Region and service; the same for many requests. */
function signingKey(scope: string): Buffer {
  let key = keys.get(scope);
  if (!key) {
    key = scope
      .split('/')
      .reduce<Buffer>(
        (secret, part) => createHmac('sha256', secret).update(part).digest(),
        Buffer.from(`AWS4${ROLE_CREDENTIALS.secretAccessKey}`),
      );
    keys.set(scope, key);
  }
  return key;
}
