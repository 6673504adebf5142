import type { HttpApiDefinition, RouteDefinition } from './http-api-definition';

/** A request as a client sends it. */
export interface HttpRequest {
  readonly method: string;
  /** Path, starting with a slash, without query. */
  readonly path: string;
  /** Query parameters, at least one. @default - none */
  readonly query?: Readonly<Record<string, string>>;
  /** Host name the client asked for. */
  readonly host: string;
  /** Header fields by their names in lower case. @default - only those that every request has */
  readonly headers?: Readonly<Record<string, string>>;
  /** Body. @default - none */
  readonly body?: string;
  /** How many requests it stands for, as most of the traffic is counted and not made. @default 1 */
  readonly standsFor?: number;
  /** For how many of them metrics count it, where others are counted on their own. @default - all that it stands for */
  readonly countsFor?: number;
}

/** What a client gets. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Outage phase that made it fail; the client does not see it. @default - none did */
  readonly phaseId?: string;
  /** Set when a fault decided it, whatever the code behind the API would have answered. @default - the code or a limit did */
  readonly isDecided?: true;
}

/** The route a request takes, with the values of its path parameters. */
export interface RouteMatch {
  readonly route: RouteDefinition;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** A route taken apart once. */
interface RoutePattern {
  readonly route: RouteDefinition;
  readonly method: string;
  readonly parts: readonly { readonly text: string; readonly parameter?: string; readonly greedy: boolean }[];
}

/**
 * Chooses routes: a full match first, then one with parameters, then a greedy one, then `$default`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export class RouteTable {
  private readonly patterns: readonly RoutePattern[];

  /** @param routes The routes of one API. */
  constructor(routes: readonly RouteDefinition[]) {
    this.patterns = routes.map((route) => {
      const [method = '', template = ''] = route.routeKey.split(' ');
      const parts = template
        .split('/')
        .slice(1)
        .map((text) => {
          const [, parameter, plus] = /^\{(.+?)(\+?)\}$/.exec(text) ?? [];
          return { text, greedy: plus === '+', ...(parameter === undefined ? {} : { parameter }) };
        });
      return { route, method, parts };
    });
  }

  /** The route of a request; nothing when the API has none for it. */
  match(method: string, path: string): RouteMatch | undefined {
    const segments = path.split('/').slice(1);
    let best: { match: RouteMatch; rank: number } | undefined;
    for (const pattern of this.patterns) {
      const candidate = matchOne(pattern, method, segments);
      if (candidate && (!best || candidate.rank > best.rank)) best = candidate;
    }
    return best?.match;
  }
}

/** Ranks of full matches stay below it, so that any of them beats every greedy one. */
const GREEDY_HANDICAP = 1000;

function matchOne(
  { route, method: routeMethod, parts }: RoutePattern,
  method: string,
  segments: readonly string[],
): { match: RouteMatch; rank: number } | undefined {
  if (route.routeKey === '$default') return { match: { route, pathParameters: {} }, rank: Number.NEGATIVE_INFINITY };
  if (routeMethod !== method && routeMethod !== 'ANY') return undefined;
  const pathParameters: Record<string, string> = {};
  let rank = routeMethod === 'ANY' ? 0 : 0.5;
  for (const [index, { text, parameter, greedy }] of parts.entries()) {
    const segment = segments[index];
    if (segment === undefined) return undefined;
    if (parameter !== undefined && greedy) {
      pathParameters[parameter] = decodeURIComponent(segments.slice(index).join('/'));
      return { match: { route, pathParameters }, rank: rank - GREEDY_HANDICAP };
    }
    if (parameter !== undefined) {
      if (segment === '') return undefined;
      pathParameters[parameter] = decodeURIComponent(segment);
      rank += 1;
    } else if (text === segment) {
      rank += 2;
    } else {
      return undefined;
    }
  }
  return parts.length === segments.length ? { match: { route, pathParameters }, rank } : undefined;
}

/**
 * The event a function gets for a request, payload format 2.0.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function proxyEvent(
  api: HttpApiDefinition,
  { route, pathParameters }: RouteMatch,
  request: HttpRequest,
  requestId: string,
  timeMs: number,
): object {
  const { query } = request;
  const hasBody = request.body !== undefined;
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: request.path,
    rawQueryString: query ? new URLSearchParams(query).toString() : '',
    headers: {
      host: request.host,
      'content-length': String(hasBody ? Buffer.byteLength(request.body ?? '') : 0),
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
      ...request.headers,
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    ...(query ? { queryStringParameters: query } : {}),
    ...(Object.keys(pathParameters).length > 0 ? { pathParameters } : {}),
    requestContext: {
      accountId: api.account,
      apiId: 'drill',
      ...authorizerContext(route, api.account),
      domainName: request.host,
      domainPrefix: request.host.split('.')[0],
      http: {
        method: request.method,
        path: request.path,
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.1',
        userAgent: 'outlast-drill',
      },
      requestId,
      routeKey: route.routeKey,
      stage: api.stageName,
      time: commonLogTime(timeMs),
      timeEpoch: timeMs,
    },
    ...(hasBody ? { body: request.body } : {}),
    isBase64Encoded: false,
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

let lastSecond = { second: Number.NaN, text: '' };

/** `20/Oct/2025:06:48:00 +0000`; the same for all requests of a second. */
function commonLogTime(timeMs: number): string {
  const second = Math.floor(timeMs / 1000);
  if (second !== lastSecond.second) {
    const iso = new Date(timeMs).toISOString();
    const text = `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
    lastSecond = { second, text };
  }
  return lastSecond.text;
}

/** What the gateway tells the function of a caller whom it let through. */
function authorizerContext({ authorization }: RouteDefinition, accountId: string): object {
  if (authorization === 'NONE') return {};
  if (authorization === 'JWT') return { authorizer: { jwt: { claims: { sub: 'drill' }, scopes: null } } };
  return {
    authorizer: {
      iam: {
        accessKey: 'ASIADRILLDRILLDRILLD',
        accountId,
        callerId: 'drill',
        userArn: `arn:aws:iam::${accountId}:role/drill`,
        userId: 'drill',
      },
    },
  };
}

/** Reads a function's result as the gateway does: a structured answer, or any other value as a JSON body. */
export function readProxyResult(payload: unknown): HttpAnswer {
  if (typeof payload === 'object' && payload !== null && 'statusCode' in payload) {
    const { statusCode, headers, body, isBase64Encoded } = payload as {
      statusCode: unknown;
      headers?: Record<string, unknown>;
      body?: unknown;
      isBase64Encoded?: boolean;
    };
    const text = body === undefined ? '' : String(body);
    return {
      status: Number(statusCode),
      headers: Object.fromEntries(
        Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
      ),
      body: isBase64Encoded ? Buffer.from(text, 'base64').toString('utf8') : text,
    };
  }
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: typeof payload === 'string' ? payload : JSON.stringify(payload ?? null),
  };
}
