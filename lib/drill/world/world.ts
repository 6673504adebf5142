import type { Assembly, AssemblyResource } from '../../assembly';
import { HttpApi } from '../api/http-api';
import { readHttpApis } from '../api/http-api-definition';
import type { HttpAnswer, HttpRequest } from '../api/http-event';
import type { EnvironmentHost } from '../compute/execution-environment';
import { prepareCode } from '../compute/function-code';
import { readFunction } from '../compute/function-definition';
import { LambdaFunction } from '../compute/lambda-function';
import { DynamoDbService } from '../data/dynamodb-service';
import { readTable, reduceToRegion, TABLE_TYPES } from '../data/table-definition';
import { type DnsRecord, type EndpointHealthCheck, type ProbeResult, ResolverFleet, Route53, readZone } from '../dns';
import { geographies, roundTripMs } from '../model/round-trips';
import { NotModelled } from '../not-modelled';
import { SharedSdk } from '../sdk/shared-sdk';
import type { DrillContext } from './context';
import { checkInventory } from './inventory';

/** How a world is made from an assembly. */
export interface WorldOptions {
  /** Whether the tables keep only the replica of this Region. @default - every replica */
  readonly onlyRegion?: string;
  /** Whether SDK calls may take the short cut. @default true */
  readonly shortCut?: boolean;
  /** Receives what handlers print, with the environment's label. @default - output is dropped */
  readonly onOutput?: (label: string, text: string) => void;
}

/** Round trips between a connection's first packet and the first byte of its answer: TCP, TLS 1.3, the request. */
const HANDSHAKE_ROUND_TRIPS = 2;

/**
 * Everything that serves clients in every Region, built from the templates alone and standing ready in virtual time:
 * names and health checks, APIs, functions and tables.
 */
export class World {
  private constructor(
    /** Clock, log, chance and faults. */
    readonly context: DrillContext,
    /** Regions with an API of their own, in the assembly's order. */
    readonly servingRegions: readonly string[],
    /** Names and their health. */
    readonly route53: Route53,
    /** Resolvers that clients ask. */
    readonly resolvers: ResolverFleet,
    /** Names that Route 53 chooses Regions for: what clients ask for. */
    readonly serviceNames: readonly string[],
    /** Every table. */
    readonly dynamoDb: DynamoDbService,
    private readonly apis: ReadonlyMap<string, HttpApi>,
    private readonly functions: readonly LambdaFunction[],
  ) {}

  /**
   * Builds a world.
   *
   * @throws NotModelled for whatever matters and is not modelled; BadInput for what AWS would refuse.
   */
  static async build(assembly: Assembly, context: DrillContext, options: WorldOptions = {}): Promise<World> {
    checkInventory(assembly);
    const definitions = TABLE_TYPES.flatMap((type) => assembly.resourcesOf(type).map(readTable)).flatMap((table) =>
      options.onlyRegion === undefined ? table : (reduceToRegion(table, options.onlyRegion) ?? []),
    );
    const dynamoDb = new DynamoDbService(definitions, context);
    const host: EnvironmentHost = {
      context,
      sdk: new SharedSdk(context),
      dynamoDb,
      shortCut: options.shortCut ?? true,
      ...(options.onOutput ? { onOutput: options.onOutput } : {}),
    };
    const apiDefinitions = readHttpApis(assembly);
    const functions = new Map<AssemblyResource, LambdaFunction>();
    for (const resource of new Set(apiDefinitions.flatMap(({ routes }) => routes.map((route) => route.function)))) {
      const definition = readFunction(resource);
      functions.set(resource, new LambdaFunction(definition, await prepareCode(definition), host));
    }
    const apis = new Map<string, HttpApi>();
    for (const definition of apiDefinitions) {
      const api = new HttpApi(definition, functions, context);
      for (const name of definition.domainNames) apis.set(placeOf(definition.region, name), api);
    }
    const zone = readZone(assembly);
    const serviceNames = zone.records.filter(({ policy }) => policy.kind !== 'simple').map(({ name }) => name);
    let world: World | undefined;
    const route53: Route53 = new Route53({
      zone,
      random: context.random.fork('route53'),
      probe: (check) => (checkerRegion, connected) => (world as World).probe(check, checkerRegion, connected),
      targetHealthy: (resource) => apiBehind(apis, resource)?.isAvailable() ?? true,
    });
    world = new World(
      context,
      [...new Set(apiDefinitions.map(({ region }) => region))],
      route53,
      new ResolverFleet({ nameServer: route53, random: context.random.fork('resolvers') }),
      [...new Set(serviceNames)],
      dynamoDb,
      apis,
      [...functions.values()],
    );
    return world;
  }

