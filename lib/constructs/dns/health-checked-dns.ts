import type { DomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  AaaaRecord,
  type AlarmIdentifier,
  ARecord,
  type CfnHealthCheck,
  HealthCheck,
  type HealthCheckProps,
  HealthCheckType,
  type IAliasRecordTarget,
  type IHealthCheck,
  type IHostedZone,
  InsufficientDataHealthStatusEnum,
  RecordTarget,
} from 'aws-cdk-lib/aws-route53';
import { Duration, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { names, type TrafficShare } from '../../config';
import { BlueprintError } from '../blueprint-error';
import { DomainNameTarget } from './domain-name-target';
import { type EndpointProbe, refuseUnusableProbe } from './endpoint-probe';
import { Gate, nameTags } from './gate';
import { CHECKER_REGIONS, refuseOwnRegion } from './health-check-rules';
import { ZoneNameTarget } from './zone-name-target';

/**
 * What takes a Region out of DNS apart from its endpoint check: two alarms of a peer Region, one for each share of the clients, or a
 * plan of Region switch (`RegionSwitchPlan`), for all of them at once.
 */
export type Evacuation =
  | { readonly by: 'switch'; readonly alarms: Readonly<Record<TrafficShare, AlarmIdentifier>> }
  | { readonly by: 'plan' };

/** Properties of {@link HealthCheckedDns}. */
export interface HealthCheckedDnsProps {
  /** Public hosted zone of all names. */
  readonly zone: IHostedZone;

  /** Region that the records lead to, written out. It is part of the set identifiers. */
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

  /**
   * What else takes the Region out.
   *
   * @default - nothing: the endpoint check alone decides
   */
  readonly evacuation?: Evacuation;
}

/** Shares of the clients, in percent. The same weights in every Region keep the shares whatever the number of Regions. */
const SHARES: readonly { readonly share: TrafficShare; readonly title: string; readonly weight: number }[] = [
  { share: 'first', title: 'First', weight: 10 },
  { share: 'rest', title: 'Rest', weight: 90 },
];

/**
 * The records of one Region and the health checks that decide whether they are answered.
 *
 * ```
 * api.example.com         weighted 10 : 90    us-east-2-first, us-east-2-rest, …  →  first., rest.
 * first.api.example.com   by latency, gated   us-east-2, …                        →  custom domain of the API
 * rest.api.example.com    by latency, gated   us-east-2, …                        →  custom domain of the API
 * us-east-2.api.example.com                   whatever the Region's health        →  the Region's own custom domain
 * ```
 *
 * Every name has an A and a AAAA record, which makes ten records for each Region. Clients never ask for the two names in between, so
 * neither the API nor its certificate knows them. Each gate is a CALCULATED check, healthy while the endpoint check and the alarm of
 * its share are: five health checks for each Region. One share can be sent back to a Region before the other, which is how it returns
 * with a tenth of its clients.
 *
 * By a plan of Region switch a Region leaves and returns as a whole. The records of the shared name then come with the plan and lead to
 * `endpoint.us-east-2.api.example.com`, which is answered while the endpoint check is healthy: four records and one health check for
 * each Region, besides the plan's.
 *
 * ```ts
 * declare const stack: Stack; // us-east-2
 * declare const zone: IHostedZone;
 * declare const api: RegionalApi;
 *
 * const dns = new HealthCheckedDns(stack, 'Dns', {
 *   zone,
 *   region: 'us-east-2',
 *   recordName: 'api.example.com',
 *   regionalHost: 'us-east-2.api.example.com',
 *   domainName: api.domainName,
 *   regionalDomainName: api.regionalDomainName,
 *   endpoint: { path: '/health', searchString: '"status":"healthy"', intervalSeconds: 10, failureThreshold: 3 },
 *   evacuation: {
 *     by: 'switch',
 *     alarms: {
 *       first: { name: 'dispatch-evacuated-us-east-2-first', region: 'us-west-2' },
 *       rest: { name: 'dispatch-evacuated-us-east-2-rest', region: 'us-west-2' },
 *     },
 *   },
 * });
 * dns.node.addDependency(api.ready);
 * ```
 *
 * All of it is data plane: no record changes when a Region leaves or returns. Answers live for the 60 s of API Gateway's addresses;
 * an alias has no TTL of its own. When the checks of every Region fail, Route 53 answers with all of them (fail-open).
 *
 * There is no HTTPS record (type 65): an API Gateway domain name is an alias target for addresses only, and a record without an alias
 * could merely repeat what TLS negotiates anyway, or carry address hints that no health check takes back.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-latency-alias.html
 */
export class HealthCheckedDns extends Construct {
  /** The checks that decide on the Region, by what they say: `endpoint`, and with two shares `first` and `rest`. */
  readonly healthChecks: ReadonlyMap<string, IHealthCheck>;

  readonly #props: HealthCheckedDnsProps;
  readonly #gates = new Map<TrafficShare, Gate>();

  /** @throws BlueprintError on a configuration that Route 53 would refuse or ignore. */
  constructor(scope: Construct, id: string, props: HealthCheckedDnsProps) {
    super(scope, id);
    this.#props = props;
    refuseUnusableProps(props);

    const endpoint = this.#endpointCheck();
    endpoint.node.addDependency(
      ...this.#addresses('Regional', props.regionalHost, new DomainNameTarget(props.regionalDomainName, false)),
    );
    if (props.evacuation?.by === 'plan') this.#endpointRecords(endpoint);
    else this.#shareRecords(endpoint, props.evacuation?.alarms);
    this.healthChecks = new Map<string, IHealthCheck>([
      ['endpoint', endpoint],
      ...[...this.#gates].map(([share, gate]) => [share, gate.healthCheck] as const),
    ]);
  }

  /**
   * Makes both shares depend on one more check.
   *
   * @param child Check of any kind but CALCULATED. One that is only known by its identifier is taken as it is.
   * @throws BlueprintError when Route 53 would refuse or ignore the child, or when a plan decides instead of gates.
   */
  addChild(child: IHealthCheck): void {
    if (this.#gates.size === 0) {
      throw new BlueprintError('HealthCheckWithoutGate', 'a Region that is evacuated by a plan has no gates to add to');
    }
    for (const gate of this.#gates.values()) gate.addChild(child);
  }

  #shareRecords(endpoint: IHealthCheck, alarms?: Readonly<Record<TrafficShare, AlarmIdentifier>>): void {
    const { region, recordName, domainName } = this.#props;
    for (const { share, title, weight } of SHARES) {
      const gate = new Gate(this, `${title}Gate`, {
        name: `${recordName} ${region} ${share}`,
        gatedName: recordName,
        region,
      });
      this.#gates.set(share, gate);
      gate.addChild(endpoint);
      if (alarms) gate.addChild(this.#alarmCheck(title, alarms[share]));

      const host = names.shareHost(recordName, share);
      const byLatency = this.#addresses(`${title}Latency`, host, new DomainNameTarget(domainName, true), {
        region,
        setIdentifier: region,
        healthCheck: gate.healthCheck,
      });
      const weighted = this.#addresses(`${title}Weighted`, recordName, new ZoneNameTarget(host), {
        weight,
        setIdentifier: `${region}-${share}`,
      });
      // Route 53 takes no alias to a name that has no record yet.
      for (const record of weighted) record.node.addDependency(...byLatency);
    }
  }

  #endpointRecords(endpoint: IHealthCheck): void {
    const { region, recordName, domainName } = this.#props;
    // A record without a routing policy has no health check; one weighted record is always chosen and may have one.
    this.#addresses('Endpoint', names.endpointHost(recordName, region), new DomainNameTarget(domainName, true), {
      weight: 1,
      setIdentifier: region,
      healthCheck: endpoint,
    });
  }

  #addresses(id: string, recordName: string, alias: IAliasRecordTarget, policy: RoutingPolicy = {}): Construct[] {
    const record = { zone: this.#props.zone, recordName, target: RecordTarget.fromAlias(alias), ...policy };
    return [new ARecord(this, `${id}A`, record), new AaaaRecord(this, `${id}Aaaa`, record)];
  }

  #endpointCheck(): HealthCheck {
    const { regionalHost, endpoint } = this.#props;
    return this.#check('Endpoint', {
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
  }

  /** Missing data counts as healthy, so that losing the peer never takes this Region out. */
  #alarmCheck(title: string, alarmIdentifier: AlarmIdentifier): HealthCheck {
    return this.#check(`${title}Switch`, {
      type: HealthCheckType.CLOUDWATCH_METRIC,
      alarmIdentifier,
      insufficientDataHealthStatus: InsufficientDataHealthStatusEnum.HEALTHY,
    });
  }

  #check(id: string, props: HealthCheckProps): HealthCheck {
    const check = new HealthCheck(this, id, props);
    const resource = check.node.defaultChild as CfnHealthCheck;
    resource.healthCheckTags = nameTags(
      `${this.#props.recordName} ${this.#props.region} ${id.replace(/\B[A-Z]/, ' $&').toLowerCase()}`,
    );
    return check;
  }
}

/** How Route 53 chooses between records of one name, and whether it may choose this one. */
interface RoutingPolicy {
  readonly region?: string;
  readonly weight?: number;
  readonly setIdentifier?: string;
  readonly healthCheck?: IHealthCheck;
}

function refuseUnusableProps({ region, recordName, regionalHost, endpoint, evacuation }: HealthCheckedDnsProps): void {
  if (Token.isUnresolved(region)) {
    throw new BlueprintError(
      'SetIdentifierUnknown',
      'region must be written out, because it is the set identifier by which tools find the record of a Region; give the stack an env',
    );
  }
  refuseUnusableProbe(endpoint, regionalHost, recordName, region);
  if (evacuation?.by !== 'switch') return;
  const { first, rest } = evacuation.alarms;
  for (const alarm of [first, rest]) refuseOwnRegion(alarm.region, region);
  if (first.name === rest.name) {
    throw new BlueprintError(
      'AlarmOfBothShares',
      `each share must have an alarm of its own, got ${first.name} for both`,
    );
  }
}
