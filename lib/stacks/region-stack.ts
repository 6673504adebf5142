import { join } from 'node:path';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Annotations, CfnOutput, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import {
  hasFaultInjection,
  holderOf,
  names,
  type QualifiedConfig,
  regionCapacity,
  type TrafficShare,
  wardOf,
  type ZonedConfig,
} from '../config';
import {
  type ApiRoute,
  allowFaults,
  BucketReplication,
  type Evacuation,
  FaultSwitch,
  FisExtension,
  grantObjects,
  HealthCheckedDns,
  ObjectiveAlarm,
  RegionalApi,
  RegionDashboard,
  RegionExperiments,
  RegionWatch,
} from '../constructs';
import { keyOf } from './key-stack';

/** Text of a healthy answer to the probe; `lib/application` writes it. */
const HEALTHY = '"status":"healthy"';

/**
 * Requests per second, and at once, of each route of those who watch. Route 53's checkers send two a second in all; a judge that
 * doubts sends twenty to each probe route within a second or two, and a Region has two judges. With the throttle of a small peak they
 * would be refused and take a healthy Region out.
 *
 * The health route is open, so a flood beyond this makes the Region look unhealthy; when that happens everywhere, Route 53 answers
 * with every Region again.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
const WATCHERS_RATE = 100;

const HEALTH_ROUTE: ApiRoute = { method: HttpMethod.GET, path: '/health', requestsPerSecond: WATCHERS_RATE };

/** Routes of the sample application that need authorization. */
const ROUTES: readonly ApiRoute[] = [
  { method: HttpMethod.GET, path: '/routes/{driverId}' },
  { method: HttpMethod.GET, path: '/parcels/{parcelId}' },
  { method: HttpMethod.PUT, path: '/parcels/{parcelId}' },
  { method: HttpMethod.POST, path: '/deliveries' },
  { method: HttpMethod.POST, path: '/deliveries/{deliveryId}/photo' },
  { method: HttpMethod.GET, path: '/deliveries/{deliveryId}/photo' },
];

/** What the sample application calls on the table. */
const TABLE_OPERATIONS: readonly string[] = ['GetItem', 'Query', 'UpdateItem'];

/** Where the sample application keeps its photos; `lib/application` makes the keys. */
const PHOTO_PREFIX = 'deliveries/';

/** Routes that the judges call, signed with their roles' credentials, whoever may call the others. */
const PROBE_ROUTES: readonly ApiRoute[] = [
  {
    method: HttpMethod.GET,
    path: '/probes/{probeId}',
    authorization: { type: 'iam' },
    requestsPerSecond: WATCHERS_RATE,
  },
  {
    method: HttpMethod.PUT,
    path: '/probes/{probeId}',
    authorization: { type: 'iam' },
    requestsPerSecond: WATCHERS_RATE,
  },
];

/**
 * Everything of one Region but its replica: API, function, certificate, logs, records and health checks.
 *
 * It names the table, the hosted zone and its own hosts by computed names and refers to no other stack, so that it can be deployed or
 * deleted while any other Region is lost. The records of the shared name come last and go first: a Region is answered only once all of
 * it is there.
 */
export class RegionStack extends Stack {
  /** Names of the outputs that tell the identifiers of the Region's health checks, by what the check says. */
  readonly healthCheckOutputs: ReadonlyMap<string, string>;

