import type { Assembly, AssemblyResource } from '../../assembly';
import { HttpApi } from '../api/http-api';
import { readHttpApis } from '../api/http-api-definition';
import type { HttpAnswer, HttpRequest } from '../api/http-event';
import { IdentityProvider } from '../api/identity-provider';
import type { EnvironmentHost } from '../compute/execution-environment';
import type { LambdaFunction } from '../compute/lambda-function';
import { DynamoDbService } from '../data/dynamodb-service';
import { readTable, reduceToRegion, TABLE_TYPES } from '../data/table-definition';
import {
  type DnsRecord,
  type EndpointHealthCheck,
  type ProbeResult,
  ResolverFleet,
  Route53,
  readZone,
  serviceNames,
} from '../dns';
import { geographies, roundTripMs } from '../model/round-trips';
import { Monitoring } from '../monitoring';
import { NetworkPaths } from '../network/network-paths';
import { NotModelled } from '../not-modelled';
import { readBuckets } from '../objects/bucket-definition';
import { S3Service } from '../objects/s3-service';
import { readParameter } from '../parameters/parameter-definition';
import { ParameterStore } from '../parameters/parameter-store';
import type { ScheduleRunner } from '../schedules/schedule-runner';
import { SharedSdk } from '../sdk/shared-sdk';
import type { DrillContext } from './context';
import { deployFunctions } from './deployed-functions';
import { checkInventory } from './inventory';
import { PublicInternet } from './public-internet';

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
    /** Metrics and alarms. */
    readonly monitoring: Monitoring,
    /** Names and their health. */
    readonly route53: Route53,
    /** Resolvers that clients ask. */
    readonly resolvers: ResolverFleet,
    /** Names that Route 53 chooses Regions for: what clients ask for. */
    readonly serviceNames: readonly string[],
    /** Every table. */
    readonly dynamoDb: DynamoDbService,
    /** Every bucket. */
    readonly objects: S3Service,
    /** Ways through the network that faults act on, for clients and checkers. */
    readonly paths: NetworkPaths,
    /** Where clients get their tokens. */
    readonly identityProvider: IdentityProvider,
    private readonly apis: ReadonlyMap<string, HttpApi>,
    private readonly functions: readonly LambdaFunction[],
    private readonly schedules: readonly ScheduleRunner[],
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
    const objects = new S3Service(readBuckets(assembly), context);
    const monitoring = new Monitoring(assembly, context);
    let internet: PublicInternet | undefined;
    const host: EnvironmentHost = {
      context,
      sdk: new SharedSdk(context),
      services: {
        dynamodb: dynamoDb,
        s3: objects,
        ssm: new ParameterStore(assembly.resourcesOf('AWS::SSM::Parameter').map(readParameter), context),
      },
      internet: { serverOf: (name, region) => (internet as PublicInternet).serverOf(name, region) },
      shortCut: options.shortCut ?? true,
      onOutput: (label, text, region) => {
        monitoring.record(region, text);
        options.onOutput?.(label, text);
      },
    };
    const apiDefinitions = readHttpApis(assembly);
    const behindRoutes = apiDefinitions.flatMap(({ routes }) => routes.map((route) => route.function));
    const { byResource: functions, schedules } = await deployFunctions(assembly, behindRoutes, host);
    const apis = new Map<string, HttpApi>();
    for (const definition of apiDefinitions) {
      const api = new HttpApi(definition, functions, context);
      for (const name of definition.domainNames) apis.set(placeOf(definition.region, name), api);
    }
    const zone = readZone(assembly);
    let world: World | undefined;
    const route53: Route53 = new Route53({
      zone,
      random: context.random.fork('route53'),
      probe: (check) => (checkerRegion, connected) => (world as World).probe(check, checkerRegion, connected),
      targetHealthy: (resource) => apiBehind(apis, resource)?.isAvailable() ?? true,
      alarmStream: (alarm) => monitoring.stream(alarm),
      faults: context.faults,
      joinsMs: (region) => context.courses.joinsMs(region),
    });
    world = new World(
      context,
      [...new Set(apiDefinitions.map(({ region }) => region))],
      monitoring,
      route53,
      new ResolverFleet({ nameServer: route53, random: context.random.fork('resolvers') }),
      serviceNames(zone),
      dynamoDb,
      objects,
      new NetworkPaths(context, context.random.fork('network')),
      new IdentityProvider(context),
      apis,
      [...functions.values()],
      schedules,
    );
    internet = new PublicInternet({
      zone,
      route53,
      endpointOf: (record) => (world as World).endpointOf(record),
      context,
    });
    return world;
  }

  /** Sets going what goes by itself: schedules, alarms and health checks. */
  start(): void {
    const { scheduler } = this.context;
    this.monitoring.start(scheduler);
    this.route53.start(scheduler);
    for (const schedule of this.schedules) schedule.start();
    this.planDeployments();
  }

  private planDeployments(): void {
    const { scheduler, courses, log } = this.context;
    for (const { region, deploymentsMs = [] } of courses.courses) {
      for (const atMs of deploymentsMs) {
        scheduler.at(atMs, () => {
          log.write(atMs, 'deployment', region);
          for (const deployed of this.functions) if (deployed.definition.region === region) deployed.redeploy();
        });
      }
    }
  }

  /** Ends all that; what is under way goes on. */
  stop(): void {
    for (const schedule of this.schedules) schedule.stop();
    this.route53.stop();
    this.monitoring.stop();
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
      const missing = this.missingRoutes(region, name, routeKeys);
      if (missing.length > 0) {
        throw new NotModelled(`a workload for ${name} in ${region}: it has no route ${missing.join(', ')}`);
      }
    }
  }

  /** Whether every Region serves these routes. */
  serves(name: string, routeKeys: readonly string[]): boolean {
    return this.servingRegions.every((region) => this.missingRoutes(region, name, routeKeys).length === 0);
  }

  private missingRoutes(region: string, name: string, routeKeys: readonly string[]): readonly string[] {
    const routes = this.apiIn(region, name)?.definition.routes.map(({ routeKey }) => routeKey) ?? [];
    return routeKeys.filter((routeKey) => !routes.includes(routeKey));
  }

  /** Sends a request straight to a Region, past DNS and distance: how the ledger reads back. */
  async ask(region: string, request: HttpRequest): Promise<HttpAnswer> {
    const api = this.apiIn(region, request.host);
    if (!api) throw new NotModelled(`reading back from ${region}: no API serves ${request.host} there`);
    return api.handle(api.signedByClient(request));
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
    const connecting = this.paths.fromChecker(checkerRegion, endpoint.region, 1);
    if (connecting.lateMs === Number.POSITIVE_INFINITY) return {};
    const connectMs = tripMs + connecting.lateMs;
    connected(connectMs);
    const asking = this.paths.fromChecker(checkerRegion, endpoint.region, HANDSHAKE_ROUND_TRIPS);
    if (asking.lateMs === Number.POSITIVE_INFINITY) return { connectMs };
    const startMs = scheduler.nowMs;
    const [path = '/', search] = check.path.split('?');
    const query = search === undefined ? {} : { query: Object.fromEntries(new URLSearchParams(search)) };
    const wayMs = (HANDSHAKE_ROUND_TRIPS + 0.5) * tripMs + connecting.lateMs + asking.lateMs;
    const answer = await endpoint.api.handle({ method: 'GET', path, ...query, host: name }, wayMs);
    const statusMs = scheduler.nowMs - startMs + 0.5 * tripMs - connectMs;
    return { connectMs, statusMs, statusCode: answer.status, bodyMs: 0, body: answer.body };
  }
}

function placeOf(region: string, name: string): string {
  return `${region} ${name.toLowerCase()}`;
}

function apiBehind(apis: ReadonlyMap<string, HttpApi>, resource: AssemblyResource): HttpApi | undefined {
  const name = resource.properties.DomainName;
  return typeof name === 'string' ? apis.get(placeOf(resource.stack.region, name)) : undefined;
}
