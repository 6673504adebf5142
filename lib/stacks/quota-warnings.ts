import { Annotations, type Stack } from 'aws-cdk-lib/core';
import type { QualifiedConfig } from '../config';

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
 * Warns at synthesis when a Region that must bear the whole load alone could not do so within the quotas of a new account: then losing
 * one Region would lose the others by overload.
 */
export function warnOfQuotas(stack: Stack, { load }: QualifiedConfig): void {
  const { peakRequestsPerSecond: peak, p99DurationMilliseconds: duration } = load;
  const concurrency = Math.ceil((peak * duration) / 1_000);
  if (concurrency > DEFAULT_CONCURRENCY) {
    Annotations.of(stack).addWarningV2(
      'Outlast:LambdaConcurrency',
      `the peak of ${peak} requests per second at ${duration} ms needs ${concurrency} concurrent executions when ${stack.region} is the ` +
        `last Region; a new account has ${DEFAULT_CONCURRENCY}: have the Lambda quota "Concurrent executions" raised there`,
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
}
