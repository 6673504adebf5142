import type { Assembly, AssemblyResource } from '../../assembly';
import { AccountThrottle } from '../api/account-throttle';
import { HttpApi } from '../api/http-api';
import { readHttpApis } from '../api/http-api-definition';
import type { HttpAnswer, HttpRequest } from '../api/http-event';
import { IdentityProvider } from '../api/identity-provider';
import type { EnvironmentHost } from '../compute/execution-environment';
import type { LambdaFunction } from '../compute/lambda-function';
import { readCapacities } from '../data/capacity/capacity-definition';
import { DynamoDbService } from '../data/dynamodb-service';
import { readTable, reduceToRegion, TABLE_TYPES } from '../data/table-definition';
import { type DnsAnswer, type DnsRecord, ResolverFleet, Route53, readZone, restrictZone, serviceNames } from '../dns';
import { Monitoring } from '../monitoring';
import { NetworkPaths } from '../network/network-paths';
import { NotModelled } from '../not-modelled';
import { readBuckets } from '../objects/bucket-definition';
import { S3Service } from '../objects/s3-service';
import { readParameter } from '../parameters/parameter-definition';
import { ParameterStore } from '../parameters/parameter-store';
import type { ScheduleRunner } from '../schedules/schedule-runner';
import { SharedSdk } from '../sdk/shared-sdk';
import { type ApiEndpoint, checkerProbe } from './checker-probe';
import type { DrillContext } from './context';
import { refuseDeadEnds } from './dead-ends';
import { deployFunctions } from './deployed-functions';
import { checkInventory } from './inventory';
import { planPoisonings } from './plan-poisonings';
import { PublicInternet } from './public-internet';

/** How a world is made from an assembly. */
export interface WorldOptions {
  /** Whether the tables keep only the replica of this Region. @default - every replica */
  readonly onlyRegion?: string;
  /** Whether SDK calls may take the short cut. @default true */
  readonly shortCut?: boolean;
  /** Of how many requests of a health checker one is made where nothing is broken. @default 1 */
  readonly atRest?: number;
  /** Receives what handlers print, with the environment's label. @default - output is dropped */
  readonly onOutput?: (label: string, text: string) => void;
}

/**
 * What Route 53 publishes of each health check, in one Region only.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
 */
const HEALTH_CHECK_STATUS = { region: 'us-east-1', namespace: 'AWS/Route53', name: 'HealthCheckStatus' } as const;

/**
 * Everything that serves clients in every Region, built from the templates alone and standing ready in virtual time:
 * names and health checks, APIs, functions and tables.
 */
