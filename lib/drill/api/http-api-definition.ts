import type { Assembly, AssemblyResource } from '../../assembly';
import { functionIn, qualifierIn } from '../compute/function-definition';
import type { Rate } from '../kernel/token-bucket';
import { numberConstant } from '../model/constants';
import { NotModelled } from '../not-modelled';

/** One route of an HTTP API and the function behind it. */
export interface RouteDefinition {
  /** Method and path template, for example `GET /parcels/{parcelId}`, or `$default`. */
  readonly routeKey: string;
  /** Who may call it: nobody is asked, or the caller's signature or token is checked by the gateway. */
  readonly authorization: 'NONE' | 'AWS_IAM' | 'JWT';
  readonly function: AssemblyResource;
  /** Alias or version by which the function is invoked. @default - its latest code is */
  readonly qualifier?: string;
  readonly timeoutMs: number;
  /** Throttle of this route. @default - the stage's */
  readonly throttle?: Rate;
}

/** What the templates declare of an HTTP API with one deployed stage. */
export interface HttpApiDefinition {
  /** Stack and logical id. */
  readonly id: string;
  readonly region: string;
  readonly account: string;
  readonly stageName: string;
  /** Throttle of each route that has none of its own. @default - the account's limits */
  readonly throttle?: Rate;
  readonly routes: readonly RouteDefinition[];
  /** Custom domain names that lead to this API. */
  readonly domainNames: readonly string[];
}

/** Longest integration time-out of an HTTP API, in milliseconds (`apigw.timeout.max`). */
const MAX_TIMEOUT_MS = 1000 * numberConstant('apigw.timeout.max');

/** Reads every `AWS::ApiGatewayV2::Api` of an assembly with its routes, stage and domain names. */
export function readHttpApis(assembly: Assembly): readonly HttpApiDefinition[] {
  return assembly.resourcesOf('AWS::ApiGatewayV2::Api').map((api) => readHttpApi(assembly, api));
}

/** Reads one `AWS::ApiGatewayV2::Api`. */
export function readHttpApi(assembly: Assembly, api: AssemblyResource): HttpApiDefinition {
  const id = `${api.stack.id}/${api.logicalId}`;
  if (api.properties.ProtocolType !== 'HTTP') throw new NotModelled(`${String(api.properties.ProtocolType)} API ${id}`);
  const own = (type: string): readonly AssemblyResource[] =>
    assembly.resourcesOf(type).filter((resource) => assembly.referenceIn(resource.properties.ApiId)?.resource === api);
  const stages = own('AWS::ApiGatewayV2::Stage');
  const [stage] = stages;
  if (!stage || stages.length > 1) throw new NotModelled(`API ${id} with ${stages.length} stages`);
  const { DefaultRouteSettings, RouteSettings } = stage.properties;
  const throttle = readThrottle(DefaultRouteSettings);
  const routeSettings = (RouteSettings ?? {}) as Readonly<Record<string, unknown>>;
  return {
    id,
    region: api.stack.region,
    account: api.stack.account,
    stageName: String(stage.properties.StageName),
    ...(throttle ? { throttle } : {}),
    routes: own('AWS::ApiGatewayV2::Route').map((route) => readRoute(assembly, route, routeSettings)),
    domainNames: own('AWS::ApiGatewayV2::ApiMapping').map((mapping) => readDomainName(assembly, mapping)),
  };
}

function readThrottle(settings: unknown): Rate | undefined {
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = (settings ?? {}) as Record<string, unknown>;
  return rate === undefined || burst === undefined ? undefined : { ratePerSecond: Number(rate), burst: Number(burst) };
}

function readRoute(
  assembly: Assembly,
  route: AssemblyResource,
  routeSettings: Readonly<Record<string, unknown>>,
): RouteDefinition {
  const id = `${route.stack.id}/${route.logicalId}`;
  const [reference] = assembly.referencesIn(route.properties.Target);
  const integration = reference?.resource;
  if (integration?.type !== 'AWS::ApiGatewayV2::Integration') throw new NotModelled(`target of route ${id}`);
  const { IntegrationType, PayloadFormatVersion, IntegrationUri, TimeoutInMillis } = integration.properties;
  if (IntegrationType !== 'AWS_PROXY' || PayloadFormatVersion !== '2.0') {
    throw new NotModelled(`integration ${String(IntegrationType)} ${String(PayloadFormatVersion)} of route ${id}`);
  }
  const target = functionIn(assembly, IntegrationUri);
  if (!target) throw new NotModelled(`integration of route ${id}: no function of the assembly`);
  const authorization = String(route.properties.AuthorizationType ?? 'NONE');
  if (authorization !== 'NONE' && authorization !== 'AWS_IAM' && authorization !== 'JWT') {
    throw new NotModelled(`authorization ${authorization} of route ${id}`);
  }
  const routeKey = String(route.properties.RouteKey);
  const throttle = readThrottle(routeSettings[routeKey]);
  const qualifier = qualifierIn(assembly, IntegrationUri);
  return {
    routeKey,
    ...(throttle ? { throttle } : {}),
    authorization,
    function: target,
    ...(qualifier === undefined ? {} : { qualifier }),
    timeoutMs: TimeoutInMillis === undefined ? MAX_TIMEOUT_MS : Number(TimeoutInMillis),
  };
}

function readDomainName(assembly: Assembly, mapping: AssemblyResource): string {
  const id = `${mapping.stack.id}/${mapping.logicalId}`;
  if (mapping.properties.ApiMappingKey) throw new NotModelled(`mapping key of ${id}`);
  const { DomainName } = mapping.properties;
  const reference = assembly.referenceIn(DomainName, { from: mapping.stack, type: 'AWS::ApiGatewayV2::DomainName' });
  const name = reference?.resource.properties.DomainName ?? DomainName;
  if (typeof name !== 'string') throw new NotModelled(`domain name of ${id}`);
  return name.toLowerCase();
}
