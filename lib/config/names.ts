import type { QualifiedConfig } from './qualified-config';

/** Shares in which a Region's clients leave it and return: the first tenth, and the rest. */
export type TrafficShare = 'first' | 'rest';

/**
 * Every physical name the stacks agree on without asking each other. They follow from the application's name, the record name
 * and the Region alone, so a Region's stack needs no reference to another stack:
 *
 * | what | name |
 * |---|---|
 * | data stack | `<application>-data` |
 * | a Region's foundation stack | `<application>-foundation-<region>` |
 * | a Region's stack | `<application>-<region>` |
 * | edge stack | `<application>-edge` |
 * | zone stack, if the zone is owned | `<application>-zone` |
 * | stack of a Region's key, if keys are customer-managed | `<application>-key-<region>` |
 * | stack of the backup plan | `<application>-backup` |
 * | stack of the locked vault in the other account | `<application>-vault` |
 * | backup vaults, in both accounts | `<application>` |
 * | table, in every Region | `<application>-data` |
 * | function, in every Region | `<application>-api` |
 * | function's log group | `/aws/lambda/<application>-api` |
 * | bucket of a Region | `<application>-<account>-<region>-objects` |
 * | rule that replicates it to a Region | `to-<region>` |
 * | log group of the function that puts these rules | `/aws/lambda/<application>-bucket-replication` |
 * | alias of a Region's customer-managed key | `alias/<application>` |
 * | parameter that holds that key's ARN | `/<application>/key` |
 * | access log group | `/aws/vendedlogs/apigateway/<application>-api` |
 * | a Region's own host name | `<region>.<recordName>` |
 * | names between the shared one and the Regions | `first.<recordName>`, `rest.<recordName>` |
 * | the same with a plan of Region switch | `endpoint.<region>.<recordName>` |
 * | stack of that plan, and the plan | `<application>-plan`, `<application>` |
 * | judge, in every Region | `<application>-judge` |
 * | judge's log group | `/aws/lambda/<application>-judge` |
 * | parameter of the hand on a ward's switch | `/<application>/evacuation/<ward>/hand` |
 * | parameter of the judge's memory | `/<application>/evacuation/<ward>/judgement` |
 * | parameter with which faults are injected | `/<application>/faults` |
 * | log group of experiments | `/aws/vendedlogs/fis/<application>` |
 * | alarms that evacuate a ward | `<application>-evacuated-<ward>-first`, `<application>-evacuated-<ward>-rest` |
 * | composite alarm of what clients feel | `<application>-trouble` |
 * | alarms that turn a new version back | `<application>-api-live-errors`, `<application>-api-live-5xx` |
 */
