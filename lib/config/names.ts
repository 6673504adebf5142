import type { QualifiedConfig } from './qualified-config';

/**
 * Every physical name the stacks agree on without asking each other. They follow from the application's name, the record name
 * and the Region alone, so a Region's stack needs no reference to another stack:
 *
 * | what | name |
 * |---|---|
 * | data stack | `<application>-data` |
 * | a Region's stack | `<application>-<region>` |
 * | table, in every Region | `<application>-data` |
 * | function, in every Region | `<application>-api` |
 * | function's log group | `/aws/lambda/<application>-api` |
 * | access log group | `/aws/vendedlogs/apigateway/<application>-api` |
 * | a Region's own host name | `<region>.<recordName>` |
 */
export const names = {
  /** Stack that owns the table. */
  dataStack: (application: string): string => `${application}-data`,

  /** Stack of everything else in a Region. */
  regionStack: (application: string, region: string): string => `${application}-${region}`,

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
} as const;

/** Region whose data stack owns the table: the first one of the config. */
export function tableOwner(config: QualifiedConfig): string {
  return config.regions[0];
}