  constructor(scope: Construct, config: ZonedConfig, region: string) {
    const { application, account, regions, recordName, objectives, healthCheck, load, authorization } = config;
    super(scope, names.regionStack(application, region), {
      env: { account, region },
      description: `${application}: everything of ${region} but its replica of the table`,
    });
    // As text, because cfn-lint takes no fraction in metadata.
    const availability = String(objectives.availability);
    this.templateOptions.metadata = { Outlast: { objectives: { ...objectives, availability } } };

    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', {
      hostedZoneId: config.hostedZone.id,
      zoneName: config.hostedZone.name,
    });
    const regionalHost = names.regionalHost(recordName, region);
    const encryptionKey = keyOf(this, config);
    this.#replicateBucket(config, region, encryptionKey);
    const { reservedConcurrency, provisionedConcurrency } = regionCapacity(config);
    const api = new RegionalApi(this, 'Api', {
      name: names.function(application),
      entry: join(__dirname, '..', 'application', 'handler.ts'),
      environment: this.#environment(config, region),
      routes: [...ROUTES, ...PROBE_ROUTES],
      healthRoute: HEALTH_ROUTE,
      authorization,
      zone,
      recordName,
      regionalHost,
      peakRequestsPerSecond: load.peakRequestsPerSecond,
      reservedConcurrency,
      provisionedConcurrency,
      functionLogGroupName: names.functionLogGroup(application),
      accessLogGroupName: names.accessLogGroup(application),
      encryptionKey,
    });
    this.#grantTable(api, names.table(application), holderOf(regions, region));
    grantObjects(api.function, { bucketName: names.bucket(application, account, region), prefix: PHOTO_PREFIX });

    const dns = new HealthCheckedDns(this, 'Dns', {
      zone,
      region,
      recordName,
      regionalHost,
      domainName: api.domainName,
      regionalDomainName: api.regionalDomainName,
      endpoint: { path: HEALTH_ROUTE.path, searchString: HEALTHY, ...healthCheck },
      evacuation: this.#evacuation(config, region),
    });
    dns.node.addDependency(api.ready);
    this.healthCheckOutputs = this.#outputs(dns);
    this.#breakOnPurpose(config, region, api, encryptionKey);
    this.#watch(config, region, api.apiId, encryptionKey);
  }

  /** Experiments of FIS, and the hook with which the application faults its own calls. */
  #breakOnPurpose(config: ZonedConfig, region: string, api: RegionalApi, encryptionKey: IKey | undefined): void {
    const { application, consistency, chaos, objectives } = config;
    allowFaults(api.function, application);
    if (chaos.faultHook) {
      new FaultSwitch(this, 'Faults', { parameterName: names.faultParameter(application), function: api.function });
    }
    if (!hasFaultInjection(region)) {
      Annotations.of(this).addWarningV2(
        'Outlast:NoFaultInjection',
        `AWS FIS is not in ${region}: no experiments are shipped there, and chaos.fisExtension does nothing`,
      );
      return;
    }
    const extension = chaos.fisExtension
      ? new FisExtension(this, 'FisExtension', { function: api.function })
      : undefined;
    const { alarm } = new ObjectiveAlarm(this, 'Objective', { application, rtoSeconds: objectives.rtoSeconds });
    new RegionExperiments(this, 'Experiments', {
      application,
      consistency,
      peers: peersOf(config, region),
      functionQualifier: api.alias.aliasName,
      extensionConfigurationArn: extension?.configurationArn,
      stopAlarms: [alarm],
      logGroupName: names.experimentLogGroup(application),
      encryptionKey,
    });
  }

  /** For people, and for the edge stack, which nothing depends on. */
  #outputs({ healthChecks }: HealthCheckedDns): ReadonlyMap<string, string> {
    const outputs = [...healthChecks].map(([role, { healthCheckId }]) => {
      const name = `HealthCheck${role.charAt(0).toUpperCase()}${role.slice(1)}`;
      new CfnOutput(this, name, { value: healthCheckId, description: `Route 53 health check "${role}"` });
      return [role, name] as const;
    });
    return new Map(outputs);
  }

  #watch(config: ZonedConfig, region: string, apiId: string, encryptionKey: IKey | undefined): RegionWatch {
    const { application, account, regions, consistency, objectives, load, judge, notifications } = config;
    const others = regions.filter((other) => other !== region);
    const bucketOf = (place: string): string => names.bucket(application, account, place);
    const shared = {
      application,
      region,
      functionName: names.function(application),
      tableName: names.table(application),
    };
    new RegionDashboard(this, 'Dashboard', {
      ...shared,
      regions: regions.map((place) => ({ region: place, ward: wardOf(regions, place) })),
      bucketOf,
      ruleIdTo: names.replicationRule,
    });
    return new RegionWatch(this, 'Watch', {
      ...shared,
      ward: wardOf(regions, region),
      apiId,
      reservedConcurrency: regionCapacity(config).reservedConcurrency,
      tableOperations: TABLE_OPERATIONS,
      laggingReplicas: consistency === 'eventual' ? others : [],
      replicationRules: others.map((other) => ({
        sourceBucket: bucketOf(region),
        destinationBucket: bucketOf(other),
        ruleId: names.replicationRule(other),
      })),
      objectives: { ...objectives, p99DurationMilliseconds: load.p99DurationMilliseconds },
      maximumLagSeconds: judge.maximumLagSeconds,
      ...(notifications ? { email: notifications.email } : {}),
      ...(encryptionKey ? { encryptionKey } : {}),
    });
  }

  /** The switch of this Region, by the names it has in the Region that holds it; or the plan, which brings its own records. */
  #evacuation({ application, regions, evacuation }: ZonedConfig, region: string): Evacuation {
    if (evacuation === 'region-switch') return { by: 'plan' };
    const holder = holderOf(regions, region);
    const alarm = (share: TrafficShare) => ({
      name: names.evacuationAlarm(application, region, share),
      region: holder,
    });
    return { by: 'switch', alarms: { first: alarm('first'), rest: alarm('rest') } };
  }

  /** Before every other construct that has the CDK call the SDK: they share a function with the role of the first. */
  #replicateBucket(config: QualifiedConfig, region: string, encryptionKey: IKey | undefined): void {
    const { application, account, objects } = config;
    new BucketReplication(this, 'Replication', {
      bucketName: names.bucket(application, account, region),
      destinations: peersOf(config, region).map((other) => ({
        region: other,
        bucketName: names.bucket(application, account, other),
        ruleId: names.replicationRule(other),
      })),
      replicationTimeControl: objects.replicationTimeControl,
      keyAlias: encryptionKey && names.keyAlias(application),
      logGroupName: names.replicationLogGroup(application),
      encryptionKey,
    });
  }

  #environment(
    { application, account, regions, consistency }: QualifiedConfig,
    region: string,
  ): Record<string, string> {
    return {
      TABLE_NAME: names.table(application),
      PEER_REGION: holderOf(regions, region),
      BUCKET_NAME: names.bucket(application, account, region),
      CONSISTENCY: consistency,
      POWERTOOLS_SERVICE_NAME: application,
      POWERTOOLS_METRICS_NAMESPACE: application,
      POWERTOOLS_LOG_LEVEL: 'INFO',
      AWS_STS_REGIONAL_ENDPOINTS: 'regional',
    };
  }

  /** The replica of this Region, and that of its peer while it does not answer. */
  #grantTable(api: RegionalApi, tableName: string, peer: string): void {
    const arns = [this.region, peer].map((region) =>
      this.formatArn({ service: 'dynamodb', region, resource: 'table', resourceName: tableName }),
    );
    api.function.addToRolePolicy(
      new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], resources: arns }),
    );
    api.function.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:Query'],
        resources: arns.map((arn) => `${arn}/index/${names.driverIndex}`),
      }),
    );
  }
}

/** The other Regions, from the next one in the ring on, so that every Region's template lists them in the same manner. */
function peersOf({ regions }: QualifiedConfig, region: string): readonly string[] {
  const here = regions.indexOf(region);
  return [...regions.slice(here + 1), ...regions.slice(0, here)];
}
