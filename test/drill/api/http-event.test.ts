import type { AssemblyResource } from '../../../lib/assembly';
import type { HttpApiDefinition, RouteDefinition } from '../../../lib/drill/api/http-api-definition';
import { type HttpRequest, proxyEvent, RouteTable, readProxyResult } from '../../../lib/drill/api/http-event';

function route(routeKey: string, rest: Partial<RouteDefinition> = {}): RouteDefinition {
  return { routeKey, authorization: 'NONE', function: {} as AssemblyResource, timeoutMs: 30_000, ...rest };
}

function tableOf(...routeKeys: string[]): RouteTable {
  return new RouteTable(routeKeys.map((routeKey) => route(routeKey)));
}

function chosen(table: RouteTable, request: string): string | undefined {
  const [method = '', path = ''] = request.split(' ');
  return table.match(method, path)?.route.routeKey;
}

describe('routes', () => {
  const documented = ['GET /pets/dog/1', 'GET /pets/dog/{id}', 'GET /pets/{proxy+}', 'ANY /{proxy+}', '$default'];

  // The table of https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
  test.each([
    ['GET /pets/dog/1', 'GET /pets/dog/1'],
    ['GET /pets/dog/2', 'GET /pets/dog/{id}'],
    ['GET /pets/cat/1', 'GET /pets/{proxy+}'],
    ['POST /test/5', 'ANY /{proxy+}'],
  ])('%s takes %s as documented, in whatever order the routes are declared', (request, expected) => {
    expect(chosen(tableOf(...documented), request)).toBe(expected);
    expect(chosen(tableOf(...documented.toReversed()), request)).toBe(expected);
  });

  test.each([
    ['GET /pets/dog/1', ['GET /{kind}/{name}/{id}', 'GET /pets/dog/{proxy+}'], 'GET /{kind}/{name}/{id}'],
    ['GET /pets', ['GET /{kind}', 'GET /{proxy+}', '$default'], 'GET /{kind}'],
    ['GET /pets/dog', ['ANY /pets/dog', 'GET /pets/{proxy+}'], 'ANY /pets/dog'],
    ['GET /pets/dog', ['ANY /pets/dog', 'GET /pets/dog'], 'GET /pets/dog'],
    ['POST /pets/dog', ['ANY /pets/dog', 'GET /pets/dog'], 'ANY /pets/dog'],
    ['GET /pets/a/b/c', ['GET /{proxy+}', 'GET /pets/{proxy+}'], 'GET /pets/{proxy+}'],
    ['DELETE /x', ['GET /x', '$default'], '$default'],
  ])('%s: a full match wins over a greedy one, and that over $default (%j)', (request, routeKeys, expected) => {
    expect(chosen(tableOf(...routeKeys), request)).toBe(expected);
    expect(chosen(tableOf(...routeKeys.toReversed()), request)).toBe(expected);
  });

  test.each(['POST /parcels/7', 'GET /parcels', 'GET /parcels/', 'GET /parcels/7/label', 'GET /', 'GET /Parcels/7'])(
    'nothing answers %s when only GET /parcels/{parcelId} is there',
    (request) => {
      expect(chosen(tableOf('GET /parcels/{parcelId}'), request)).toBeUndefined();
    },
  );

  test('path parameters arrive decoded', () => {
    const { pathParameters } = tableOf('GET /a/{one}/{two}').match('GET', '/a/x%20y/%C3%A9') ?? {};

    expect(pathParameters).toEqual({ one: 'x y', two: 'é' });
  });

  test('a greedy parameter takes the rest of the path', () => {
    expect(tableOf('ANY /a/{rest+}').match('PUT', '/a/b/c%2Fd/e')?.pathParameters).toEqual({ rest: 'b/c/d/e' });
  });
});

