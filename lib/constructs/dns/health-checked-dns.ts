import type { DomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AaaaRecord,
  ARecord,
  CfnHealthCheck,
  HealthCheck,
  HealthCheckType,
  type IHealthCheck,
  type IHostedZone,
  InsufficientDataHealthStatusEnum,
  RecordTarget,
} from 'aws-cdk-lib/aws-route53';
import { Duration, Lazy, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { BlueprintError } from '../blueprint-error';
import { DomainNameTarget } from './domain-name-target';
import { alarmIdentifierOf, CHECKER_REGIONS, MAX_CHILDREN, refuseUnusableCheck } from './health-check-rules';

/** Properties of {@link HealthCheckedDns}. */
export interface HealthCheckedDnsProps {
  /** Public hosted zone of both names. */
  readonly zone: IHostedZone;

  /** Region that the records lead to, written out. It is the set identifier of the latency records. */
  readonly region: string;

  /** Host name that every Region shares, for example `api.example.com`. */
  readonly recordName: string;

  /** Host name of this Region alone, which the health check probes. Must differ from `recordName`. */
  readonly regionalHost: string;

  /** Custom domain name of `recordName` in this Region. */
  readonly domainName: DomainName;

  /** Custom domain name of `regionalHost`. */
  readonly regionalDomainName: DomainName;

  /** The probe of this Region. */
  readonly endpoint: EndpointProbe;
}

/**
 * An HTTPS request that Route 53's checkers send, and what it must answer.
 *
 * A checker waits 4 s for the connection, 2 s for the status and 2 s for the body; the Region is healthy while more than 18 % of
 * the checkers say so.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export interface EndpointProbe {
  /** Path that begins with `/`. */
  readonly path: string;

  /** Text that the first 5,120 bytes of the answer must contain: 1 to 255 characters. */
  readonly searchString: string;

  /** Seconds between two probes of one checker: 10 or 30. */
  readonly intervalSeconds: number;

  /** Consecutive probes, 1 to 10, that change a checker's vote. */
  readonly failureThreshold: number;

  /**
   * Regions of the checkers, at least 3 of {@link CHECKER_REGIONS}.
   *
   * @default - all eight
   */
  readonly checkerRegions?: readonly string[];
}

/**
 * The records of one Region and the health check that decides whether they are answered.
 *
 * The shared name has a latency alias record (A and AAAA) for this Region. It is answered while a CALCULATED check holds, all of
 * whose children must be healthy; the first child probes the Region's own name, more can be added. All of it is data plane: no record
 * is changed when a Region is lost. When the checks of every Region fail, Route 53 answers with all of them (fail-open).
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
 */
export class HealthCheckedDns extends Construct {
  /** Identifier of the calculated check that gates the latency records. */
  readonly healthCheckId: string;

  readonly #props: HealthCheckedDnsProps;
  readonly #children: IHealthCheck[] = [];