export const names = {
  /** Stack that owns the table. */
  dataStack: (application: string): string => `${application}-data`,

  /** Stack of what other Regions name: a Region's bucket, and the switch and the judge of its ward. */
  foundationStack: (application: string, region: string): string => `${application}-foundation-${region}`,

  /** Stack of everything else in a Region. */
  regionStack: (application: string, region: string): string => `${application}-${region}`,

  /** Stack that owns the hosted zone, when the blueprint creates it. */
  zoneStack: (application: string): string => `${application}-zone`,

  /** Stack of a Region's key, where keys are customer-managed. */
  keyStack: (application: string, region: string): string => `${application}-key-${region}`,

  /** SSM parameter that holds the ARN of the Region's key, where keys are customer-managed. */
  keyParameter: (application: string): string => `/${application}/key`,

  /** Stack of the backup plan, in the Region that owns the table. */
  backupStack: (application: string): string => `${application}-backup`,

  /** Stack of the locked vault, in the other account and Region. */
  vaultStack: (application: string): string => `${application}-vault`,

  /** Backup vault of the application, in its own account and in the one that keeps the copies. */
  backupVault: (application: string): string => application,

  /** Bucket of a Region. Names of buckets are one namespace for all accounts, so the account is part of it. */
  bucket: (application: string, account: string, region: string): string =>
    `${application}-${account}-${region}-objects`,

  /** Rule of a bucket that replicates to a Region; the metrics of replication carry it as their dimension `RuleId`. */
  replicationRule: (destinationRegion: string): string => `to-${destinationRegion}`,

  /** Log group of the function that puts a Region's replication rules. */
  replicationLogGroup: (application: string): string => `/aws/lambda/${application}-bucket-replication`,

  /** Alias of the key of a Region, where keys are customer-managed. */
  keyAlias: (application: string): string => `alias/${application}`,

  /** Stack of alarms on Route 53's own metrics, in us-east-1. */
  edgeStack: (application: string): string => `${application}-edge`,

  /** DynamoDB table; its replicas all bear the same name. */
  table: (application: string): string => `${application}-data`,

  /** Global secondary index that lists the parcels of a driver. */
  driverIndex: 'byDriver',

  /** Lambda function behind every route; the same in every Region. */
  function: (application: string): string => `${application}-api`,

  /** Log group of the function. */
  functionLogGroup: (application: string): string => `/aws/lambda/${application}-api`,

  /**
   * Log group of API Gateway's access log. The prefix keeps the account's log resource policy within its 5,120 characters.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
   */
  accessLogGroup: (application: string): string => `/aws/vendedlogs/apigateway/${application}-api`,

  /** Host name on which a Region is reached whatever its health: what Route 53 probes and an operator asks. */
  regionalHost: (recordName: string, region: string): string => `${region}.${recordName}`,

  /** Name between the shared one and the Regions, through which one share of the clients goes. Nobody asks for it by itself. */
  shareHost: (recordName: string, share: TrafficShare): string => `${share}.${recordName}`,

  /** Name between the shared one and a Region that leaves by a plan of Region switch. Nobody asks for it by itself. */
  endpointHost: (recordName: string, region: string): string => `endpoint.${region}.${recordName}`,

  /** Stack of the plan of Region switch and of the shared name's records, in us-east-1. */
  planStack: (application: string): string => `${application}-plan`,

  /** Plan of Region switch. */
  plan: (application: string): string => application,

  /** Lambda function that judges the ward of its Region. */
  judge: (application: string): string => `${application}-judge`,

  /** Log group of the judge. */
  judgeLogGroup: (application: string): string => `/aws/lambda/${application}-judge`,

  /** SSM parameter, in the holder's Region, with which a person evacuates or restores a ward. */
  handParameter: (application: string, ward: string): string => `/${application}/evacuation/${ward}/hand`,

  /** SSM parameter, in the holder's Region, in which the judge keeps what it has seen of its ward. */
  judgementParameter: (application: string, ward: string): string => `/${application}/evacuation/${ward}/judgement`,

  /** SSM parameter, in every Region, with which a person has the application fault its own calls there. */
  faultParameter: (application: string): string => `/${application}/faults`,

  /** Log group of a Region's experiments; with the prefix of vended logs, as {@link names.accessLogGroup}. */
  experimentLogGroup: (application: string): string => `/aws/vendedlogs/fis/${application}`,

  /** CloudWatch alarm, in the holder's Region, that takes one share of a ward's clients away. */
  evacuationAlarm: (application: string, ward: string, share: TrafficShare): string =>
    `${application}-evacuated-${ward}-${share}`,

  /** Composite CloudWatch alarm of what clients feel, in every Region: it stops experiments and deployments. */
  troubleAlarm: (application: string): string => `${application}-trouble`,

  /** CloudWatch alarms, in every Region, that turn a new version of the function back. */
  releaseAlarms: (application: string): readonly string[] => [
    `${application}-api-live-errors`,
    `${application}-api-live-5xx`,
  ],
} as const;

/** Region whose data stack owns the table: the first one of the config. */
export function tableOwner(config: QualifiedConfig): string {
  return config.regions[0];
}
