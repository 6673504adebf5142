import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SignatureV4 } from '@smithy/signature-v4';

/** A request to one Region's API. */
export interface RegionalRequest {
  /** HTTP method. */
  readonly method: 'GET' | 'PUT';
  /** Path, without a query. */
  readonly path: string;
  /** Body as JSON text; empty for none. */
  readonly body: string;
  /** Whether the route asks for a signature. */
  readonly signed: boolean;
}

/** Its answer. */
export interface RegionalAnswer {
  /** HTTP status. */
  readonly status: number;
  /** Body. */
  readonly text: string;
}

/** Sends a request to one Region's API, on the Region's own name. */
export type RegionalCaller = (request: RegionalRequest) => Promise<RegionalAnswer>;

/** What a signature is made with: where the SDK finds the caller's credentials, and how it hashes. */
export type Signing = Pick<CloudWatchClient['config'], 'credentials' | 'sha256'>;

/** Milliseconds until an answer counts as missing: as long as the API's function may take. */
const TIMEOUT_MS = 10_000;

/**
 * Calls a Region's API over HTTPS. Signed requests carry Signature Version 4 for that Region, as its IAM routes ask for.
 *
 * @param host Name to call, for example `us-east-2.api.example.com`.
 * @param region Region that answers on that name.
 * @param fetcher Whatever sends the request.
 * @param signing Credentials and hash.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
 */
export function regionalCaller(
  host: string,
  region: string,
  fetcher: typeof fetch = fetch,
  signing: Signing = new CloudWatchClient({ region }).config,
): RegionalCaller {
  const signer = new SignatureV4({ service: 'execute-api', region, ...signing });
  return async ({ method, path, body, signed }) => {
    const headers = { host, ...(body === '' ? {} : { 'content-type': 'application/json' }) };
    const plain = { method, protocol: 'https:', hostname: host, path, query: {}, headers, body };
    const { host: _implied, ...sent } = (signed ? await signer.sign(plain) : plain).headers;
    const response = await fetcher(`https://${host}${path}`, {
      method,
      headers: sent,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === '' ? {} : { body }),
    });
    return { status: response.status, text: await response.text() };
  };
}
