import { createHash, createHmac, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { clientCredentials, refusalOf } from '../../../lib/drill/api/authorizer';
import type { RouteDefinition } from '../../../lib/drill/api/http-api-definition';
import type { HttpRequest } from '../../../lib/drill/api/http-event';
import { ROLE_CREDENTIALS } from '../../../lib/drill/network/role-credentials';

const REGION = 'us-east-2';
const NOW_MS = Date.UTC(2025, 9, 20, 6, 48);
const FORBIDDEN = { status: 403, message: 'Forbidden' };
const UNAUTHORIZED = { status: 401, message: 'Unauthorized' };

/** The SDK's signer over Node's own functions: the other side of what is checked here. */
class Sha256 {
  private readonly hash;

  constructor(secret?: string | Uint8Array) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }

  update(data: string | Uint8Array): void {
    (this.hash as Hmac).update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  reset(): void {}
}

interface Signing {
  readonly region?: string;
  readonly service?: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  readonly atMs?: number;
}

const PROBE: HttpRequest = {
  method: 'PUT',
  host: 'us-east-2.api.example.com',
  path: '/probes/p%20(1)',
  query: { b: '2 &', a: "*'!" },
  headers: { 'content-type': 'application/json' },
  body: '{"mark":"é"}',
};

async function signed(request: HttpRequest = PROBE, signing: Signing = {}): Promise<HttpRequest> {
  const { region = REGION, service = 'execute-api', credentials = ROLE_CREDENTIALS, atMs = NOW_MS } = signing;
  const signer = new SignatureV4({ region, service, credentials, sha256: Sha256 as never });
  const { method, host, path, query, headers, body } = request;
  const { headers: all } = await signer.sign(
    {
      protocol: 'https:',
      method,
      hostname: host,
      path,
      query: { ...query },
      headers: { ...headers, host },
      ...(body === undefined ? {} : { body }),
    },
    { signingDate: new Date(atMs) },
  );
  return { ...request, headers: all };
}

const route = (authorization: RouteDefinition['authorization']) => ({ authorization }) as RouteDefinition;
const iam = (request: HttpRequest, nowMs = NOW_MS) => refusalOf(route('AWS_IAM'), request, REGION, nowMs);

describe('a route that asks for a signature', () => {
  test("lets what the SDK's signer signed pass, with a body and without", async () => {
    expect(iam(await signed())).toBeUndefined();
    expect(iam(await signed({ method: 'GET', host: 'api.example.com', path: '/probes/p-1' }))).toBeUndefined();
  });

  test.each<[string, Signing]>([
    ['for another Region', { region: 'us-west-2' }],
    ['for another service', { service: 'lambda' }],
    ['with another key', { credentials: { ...ROLE_CREDENTIALS, accessKeyId: 'ASIAOTHER' } }],
    ['with another secret', { credentials: { ...ROLE_CREDENTIALS, secretAccessKey: 'guess' } }],
    [
      'without the session token',
      { credentials: { accessKeyId: ROLE_CREDENTIALS.accessKeyId, secretAccessKey: 'drill' } },
    ],
  ])('refuses one that was signed %s', async (_, signing) => {
    expect(iam(await signed(PROBE, signing))).toEqual(FORBIDDEN);
  });

  test.each<[string, Partial<HttpRequest>]>([
    ['method', { method: 'DELETE' }],
    ['host', { host: 'us-west-2.api.example.com' }],
    ['path', { path: '/probes/p-2' }],
    ['query', { query: { a: '2' } }],
    ['body', { body: '{"mark":"forged"}' }],
  ])('refuses one whose %s was changed after it was signed', async (_, change) => {
    expect(iam({ ...(await signed()), ...change })).toEqual(FORBIDDEN);
  });

  test('refuses one whose signed header was changed', async () => {
    const request = await signed();

    expect(iam({ ...request, headers: { ...request.headers, 'content-type': 'text/plain' } })).toEqual(FORBIDDEN);
  });

  test('takes five minutes of difference between the clocks, and no more', async () => {
    const request = await signed();

    expect([300_000, -300_000].map((offMs) => iam(request, NOW_MS + offMs))).toEqual([undefined, undefined]);
    expect([301_000, -301_000].map((offMs) => iam(request, NOW_MS + offMs))).toEqual([FORBIDDEN, FORBIDDEN]);
  });

  test.each([undefined, 'Bearer drill', 'AWS4-HMAC-SHA256 nonsense'])('refuses the header %s', (authorization) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };

    expect(iam({ ...PROBE, headers })).toEqual(FORBIDDEN);
  });
});

test('a route that asks for a token refuses who has none', () => {
  const jwt = (headers: Record<string, string>) => refusalOf(route('JWT'), { ...PROBE, headers }, REGION, NOW_MS);

  expect(jwt({ authorization: 'Bearer drill' })).toBeUndefined();
  expect([jwt({}), jwt({ authorization: 'Basic eA==' })]).toEqual([UNAUTHORIZED, UNAUTHORIZED]);
});

test('an open route asks nobody', () => {
  expect(refusalOf(route('NONE'), { ...PROBE, headers: {} }, REGION, NOW_MS)).toBeUndefined();
});

test("the drill's clients bring what a route of their Region asks for", () => {
  for (const authorization of ['NONE', 'JWT', 'AWS_IAM'] as const) {
    const request = (region: string) => ({ ...PROBE, headers: clientCredentials(authorization, region) });

    expect(refusalOf(route(authorization), request(REGION), REGION, NOW_MS)).toBeUndefined();
  }
  const abroad = { ...PROBE, headers: clientCredentials('AWS_IAM', 'us-west-2') };
  expect(iam(abroad)).toEqual(FORBIDDEN);
});