  /** @throws BlueprintError on a configuration that Route 53 would refuse or ignore. */
  constructor(scope: Construct, id: string, props: HealthCheckedDnsProps) {
    super(scope, id);
    this.#props = props;
    refuseUnusableProps(props);

    const endpoint = this.#endpointCheck();
    endpoint.node.addDependency(...this.#regionalRecords());
    this.addChild(endpoint);
    const gate = HealthCheck.fromHealthCheckId(this, 'GateReference', this.#gate().ref);
    this.healthCheckId = gate.healthCheckId;
    this.#latencyRecords(gate);
  }

  /**
   * Makes the Region's health depend on one more check.
   *
   * @param child Check of any kind but CALCULATED. One that is only known by its identifier is taken as it is.
   * @throws BlueprintError when Route 53 would refuse or ignore the child.
   */
  addChild(child: IHealthCheck): void {
    if (this.#children.length >= MAX_CHILDREN) {
      throw new BlueprintError(
        'HealthCheckChildren',
        `a calculated health check takes at most ${MAX_CHILDREN} children`,
      );
    }
    const resource = child.node.defaultChild;
    if (resource instanceof CfnHealthCheck) {
      const config = resource.healthCheckConfig;
      if (config && 'type' in config) refuseUnusableCheck(config, this.#props.recordName, this.#props.region);
    }
    this.#children.push(child);
  }

  /**
   * Makes the Region's health depend on an alarm of a peer Region: the Region is taken out while the alarm's metric is beyond its
   * threshold. Missing data counts as healthy, so that losing the peer never takes this Region out.
   *
   * @param id Identifier of the new check.
   * @param alarm Alarm in another Region, on one metric of standard resolution with a plain statistic and a written name.
   * @throws BlueprintError when Route 53 could not follow the alarm.
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html#health-checks-creating-values-cloudwatch
   */
  addAlarmChild(id: string, alarm: Alarm): void {
    const { region, recordName } = this.#props;
    const check = new HealthCheck(this, id, {
      type: HealthCheckType.CLOUDWATCH_METRIC,
      alarmIdentifier: alarmIdentifierOf(alarm, region),
      insufficientDataHealthStatus: InsufficientDataHealthStatusEnum.HEALTHY,
    });
    nameInConsole(check, `${recordName} ${region} ${id}`);
    this.addChild(check);
  }

  #regionalRecords(): Construct[] {
    const { zone, regionalHost, regionalDomainName } = this.#props;
    const target = RecordTarget.fromAlias(new DomainNameTarget(regionalDomainName, false));
    return [
      new ARecord(this, 'RegionalA', { zone, recordName: regionalHost, target }),
      new AaaaRecord(this, 'RegionalAaaa', { zone, recordName: regionalHost, target }),
    ];
  }

  #endpointCheck(): HealthCheck {
    const { region, recordName, regionalHost, endpoint } = this.#props;
    const check = new HealthCheck(this, 'Endpoint', {
      type: HealthCheckType.HTTPS_STR_MATCH,
      fqdn: regionalHost,
      port: 443,
      resourcePath: endpoint.path,
      searchString: endpoint.searchString,
      requestInterval: Duration.seconds(endpoint.intervalSeconds),
      failureThreshold: endpoint.failureThreshold,
      enableSNI: true,
      regions: [...(endpoint.checkerRegions ?? CHECKER_REGIONS)],
    });
    nameInConsole(check, `${recordName} ${region} endpoint`);
    return check;
  }

  #gate(): CfnHealthCheck {
    const { region, recordName } = this.#props;
    return new CfnHealthCheck(this, 'Gate', {
      healthCheckConfig: {
        type: 'CALCULATED',
        childHealthChecks: Lazy.list({ produce: () => this.#children.map((child) => child.healthCheckId) }),
        healthThreshold: Lazy.number({ produce: () => this.#children.length }),
      },
      healthCheckTags: [{ key: 'Name', value: `${recordName} ${region}` }],
    });
  }

  #latencyRecords(gate: IHealthCheck): void {
    const { zone, region, recordName, domainName } = this.#props;
    const target = RecordTarget.fromAlias(new DomainNameTarget(domainName, true));
    const record = { zone, recordName, target, region, setIdentifier: region, healthCheck: gate };
    new ARecord(this, 'LatencyA', record);
    new AaaaRecord(this, 'LatencyAaaa', record);
  }
}

function refuseUnusableProps({ region, recordName, regionalHost, endpoint }: HealthCheckedDnsProps): void {
  if (Token.isUnresolved(region)) {
    throw new BlueprintError(
      'SetIdentifierUnknown',
      'region must be written out, because it is the set identifier by which tools find the record of a Region; give the stack an env',
    );
  }
  refuseUnusableCheck(
    {
      type: 'HTTPS_STR_MATCH',
      fullyQualifiedDomainName: regionalHost,
      requestInterval: endpoint.intervalSeconds,
      failureThreshold: endpoint.failureThreshold,
      regions: [...(endpoint.checkerRegions ?? CHECKER_REGIONS)],
    },
    recordName,
    region,
  );
  if (!endpoint.path.startsWith('/')) {
    throw new BlueprintError('HealthCheckPath', `path must begin with "/", got ${JSON.stringify(endpoint.path)}`);
  }
  if (endpoint.searchString.length < 1 || endpoint.searchString.length > 255) {
    throw new BlueprintError(
      'HealthCheckSearchString',
      `searchString must have 1 to 255 characters, got ${endpoint.searchString.length}`,
    );
  }
}

/** The console shows the tag `Name` where other resources have a name. */
function nameInConsole(check: HealthCheck, name: string): void {
  const resource = check.node.defaultChild as CfnHealthCheck;
  resource.healthCheckTags = [{ key: 'Name', value: name }];
}
