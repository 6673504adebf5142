import type { AliasRecordTargetConfig, IAliasRecordTarget, IHostedZone, IRecordSet } from 'aws-cdk-lib/aws-route53';
import { BlueprintError } from '../blueprint-error';

/**
 * Alias target of another name in the record's own hosted zone, whose health decides on the record.
 *
 * `Route53RecordTarget` of `aws-route53-targets` points to one record and leaves `EvaluateTargetHealth` out. A name can have the
 * records of several stacks, and a record that leads to it is worth answering while one of them is healthy.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-complex-configs.html
 */
export class ZoneNameTarget implements IAliasRecordTarget {
  /** @param name Name that has a record of the same type in the hosted zone. */
  constructor(private readonly name: string) {}

  /** Renders the alias. */
  bind(_record: IRecordSet, zone?: IHostedZone): AliasRecordTargetConfig {
    if (!zone)
      throw new BlueprintError('AliasWithoutZone', `the alias to ${this.name} needs the hosted zone of the name`);
    return { dnsName: this.name, hostedZoneId: zone.hostedZoneId, evaluateTargetHealth: true };
  }
}
