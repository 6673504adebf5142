import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { Annotations, CfnOutput, Fn, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { names, type QualifiedConfig, tableOwner } from '../config';

/**
 * Owns the public hosted zone, when the config says `hostedZone.owned`, with accelerated recovery on: while us-east-1, where Route 53 is
 * changed, is lost, records can be changed from us-west-2 after about 60 minutes. Failover needs no such change; deploying a
 * Region does.
 *
 * A zone with accelerated recovery on cannot be deleted. Deleting the stack therefore keeps the zone; to delete it as well, first
 * `aws route53 update-hosted-zone-features --hosted-zone-id <id> --no-enable-accelerated-recovery`. A zone that exists already is
 * switched on by the same command with `--enable-accelerated-recovery`, hours before it is needed: not while us-east-1 is lost.
 *
 * The zone gets its identifier from Route 53, and its parent domain must delegate to it before certificates can be validated. So
 * until the config holds the identifier this stack is the only one, and a warning says what to do next.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/accelerated-recovery.html
 */
export class ZoneStack extends Stack {
  constructor(scope: Construct, config: QualifiedConfig) {
    const { application, account, hostedZone, tags } = config;
    super(scope, names.zoneStack(application), {
      env: { account, region: tableOwner(config) },
      description: `${application}: public hosted zone ${hostedZone.name}`,
      terminationProtection: true,
    });
    const zone = new PublicHostedZone(this, 'Zone', { zoneName: hostedZone.name, acceleratedRecoveryEnabled: true });
    zone.applyRemovalPolicy(RemovalPolicy.RETAIN);
    new CfnOutput(this, 'HostedZoneId', {
      value: zone.hostedZoneId,
      description: 'Write it into blueprint.config.ts as hostedZone.id',
    });
    new CfnOutput(this, 'NameServers', {
      value: Fn.join(' ', zone.hostedZoneNameServers ?? []),
      description: `Delegate ${hostedZone.name} to them in its parent domain`,
    });
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value);
    if (hostedZone.id === undefined) this.#warnOfTheRest();
  }

  #warnOfTheRest(): void {
    Annotations.of(this).addWarningV2(
      'Outlast:ZoneComesFirst',
      `only ${this.stackName} is synthesized, because hostedZone.id is missing: deploy it (npx cdk deploy ${this.stackName}), delegate the ` +
        'domain to the NameServers it prints, write the HostedZoneId it prints into blueprint.config.ts and synthesize again',
    );
  }
}
