import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { names, type ZonedConfig } from '../config';
import { PLAN_REGION, RegionSwitchPlan } from '../constructs';

/**
 * The plan of Region switch and the records of the shared name, when the config says `evacuation: 'region-switch'`. It is deployed after
 * both Regions, whose names its records lead to, and deleted before them.
 */
export class PlanStack extends Stack {
  constructor(scope: Construct, config: ZonedConfig) {
    const { application, account, hostedZone, recordName, regions } = config;
    super(scope, names.planStack(application), {
      env: { account, region: PLAN_REGION },
      description: `${application}: plan that takes ${regions.join(' or ')} out of DNS`,
    });
    new RegionSwitchPlan(this, 'Plan', {
      name: names.plan(application),
      zone: HostedZone.fromHostedZoneAttributes(this, 'Zone', {
        hostedZoneId: hostedZone.id,
        zoneName: hostedZone.name,
      }),
      recordName,
      hosts: Object.fromEntries(regions.map((region) => [region, names.endpointHost(recordName, region)])),
    });
  }
}
