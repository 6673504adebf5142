/**
 * Everything the owner of a multi-Region application decides. One file, `blueprint.config.ts`, default-exports it; the
 * stacks of every Region follow from it.
 */
export interface BlueprintConfig {
  /**
   * Name of the application, from which every physical name is computed (see `names.ts`).
   *
   * 2 to 32 lower-case letters, digits and hyphens, first a letter, last no hyphen. Renaming a deployed application replaces
   * its table.
   */
  readonly application: string;

  /** AWS account that owns every stack: 12 digits, written as a string. */
  readonly account: string;

  /** Public Route 53 hosted zone that will hold the records. It exists already and the stacks never change its other records. */
  readonly hostedZone: HostedZoneConfig;

  /**
   * Host name the clients use, for example `api.example.com`: the name of the hosted zone or a name below it, at most 64
   * characters. Each Region also answers on its own name, `<region>.<recordName>`.
   */
  readonly recordName: string;

  /**
   * Active Regions, 2 to 6, each serving reads and writes.
   *
   * The first one owns the table: its CloudFormation changes the replicas of all of them. Append new Regions and keep the first
   * where it is, or the table would have to move to another stack.
   */
  readonly regions: readonly string[];

  /**
   * What a write means once it is acknowledged.
   *
   * `strong`: at least one other Region has it, so losing a Region loses no acknowledged write (RPO 0). Exactly three Regions of
   * one Region set, counting the witness; a write waits for another Region; no TTL, no local secondary index, no transactions.
   * `eventual`: the Region that took it has it and sends it on within about a second; any 2 to 6 Regions; the last writer wins.
   * A deployed table cannot change from one to the other.
   *
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
   */
  readonly consistency: 'strong' | 'eventual';

  /**
   * Region that keeps the log of a strong table and serves nobody, so that two active Regions can have a quorum of three.
   *
   * Only with `consistency: 'strong'` and exactly two active Regions; none of them.
   *
   * @default - no witness: a strong table then needs three active Regions
   */
  readonly witnessRegion?: string;

  /** What the application promises, and what the drill judges. */
  readonly objectives: ObjectivesConfig;

  /**
   * How Route 53 watches each Region.
   *
   * @default - a probe every 10 s, three failures in a row
   */
  readonly healthCheck?: HealthCheckConfig;

  /** The load the whole application must bear. Each Region is sized to bear all of it alone. */
  readonly load: LoadConfig;

  /**
   * Who may call the API. `GET /health` is always open, because Route 53 cannot sign in. There is no default: neither
   * kind suits every client, and no API should be open by omission.
   */
  readonly authorization: AuthorizationConfig;

  /**
   * Tags of every resource that can have them: at most 40, keys of 1 to 128 and values of 1 to 256 characters.
   *
   * @default - no tags
   * @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A public Route 53 hosted zone, as `aws route53 list-hosted-zones-by-name` prints it. */
export interface HostedZoneConfig {
  /** Identifier without the `/hostedzone/` in front, for example `Z0123456789EXAMPLE`. */
  readonly id: string;

  /** Domain name of the zone without the dot at the end, for example `example.com`. */
  readonly name: string;
}

/** Objectives of the application while it loses a Region. */
export interface ObjectivesConfig {
  /** Smallest share of client operations that succeed over the outage, between 0 and 1, both excluded: 0.999 is 99.9 %. */
  readonly availability: number;

  /**
   * Recovery time objective in whole seconds: from the loss of a Region until clients are served again. At least the time DNS
   * needs: interval × failure threshold + 60 s until resolvers ask again.
   */
  readonly rtoSeconds: number;

  /** Recovery point objective in whole seconds: how much of the acknowledged past may be lost. 0 needs `consistency: 'strong'`. */
  readonly rpoSeconds: number;
}

/**
 * The Route 53 health check of each Region.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
 */
export interface HealthCheckConfig {
  /** Seconds between two probes of one checker: 10 or 30. About sixteen checkers probe independently. */
  readonly intervalSeconds: 10 | 30;

  /** Consecutive failed probes, 1 to 10, after which a checker votes the Region unhealthy. */
  readonly failureThreshold: number;
}

/** Load of the whole application at its peak, over all Regions. */
export interface LoadConfig {
  /** Requests per second, above 0 and at most 100,000. API Gateway's throttles are derived from it. */
  readonly peakRequestsPerSecond: number;

  /** Duration in milliseconds, 1 to 10,000, that 99 % of requests stay under. With the peak it gives the Lambda concurrency needed. */
  readonly p99DurationMilliseconds: number;
}

/** Authorization by AWS credentials or by the tokens of an OpenID Connect provider. */
export type AuthorizationConfig = IamAuthorizationConfig | JwtAuthorizationConfig;

/**
 * Callers sign with Signature Version 4 and need `execute-api:Invoke`.
 *
 * An HTTP API takes no Signature Version 4A, so a signature holds in one Region only: a client that uses the shared host name
 * signs for the Region that `GET /health` names and signs anew after a 403. Choose JWT where clients are not yours to write.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
 */
export interface IamAuthorizationConfig {
  /** Always `iam`. */
  readonly type: 'iam';
}

/**
 * Callers send a bearer token that API Gateway of each Region checks against the issuer's keys.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export interface JwtAuthorizationConfig {
  /** Always `jwt`. */
  readonly type: 'jwt';

  /** `iss` of the tokens: an https URL. Choose an issuer that outlives any one of the Regions. */
  readonly issuer: string;

  /** Accepted `aud` or `client_id` values, 1 to 50. */
  readonly audience: readonly string[];
}
