/**
 * Everything the owner of a multi-Region application decides. One file, `blueprint.config.ts`, default-exports it; the
 * stacks of every Region follow from it.
 */
export interface BlueprintConfig {
  /**
   * Name of the application, from which every physical name is computed (see `names.ts`).
   *
   * 2 to 32 lower-case letters, digits and hyphens, first a letter, last no hyphen, and none of the beginnings that AWS keeps for itself.
   * Renaming a deployed application replaces its table.
   */
  readonly application: string;

  /** AWS account that owns every stack: 12 digits, written as a string. */
  readonly account: string;

  /** Public Route 53 hosted zone that will hold the records: one that exists, or one that the blueprint creates. */
  readonly hostedZone: HostedZoneConfig;

  /**
   * Host name the clients use, for example `api.example.com`: the name of the hosted zone or a name below it, at most 64
   * characters. Each Region also answers on its own name, `<region>.<recordName>`.
   */
  readonly recordName: string;

  /**
   * Active Regions, 2 to 6, each serving reads and writes, of those in which API Gateway has HTTP APIs.
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
   * What each Region holds ready beyond quotas and throttles, so that it can take the load of a lost one without scaling.
   *
   * @default - nothing that costs money while idle
   */
  readonly capacity?: CapacityConfig;

  /**
   * What takes a sick Region out of DNS, apart from the endpoint checks of Route 53, which see only whole outages.
   *
   * `switch`: a peer Region holds a switch for each Region, thrown by its judge or by hand. `region-switch`: a plan of ARC Region
   * switch, executed by hand, for exactly two Regions and about 70 dollars a month; nothing judges gray failures then.
   *
   * @default 'switch'
   * @see https://docs.aws.amazon.com/r53recovery/latest/dg/region-switch.html
   */
  readonly evacuation?: 'switch' | 'region-switch';

  /**
   * When a Region's judge takes its ward out of DNS and lets it return.
   *
   * @default - see each field
   */
  readonly judge?: JudgeConfig;

  /**
   * Who may call the API. `GET /health` is always open, because Route 53 cannot sign in. There is no default: neither
   * kind suits every client, and no API should be open by omission.
   */
  readonly authorization: AuthorizationConfig;

  /**
   * Whose keys encrypt what the application stores.
   *
   * `aws-owned`: keys that AWS owns, in every Region, at no cost. `customer-managed`: one key of the account in each Region, about a
   * dollar a month and Region, with a policy and a log of its use that are yours. A deployed table changes from one to the other in
   * place.
   *
   * @default 'aws-owned'
   */
  readonly encryption?: 'aws-owned' | 'customer-managed';

  /**
   * The bucket of photos in each Region.
   *
   * @default - see each field
   */
  readonly objects?: ObjectsConfig;

  /**
   * Backups of the table in another account and Region. Replication is no backup: it copies a mistaken deletion within a second.
   *
   * @default - point-in-time recovery of each replica and versions of each object, both in the application's own account
   */
  readonly backup?: BackupConfig;

  /**
   * Hooks that break the application on purpose.
   *
   * @default - see each field
   */
  readonly chaos?: ChaosConfig;

  /**
   * Who is told of alarms.
   *
   * @default - nobody: each Region has a topic that anyone may be subscribed to later
   */
  readonly notifications?: NotificationsConfig;

  /**
   * Tags of every resource that can have them in every Region: at most 40, keys of 1 to 128 and values of 1 to 256 characters.
   *
   * @default - no tags
   * @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A public Route 53 hosted zone, as `aws route53 list-hosted-zones-by-name` prints it. */
export interface HostedZoneConfig {
  /**
   * Identifier without the `/hostedzone/` in front, for example `Z0123456789EXAMPLE`.
   *
   * @default - none yet: with `owned`, only the stack of the zone is synthesized, and its output is the identifier
   */
  readonly id?: string;

  /** Domain name of the zone without the dot at the end, for example `example.com`. */
  readonly name: string;

  /**
   * Whether the blueprint creates the zone, with accelerated recovery on. Such a zone cannot be deleted until that is off.
   *
   * @default false - the zone exists, and the stacks never change its other records
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/accelerated-recovery.html
   */
  readonly owned?: boolean;
}

/** Objectives of the application while it loses a Region. */
export interface ObjectivesConfig {
  /** Smallest share of client operations that succeed over the outage, between 0 and 1, both excluded: 0.999 is 99.9 %. */
  readonly availability: number;

