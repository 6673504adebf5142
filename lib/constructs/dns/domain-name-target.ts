import type { DomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import type { AliasRecordTargetConfig, IAliasRecordTarget } from 'aws-cdk-lib/aws-route53';

/**
 * Alias target of an API Gateway custom domain name that is also asked for its health.
 *
 * The target of `aws-route53-targets` leaves `EvaluateTargetHealth` out, which means no. With it, Route 53 leaves a Region out
 * whose API Gateway as a whole is unavailable, even while the health check still answers.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/dns-failover.html
 */
export class DomainNameTarget implements IAliasRecordTarget {
  /**
   * @param domainName Custom domain name in the record's own Region.
   * @param evaluateTargetHealth Whether Route 53 asks the target for its health.
   */
  constructor(
    private readonly domainName: DomainName,
    private readonly evaluateTargetHealth: boolean,
  ) {}

  /** Renders the alias. */
  bind(): AliasRecordTargetConfig {
    return {
      dnsName: this.domainName.regionalDomainName,
      hostedZoneId: this.domainName.regionalHostedZoneId,
      evaluateTargetHealth: this.evaluateTargetHealth,
    };
  }
}
