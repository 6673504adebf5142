/** Regions of an application, as `blueprint.config.ts` takes them with consistency `strong`. */
export interface RegionPreset {
  /** Active Regions. */
  readonly regions: readonly [string, string];
  /** Witness of the strong table; leave it out with consistency `eventual`. */
  readonly witnessRegion: string;
}

/**
 * Regions to begin with: `{ ...presets.eu, consistency: 'strong', ... }`.
 *
 * Each lies inside one of the three Region sets that `TableV2` enforces and within the fifteen Regions that the newest page of AWS
 * combines freely, so a strong table deploys under both readings. No active Region is us-east-1, where the control planes of Route 53,
 * IAM and CloudFront live: losing it would take away a Region and the means to change the rest on one day.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 * @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
 */
export const presets: Readonly<Record<'us' | 'eu' | 'ap', RegionPreset>> = {
  us: { regions: ['us-east-2', 'us-west-2'], witnessRegion: 'us-east-1' },
  eu: { regions: ['eu-west-1', 'eu-central-1'], witnessRegion: 'eu-west-3' },
  ap: { regions: ['ap-northeast-1', 'ap-northeast-3'], witnessRegion: 'ap-northeast-2' },
};
