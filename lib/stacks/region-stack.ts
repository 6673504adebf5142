import { join } from 'node:path';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { names, type QualifiedConfig } from '../config';
import { type ApiRoute, HealthCheckedDns, RegionalApi } from '../constructs';

/** Text of a healthy answer to the probe; `lib/application` writes it. */
const HEALTHY = '"status":"healthy"';

const HEALTH_ROUTE: ApiRoute = { method: HttpMethod.GET, path: '/health' };

/** Routes of the sample application that need authorization. */
const ROUTES: readonly ApiRoute[] = [
  { method: HttpMethod.GET, path: '/routes/{driverId}' },
  { method: HttpMethod.GET, path: '/parcels/{parcelId}' },
  { method: HttpMethod.PUT, path: '/parcels/{parcelId}' },
  { method: HttpMethod.POST, path: '/deliveries' },
];

/**
 * Everything of one Region but its replica: API, function, certificate, logs, records and health checks.
 *
 * It names the table, the hosted zone and its own hosts by computed names and refers to no other stack, so that it can be deployed or
 * deleted while any other Region is lost. The latency records come last and go first: a Region is answered only once all of it
 * is there.
 */
export class RegionStack extends Stack {
  constructor(scope: Construct, config: QualifiedConfig, region: string) {
    const { application, account, recordName, objectives, healthCheck, load, authorization } = config;
    super(scope, names.regionStack(application, region), {
      env: { account, region },
      description: `${application}: everything of ${region} but its replica of the table`,
    });
    this.templateOptions.metadata = { Outlast: { objectives } };

    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', {
      hostedZoneId: config.hostedZone.id,
      zoneName: config.hostedZone.name,
    });
    const regionalHost = names.regionalHost(recordName, region);
    const api = new RegionalApi(this, 'Api', {
      name: names.function(application),
      entry: join(__dirname, '..', 'application', 'handler.ts'),
      environment: this.#environment(config),
      routes: ROUTES,
      healthRoute: HEALTH_ROUTE,
      authorization,
      zone,
      recordName,
      regionalHost,
      peakRequestsPerSecond: load.peakRequestsPerSecond,
      functionLogGroupName: names.functionLogGroup(application),
      accessLogGroupName: names.accessLogGroup(application),
    });
    this.#grantTable(api, names.table(application));

    const dns = new HealthCheckedDns(this, 'Dns', {
      zone,
      region,
      recordName,
      regionalHost,
      domainName: api.domainName,
      regionalDomainName: api.regionalDomainName,
      endpoint: { path: HEALTH_ROUTE.path, searchString: HEALTHY, ...healthCheck },
    });
    dns.node.addDependency(api.ready);
  }

  #environment({ application, consistency }: QualifiedConfig): Record<string, string> {
    return {
      TABLE_NAME: names.table(application),
      CONSISTENCY: consistency,
      POWERTOOLS_SERVICE_NAME: application,
      POWERTOOLS_METRICS_NAMESPACE: application,
      POWERTOOLS_LOG_LEVEL: 'INFO',
      AWS_STS_REGIONAL_ENDPOINTS: 'regional',
    };
  }

  #grantTable(api: RegionalApi, tableName: string): void {
    const tableArn = this.formatArn({ service: 'dynamodb', resource: 'table', resourceName: tableName });
    api.function.addToRolePolicy(
      new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], resources: [tableArn] }),
    );
    api.function.addToRolePolicy(
      new PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${tableArn}/index/${names.driverIndex}`] }),
    );
  }
}