  /**
   * Recovery time objective in whole seconds, at most a day: from the loss of a Region until clients are served again. At least the
   * time DNS needs: interval × failure threshold + 60 s until resolvers ask again. A failure of some requests only, which the endpoint checks
   * do not see, takes the judge longer; `judge.dwellMinutes` says how long.
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

/** What each Region holds ready. `docs/capacity.md` has the arithmetic. */
export interface CapacityConfig {
  /**
   * Whether the API function keeps the execution environments of the whole peak initialized in every Region. Each costs about 11
   * dollars a month and GB, used or not; without them a lost Region's clients meet cold starts.
   *
   * @default false
   * @see https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
   */
  readonly provisionedConcurrency?: boolean;

  /**
   * Whether the table and its index are warmed for the whole peak in every Region, where it exceeds what a new on-demand table takes at
   * once. Warming costs once, for the difference.
   *
   * @default false
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
   */
  readonly warmThroughput?: boolean;
}

/**
 * When the judge of a Region, which lives in a peer Region and probes it each minute as clients do, takes it out of DNS, and when it
 * lets it return. What is slow to return costs capacity; what is quick to return flaps.
 */
export interface JudgeConfig {
  /**
   * Share of probes that fail or are slow, above 0 and at most 0.5, above which a minute counts as failing.
   *
   * @default 0.05
   */
  readonly failingShare?: number;

  /**
   * Milliseconds, 100 to 3,000, after which an answer counts as slow. A probe is given up after 3 s.
   *
   * @default 2000
   */
  readonly slowMilliseconds?: number;

  /**
   * Consecutive failing minutes, 1 to 60, before a Region is evacuated; as long must the judge's own Region have been healthy.
   *
   * Clients are back about `dwellMinutes` + 5 minutes after a gray failure began: up to a minute until the first probe, the dwell, up
   * to two minutes until Route 53 has the metric's value, a minute until resolvers ask again, and a margin of one.
   *
   * @default 2
   */
  readonly dwellMinutes?: number;

  /**
   * Consecutive clean minutes, 1 to 1,440, with replication caught up, before an evacuated Region begins to return.
   *
   * @default 10
   */
  readonly recoveryMinutes?: number;

  /**
   * Minutes, 0 to 1,440, for which a returning Region has a tenth of its share, before it has all of it.
   *
   * @default 10
   */
  readonly returnMinutes?: number;

  /**
   * Age in whole seconds, 1 to 3,600, of the newest mark that has crossed between judge and ward, in both directions, beyond which
   * replication has not caught up.
   *
   * @default 60
   */
  readonly maximumLagSeconds?: number;
}

/** The judge's settings with nothing left out. */
export type JudgeSettings = Required<JudgeConfig>;

/** The replicated bucket. */
export interface ObjectsConfig {
  /**
   * Whether S3 commits itself to replicate 99.9 % of objects within 15 minutes, for an additional price per GB.
   *
   * @default false
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html
   */
  readonly replicationTimeControl?: boolean;
}

/**
 * Daily copies of the table in a locked vault of another account and Region: what remains when the
 * account itself is taken over. Both accounts belong to one organization in which cross-account backup is enabled.
 *
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
 */
export interface BackupConfig {
  /** Account that keeps the copies: 12 digits, not the application's own. */
  readonly account: string;

  /** Region that keeps the copies: none of the active Regions. */
  readonly region: string;

  /**
   * Days that recovery points are kept, 7 to 36,500; in the locked vault nobody can shorten them, AWS included.
   *
   * @default 35
   * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
   */
  readonly retentionDays?: number;
}

/** The backup's settings with nothing left out. */
export type BackupSettings = Required<BackupConfig>;

/** Hooks that break the application on purpose. */
export interface ChaosConfig {
  /**
   * Whether the application can slow or fail its own calls while the Region's parameter `/<application>/faults` tells it to. Off until
   * somebody writes there, and again when what was written expires.
   *
   * @default true
   */
  readonly faultHook?: boolean;

  /**
   * Whether the API function carries the extension through which AWS FIS delays, fails or answers its invocations. It sits in the
   * path of each invocation even while no experiment runs.
   *
   * @default false
   * @see https://docs.aws.amazon.com/fis/latest/userguide/use-lambda-actions.html
   */
  readonly fisExtension?: boolean;
}

/** Who is told of alarms. */
export interface NotificationsConfig {
  /** Address that every Region's topic asks to confirm a subscription. */
  readonly email: string;
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

  /**
   * `iss` of the tokens: an https URL. API Gateway reads its `/.well-known/openid-configuration` when the API is deployed, so the
   * issuer must exist by then. Choose one that outlives any one of the Regions.
   */
  readonly issuer: string;

  /** Accepted `aud` or `client_id` values, 1 to 50. */
  readonly audience: readonly string[];
}
