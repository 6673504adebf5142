import { type ProcessVariables, readVariables, type Variables } from './variables';

/**
 * How far a read looks: `strong` sees every acknowledged write of every Region, `eventual` those that have reached
 * this Region.
 */
export type Consistency = 'strong' | 'eventual';

/** What the function learns from its environment variables. */
export interface Environment {
  /** Region the function runs in, from `AWS_REGION`. */
  readonly region: string;
  /** Region whose replica is asked while this Region's does not answer, from `PEER_REGION`. */
  readonly peerRegion: string;
  /** Name of this Region's replica of the table, from `TABLE_NAME`. */
  readonly tableName: string;
  /** Name of this Region's bucket, from `BUCKET_NAME`. */
  readonly bucketName: string;
  /** Consistency the table was deployed with, from `CONSISTENCY`. */
  readonly consistency: Consistency;
}

/**
 * Reads the function's environment variables.
 *
 * The names for logs and metrics are required too: without them Powertools falls back to a namespace that no alarm
 * watches.
 *
 * @throws BadInput listing every variable that is missing or wrong, so that a deployment fails at its first start.
 */
export function readEnvironment(variables: ProcessVariables): Environment {
  return readVariables<Environment>(variables, (read) => {
    const environment = {
      region: readRegion(read),
      peerRegion: read.text(
        'PEER_REGION',
        "the Region of the replica that is asked while this Region's does not answer",
      ),
      tableName: readTableName(read),
      bucketName: read.text('BUCKET_NAME', "the name of the Region's bucket"),
      consistency: readConsistency(read),
    };
    requirePowertools(read);
    return environment;
  });
}

/** The Region a function runs in. */
export function readRegion(read: Variables): string {
  return read.text('AWS_REGION', 'the Region the function runs in; AWS Lambda sets it');
}

/** Name of the Region's replica of the table. */
export function readTableName(read: Variables): string {
  return read.text('TABLE_NAME', "the name of the Region's DynamoDB table");
}

/** Consistency the table was deployed with. */
export function readConsistency(read: Variables): Consistency | undefined {
  return read.parsed('CONSISTENCY', '"strong" or "eventual", as the table was deployed', (text) =>
    text === 'strong' || text === 'eventual' ? text : undefined,
  );
}

/** What Powertools reads by itself. */
export function requirePowertools(read: Variables): void {
  read.text('POWERTOOLS_SERVICE_NAME', 'the service name that logs and metrics carry');
  read.text('POWERTOOLS_METRICS_NAMESPACE', 'the CloudWatch namespace of the metrics');
}