describe('the event', () => {
  const api: HttpApiDefinition = {
    id: 'Stack/Api',
    region: 'us-east-2',
    account: '123456789012',
    stageName: '$default',
    routes: [],
    domainNames: ['api.example.com'],
  };
  const timeMs = Date.parse('2020-03-12T19:03:58.390Z');

  function eventOf(request: Partial<HttpRequest>, declared: RouteDefinition = route('POST /my/{parameter1}')) {
    const whole: HttpRequest = { method: 'POST', path: '/my/path', host: 'api.example.com', ...request };
    const match = new RouteTable([declared]).match(whole.method, whole.path);
    if (!match) throw new Error('no route');
    return proxyEvent(api, match, whole, 'request-1', timeMs) as Record<string, unknown>;
  }

  test('has the documented shape of payload format 2.0', () => {
    const event = eventOf({ query: { parameter1: 'value1', parameter2: 'a b' }, body: 'Hello é' });

    expect(event).toEqual({
      version: '2.0',
      routeKey: 'POST /my/{parameter1}',
      rawPath: '/my/path',
      rawQueryString: 'parameter1=value1&parameter2=a+b',
      headers: {
        host: 'api.example.com',
        'content-length': '8',
        'content-type': 'application/json',
        'x-forwarded-for': '192.0.2.1',
        'x-forwarded-port': '443',
        'x-forwarded-proto': 'https',
      },
      queryStringParameters: { parameter1: 'value1', parameter2: 'a b' },
      pathParameters: { parameter1: 'path' },
      requestContext: {
        accountId: '123456789012',
        apiId: 'drill',
        domainName: 'api.example.com',
        domainPrefix: 'api',
        http: {
          method: 'POST',
          path: '/my/path',
          protocol: 'HTTP/1.1',
          sourceIp: '192.0.2.1',
          userAgent: 'outlast-drill',
        },
        requestId: 'request-1',
        routeKey: 'POST /my/{parameter1}',
        stage: '$default',
        time: '12/Mar/2020:19:03:58 +0000',
        timeEpoch: timeMs,
      },
      body: 'Hello é',
      isBase64Encoded: false,
    });
  });

  test('leaves out what a request does not have, as the gateway does', () => {
    const event = eventOf({ method: 'GET', path: '/health' }, route('GET /health'));

    expect(event).not.toHaveProperty('body');
    expect(event).not.toHaveProperty('queryStringParameters');
    expect(event).not.toHaveProperty('pathParameters');
    expect(event).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
    expect(event.headers).not.toHaveProperty('content-type');
  });

  test.each([
    ['NONE', undefined],
    ['JWT', { jwt: { claims: { sub: 'drill' }, scopes: null } }],
    ['AWS_IAM', { iam: expect.objectContaining({ accountId: '123456789012', userId: 'drill' }) }],
  ] as const)('a route with authorization %s carries its caller', (authorization, expected) => {
    const event = eventOf({}, route('POST /my/{parameter1}', { authorization }));

    expect((event.requestContext as { authorizer?: unknown }).authorizer).toEqual(expected);
  });

  test.each([
    ['2025-01-01T00:00:00.000Z', '01/Jan/2025:00:00:00 +0000'],
    ['2025-10-20T06:48:59.999Z', '20/Oct/2025:06:48:59 +0000'],
    ['2025-12-31T23:59:59.000Z', '31/Dec/2025:23:59:59 +0000'],
  ])('writes the instant %s as %s', (instant, expected) => {
    const match = tableOf('$default').match('GET', '/');
    if (!match) throw new Error('no route');
    const request = { method: 'GET', path: '/', host: 'h' };

    const { requestContext } = proxyEvent(api, match, request, 'r', Date.parse(instant)) as {
      requestContext: { time: string };
    };

    expect(requestContext.time).toBe(expected);
  });
});

describe('the result of a function', () => {
  // The examples of https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
  test.each([
    ['Hello from Lambda!', 'Hello from Lambda!'],
    [{ message: 'Hello from Lambda!' }, '{"message":"Hello from Lambda!"}'],
    [[1, 2], '[1,2]'],
    [null, 'null'],
  ])('%j without a statusCode is a JSON body with status 200', (payload, body) => {
    expect(readProxyResult(payload)).toEqual({ status: 200, headers: { 'content-type': 'application/json' }, body });
  });

  test('with a statusCode is taken as it is, with header names in lower case', () => {
    const headers = { 'Content-Type': 'application/problem+json', 'Retry-After': 3 };

    expect(readProxyResult({ statusCode: 409, headers, body: '{}' })).toEqual({
      status: 409,
      headers: { 'content-type': 'application/problem+json', 'retry-after': '3' },
      body: '{}',
    });
  });

  test('may have a body in Base64, or none', () => {
    const encoded = Buffer.from('é').toString('base64');

    expect(readProxyResult({ statusCode: 200, body: encoded, isBase64Encoded: true }).body).toBe('é');
    expect(readProxyResult({ statusCode: '204' })).toEqual({ status: 204, headers: {}, body: '' });
  });
});
