import { Annotations, type Stack } from 'aws-cdk-lib/core';
import { explainCapacity, type QualifiedConfig, regionCapacity, TABLE_QUOTA } from '../config';

/**
 * Concurrent executions of all functions that a new account has in a Region.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const DEFAULT_CONCURRENCY = 1_000;

/**
 * Requests per second to all APIs that a new account has in a Region, and in the Regions of {@link SMALL_REGIONS}.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
const DEFAULT_RATE = 10_000;
const SMALL_REGION_RATE = 2_500;

/** Regions in which API Gateway starts with a quarter of its usual quota; the page of {@link DEFAULT_RATE} names them. */
const SMALL_REGIONS: readonly string[] = [
  'af-south-1',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'mx-central-1',
];

/**
 * Executions that Lambda keeps unreserved in a Region, for all functions without a reservation.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
const UNRESERVED_CONCURRENCY = 100;

/** Executions reserved by the Region's other function, the judge. */
const JUDGE_CONCURRENCY = 1;

/**
 * Says at synthesis what a Region holds ready, and warns when it could not within the quotas of a new account: then losing one Region
 * would lose the others by overload, or, where executions are reserved, the Region could not be deployed.
 */
export function warnOfQuotas(stack: Stack, config: QualifiedConfig): void {
  const { peakRequestsPerSecond: peak } = config.load;
  const held = regionCapacity(config);
  Annotations.of(stack).addInfoV2('Outlast:Capacity', `${stack.region} ${explainCapacity(config)}`);

  const concurrency = held.reservedConcurrency + JUDGE_CONCURRENCY + UNRESERVED_CONCURRENCY;
  if (concurrency > DEFAULT_CONCURRENCY) {
    Annotations.of(stack).addWarningV2(
      'Outlast:LambdaConcurrency',
      `${held.reservedConcurrency} executions reserved for the API and ${JUDGE_CONCURRENCY} for the judge, with the ${UNRESERVED_CONCURRENCY} ` +
        `that Lambda keeps unreserved, take ${concurrency}; a new account has ${DEFAULT_CONCURRENCY} in ${stack.region}: the deployment fails ` +
        'until the Lambda quota "Concurrent executions" is raised there',
    );
  }
  const rate = SMALL_REGIONS.includes(stack.region) ? SMALL_REGION_RATE : DEFAULT_RATE;
  if (peak > rate) {
    Annotations.of(stack).addWarningV2(
      'Outlast:ApiGatewayRate',
      `the peak of ${peak} requests per second exceeds the ${rate} that a new account has in ${stack.region}: have the API Gateway quota ` +
        '"Throttle rate" raised there',
    );
  }
  const units = Math.max(...[held.table, held.index].flatMap(({ readUnits, writeUnits }) => [readUnits, writeUnits]));
  if (units > TABLE_QUOTA) {
    Annotations.of(stack).addWarningV2(
      'Outlast:TableThroughput',
      `up to ${units} units per second reach the replica in ${stack.region} or its index, above the ${TABLE_QUOTA} that a new account has: ` +
        'have the DynamoDB quotas "Table-level read throughput limit" and "Table-level write throughput limit" raised there',
    );
  }
}
