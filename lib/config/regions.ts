/** Whether a Region must be enabled in the account before anything can be deployed there. */
export type RegionAvailability = 'default' | 'opt-in';

/**
 * Regions of the `aws` partition.
 *
 * @see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 */
export const KNOWN_REGIONS: ReadonlyMap<string, RegionAvailability> = new Map([
  ['af-south-1', 'opt-in'],
  ['ap-east-1', 'opt-in'],
  ['ap-east-2', 'opt-in'],
  ['ap-northeast-1', 'default'],
  ['ap-northeast-2', 'default'],
  ['ap-northeast-3', 'default'],
  ['ap-south-1', 'default'],
  ['ap-south-2', 'opt-in'],
  ['ap-southeast-1', 'default'],
  ['ap-southeast-2', 'default'],
  ['ap-southeast-3', 'opt-in'],
  ['ap-southeast-4', 'opt-in'],
  ['ap-southeast-5', 'opt-in'],
  ['ap-southeast-6', 'opt-in'],
  ['ap-southeast-7', 'opt-in'],
  ['ca-central-1', 'default'],
  ['ca-west-1', 'opt-in'],
  ['eu-central-1', 'default'],
  ['eu-central-2', 'opt-in'],
  ['eu-north-1', 'default'],
  ['eu-south-1', 'opt-in'],
  ['eu-south-2', 'opt-in'],
  ['eu-west-1', 'default'],
  ['eu-west-2', 'default'],
  ['eu-west-3', 'default'],
  ['il-central-1', 'opt-in'],
  ['me-central-1', 'opt-in'],
  ['me-south-1', 'opt-in'],
  ['mx-central-1', 'opt-in'],
  ['sa-east-1', 'default'],
  ['us-east-1', 'default'],
  ['us-east-2', 'default'],
  ['us-west-1', 'default'],
  ['us-west-2', 'default'],
]);

/**
 * Regions in which no Region of an application can be active: API Gateway has no HTTP API there, or none on IPv4 and IPv6. They can
 * be a witness or keep backups.
 *
 * Read, as {@link REGIONS_WITHOUT_FAULT_INJECTION}, in the schemas that CloudFormation publishes for each Region, as cfn-lint 1.51 of
 * November 2026 carries them.
 *
 * @see https://github.com/aws-cloudformation/cfn-lint
 * @see https://aws.amazon.com/about-aws/global-infrastructure/regional-product-services/
 */
export const REGIONS_WITHOUT_HTTP_APIS: readonly string[] = ['ap-east-2', 'ap-southeast-6', 'ap-southeast-7'];

/** Regions without AWS FIS: an application can be active there and ships no experiments. */
const REGIONS_WITHOUT_FAULT_INJECTION: readonly string[] = [
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ca-west-1',
  'il-central-1',
  'mx-central-1',
];

/** Whether AWS FIS is there, and with it the extension of functions that takes its faults. */
export function hasFaultInjection(region: string): boolean {
  return !REGIONS_WITHOUT_FAULT_INJECTION.includes(region);
}

/**
 * Region sets of a strongly consistent table: its three Regions lie in one of them.
 *
 * AWS's newest page lists more Regions in any combination, other pages and `TableV2` of aws-cdk-lib 2.276.0 keep these three sets;
 * what lies inside them is right under both readings.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
export const STRONG_REGION_SETS: readonly (readonly string[])[] = [
  ['us-east-1', 'us-east-2', 'us-west-2'],
  ['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1'],
  ['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
];

/** Whether a Region must be enabled in the account first, at https://console.aws.amazon.com/billing/home#/account. */
export function isOptInRegion(region: string): boolean {
  return KNOWN_REGIONS.get(region) === 'opt-in';
}