export class World {
  private readonly answerListeners: ((record: DnsRecord | undefined, nowMs: number) => void)[] = [];

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
    const dynamoDb = new DynamoDbService(definitions, context, readCapacities(assembly));
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
      onOutput: (label, text, region, standsFor) => {
        monitoring.record(region, text, standsFor);
        options.onOutput?.(label, text);
      },
    };
    const apiDefinitions = readHttpApis(assembly);
    const behindRoutes = apiDefinitions.flatMap(({ routes }) => routes.map((route) => route.function));
    const { byResource: functions, schedules, alarms } = await deployFunctions(assembly, behindRoutes, host);
    const apis = new Map<string, HttpApi>();
    const throttles = new Map(apiDefinitions.map(({ region }) => [region, new AccountThrottle()]));
    for (const definition of apiDefinitions) {
      const api = new HttpApi(definition, functions, context, throttles.get(definition.region));
      for (const name of [...definition.domainNames, definition.id]) apis.set(placeOf(definition.region, name), api);
    }
    const { onlyRegion } = options;
    const zone = onlyRegion === undefined ? readZone(assembly) : restrictZone(readZone(assembly), onlyRegion);
    const paths = new NetworkPaths(context, context.random.fork('network'));
    // Before checks look for the metrics of their alarms, which may be those of other checks.
    for (const { id } of zone.healthChecks) {
      const status = { ...HEALTH_CHECK_STATUS, dimensions: { HealthCheckId: id } };
      context.metrics.gauge(status, () => (route53.isHealthy(id) ? 1 : 0));
    }
    let world: World | undefined;
    const route53: Route53 = new Route53({
      zone,
      random: context.random.fork('route53'),
      probe: (check) =>
        checkerProbe(check, {
          zone,
          route53: () => route53,
          endpointOf: (record) => (world as World).endpointOf(record),
          apiOf: (resource) => endpointBehind(apis, resource),
          isWhole: onlyRegion === undefined,
          context,
          paths,
          ...(options.atRest === undefined ? {} : { atRest: options.atRest }),
        }),
      targetHealthy: (resource) => endpointBehind(apis, resource)?.api.isAvailable() ?? true,
      alarmStream: (alarm) => monitoring.stream(alarm),
      faults: context.faults,
      joinsMs: (region) => context.courses.joinsMs(region),
    });
    world = new World(
      context,
      [...new Set(apiDefinitions.map(({ region }) => region))],
      monitoring,
      route53,
      new ResolverFleet({
        nameServer: {
          answer: (...question) => (world as World).answerClients(...question),
          failing: route53.failing,
        },
        random: context.random.fork('resolvers'),
      }),
      serviceNames(zone),
      dynamoDb,
      objects,
      paths,
      new IdentityProvider(context),
      apis,
      [...functions.values()],
      schedules,
    );
    refuseDeadEnds(zone, (record) => (world as World).endpointOf(record));
    internet = new PublicInternet({
      zone,
      route53,
      endpointOf: (record) => (world as World).endpointOf(record),
      context,
    });
    // After all that publishes metrics of its own.
    alarms.follow(monitoring);
    return world;
  }

  /** Sets going what goes by itself: schedules, alarms and health checks. */
  start(): void {
    const { scheduler } = this.context;
    this.monitoring.start(scheduler);
    this.route53.start(scheduler);
    for (const schedule of this.schedules) schedule.start();
    this.planDeployments();
    planPoisonings(this.context, this.dynamoDb);
  }

  /** Hears of every answer that Route 53 gives to a resolver of clients: the record at its end, if there is one, and when. */
  onClientAnswer(listener: (record: DnsRecord | undefined, nowMs: number) => void): void {
    this.answerListeners.push(listener);
  }

  private answerClients(...question: Parameters<Route53['answer']>): DnsAnswer {
    const answer = this.route53.answer(...question);
    for (const listener of this.answerListeners) listener(answer.record, question[3]);
    return answer;
  }

  private planDeployments(): void {
    const { scheduler, courses, log } = this.context;
    for (const { region, deploymentsMs = [] } of courses.courses) {
      for (const atMs of deploymentsMs) {
        scheduler.at(atMs, () => {
          log.write(atMs, 'deployment', { region });
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
  endpointOf({ target }: DnsRecord): ApiEndpoint | undefined {
    return target.kind === 'resource' ? endpointBehind(this.apis, target.resource) : undefined;
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
        const routes = this.apiIn(region, name)?.definition.routes.map(({ routeKey }) => routeKey) ?? [];
        throw new NotModelled(
          `a workload for ${name} in ${region}: it has no route ${missing.join(', ')}; --workload FILE (docs/workload.md) says what clients ask for, of ${routes.join(', ') || 'no routes'}`,
        );
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
}

function placeOf(region: string, name: string): string {
  return `${region} ${name.toLowerCase()}`;
}

/** The API that a custom domain leads to, or that a resource is. */
function endpointBehind(apis: ReadonlyMap<string, HttpApi>, resource: AssemblyResource): ApiEndpoint | undefined {
  const { region, id } = resource.stack;
  const name = resource.properties.DomainName ?? `${id}/${resource.logicalId}`;
  const api = typeof name === 'string' ? apis.get(placeOf(region, name)) : undefined;
  return api && { api, region };
}
