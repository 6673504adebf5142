import type { RouteDefinition } from './http-api-definition';
import type { HttpRequest } from './http-event';
import { isSignedByRole, readSignature } from './signature';

/** How a gateway refuses: the status and message it makes up itself. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly message: 'Unauthorized' | 'Forbidden';
}

/** Access key of people and devices, which the drill does not make sign. */
const CLIENT_KEY = 'AKIADRILLCLIENTDRILL';

const FORBIDDEN: Refusal = { status: 403, message: 'Forbidden' };
const UNAUTHORIZED: Refusal = { status: 401, message: 'Unauthorized' };

/**
 * What the authorizer of a route makes of a request: nothing when it lets it pass.
 *
 * `AWS_IAM`: the request must be signed for `execute-api` in the gateway's own Region. A function's signature is computed
 * anew; the drill's clients only say who they are. `JWT`: there must be a bearer token.
 *
 * Simplified: policies are not evaluated, and tokens are not looked into.
 *
 * @param nowMs Calendar time, in milliseconds since 1970.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
 */
export function refusalOf(
  { authorization }: RouteDefinition,
  request: HttpRequest,
  region: string,
  nowMs: number,
): Refusal | undefined {
  if (authorization === 'NONE') return undefined;
  const header = request.headers?.authorization;
  if (authorization === 'JWT') return header?.startsWith('Bearer ') ? undefined : UNAUTHORIZED;
  const claim = readSignature(header);
  if (claim?.service !== 'execute-api' || claim.region !== region) return FORBIDDEN;
  return claim.accessKeyId === CLIENT_KEY || isSignedByRole(request, claim, nowMs) ? undefined : FORBIDDEN;
}

/** What a rightful client of a route sends along to a Region: its token, or who it is. */
export function clientCredentials(
  authorization: RouteDefinition['authorization'],
  region: string,
): Readonly<Record<string, string>> {
  switch (authorization) {
    case 'NONE':
      return {};
    case 'JWT':
      return { authorization: 'Bearer drill' };
    case 'AWS_IAM': {
      const scope = `${CLIENT_KEY}/20000101/${region}/execute-api/aws4_request`;
      return { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=00` };
    }
  }
}