  /** Environments started in a Region so far. */
  coldStarts(region: string): number {
    return this.functions.reduce(
      (sum, { definition, coldStarts }) => sum + (definition.region === region ? coldStarts : 0),
      0,
    );
  }

  /** The API and Region behind a record that an answer ended with. */
  endpointOf(record: DnsRecord): { api: HttpApi; region: string } | undefined {
    if (record.target.kind !== 'resource') return undefined;
    const { resource } = record.target;
    const api = apiBehind(this.apis, resource);
    return api ? { api, region: resource.stack.region } : undefined;
  }

  /** The API that serves a name in a Region, reached without DNS. */
  apiIn(region: string, name: string): HttpApi | undefined {
    return this.apis.get(placeOf(region, name));
  }

  /**
   * Sees to it that every Region serves the routes a workload asks for.
   *
   * @throws NotModelled when one does not: the drill has no workload for such an application.
   */
  require(name: string, routeKeys: readonly string[]): void {
    for (const region of this.servingRegions) {
      const routes = this.apiIn(region, name)?.definition.routes.map(({ routeKey }) => routeKey) ?? [];
      const missing = routeKeys.filter((routeKey) => !routes.includes(routeKey));
      if (missing.length > 0) {
        throw new NotModelled(`a workload for ${name} in ${region}: it has no route ${missing.join(', ')}`);
      }
    }
  }

  /** Sends a request straight to a Region, past DNS and distance: how the ledger reads back. */
  async ask(region: string, request: HttpRequest): Promise<HttpAnswer> {
    const api = this.apiIn(region, request.host);
    if (!api) throw new NotModelled(`reading back from ${region}: no API serves ${request.host} there`);
    return api.handle(request);
  }

  /** One request of a health checker: the name looked up, then TCP, TLS and the request over the distance between. */
  private async probe(
    check: EndpointHealthCheck,
    checkerRegion: string,
    connected: (connectMs: number) => void,
  ): Promise<ProbeResult> {
    const { scheduler } = this.context;
    const name = check.fullyQualifiedDomainName;
    const geography = geographies.find(({ proxy }) => proxy === checkerRegion) ?? geographies[0];
    if (!geography) throw new NotModelled('health checkers: the round-trip table has no geographies');
    const { record } = this.route53.answer(name, 'A', geography, scheduler.nowMs);
    const endpoint = record && this.endpointOf(record);
    if (!endpoint) return { brokenMs: 0 };
    const tripMs = roundTripMs(checkerRegion, endpoint.region);
    connected(tripMs);
    const startMs = scheduler.nowMs;
    const [path = '/', search] = check.path.split('?');
    const query = search === undefined ? {} : { query: Object.fromEntries(new URLSearchParams(search)) };
    const wayMs = (HANDSHAKE_ROUND_TRIPS + 0.5) * tripMs;
    const answer = await endpoint.api.handle({ method: 'GET', path, ...query, host: name }, wayMs);
    const statusMs = scheduler.nowMs - startMs + 0.5 * tripMs - tripMs;
    return { connectMs: tripMs, statusMs, statusCode: answer.status, bodyMs: 0, body: answer.body };
  }
}

function placeOf(region: string, name: string): string {
  return `${region} ${name.toLowerCase()}`;
}

function apiBehind(apis: ReadonlyMap<string, HttpApi>, resource: AssemblyResource): HttpApi | undefined {
  const name = resource.properties.DomainName;
  return typeof name === 'string' ? apis.get(placeOf(resource.stack.region, name)) : undefined;
}
