import defaultBlueprint from '../../blueprint.config';
import { type BlueprintConfig, isZoned, qualifyConfig, type ZonedConfig } from '../../lib/config';

/** The config of the repository as it is shipped. */
export const DEFAULT_BLUEPRINT: BlueprintConfig = defaultBlueprint;

/** A config of the eventual profile: three Regions on three continents, tokens instead of signatures. */
export const EVENTUAL_BLUEPRINT: BlueprintConfig = {
  application: 'dispatch',
  account: '222222222222',
  hostedZone: { id: 'Z9876543210EXAMPLE', name: 'example.org' },
  recordName: 'dispatch.example.org',
  regions: ['eu-west-1', 'ca-central-1', 'ap-southeast-2'],
  consistency: 'eventual',
  objectives: { availability: 0.99, rtoSeconds: 180, rpoSeconds: 5 },
  healthCheck: { intervalSeconds: 30, failureThreshold: 4 },
  load: { peakRequestsPerSecond: 50, p99DurationMilliseconds: 400 },
  authorization: { type: 'jwt', issuer: 'https://issuer.example.org', audience: ['driver-app'] },
  tags: { owner: 'logistics' },
};

/** A config that asks for everything optional, signed calls and the largest number of Regions. */
export const LAVISH_BLUEPRINT: BlueprintConfig = {
  ...EVENTUAL_BLUEPRINT,
  hostedZone: { ...EVENTUAL_BLUEPRINT.hostedZone, owned: true },
  regions: ['eu-west-1', 'ca-central-1', 'ap-southeast-2', 'us-east-1', 'us-west-2', 'sa-east-1'],
  load: { peakRequestsPerSecond: 3_000, p99DurationMilliseconds: 100 },
  capacity: { provisionedConcurrency: true, warmThroughput: true },
  authorization: { type: 'iam' },
  encryption: 'customer-managed',
  objects: { replicationTimeControl: true },
  backup: { account: '333333333333', region: 'eu-central-1' },
  chaos: { faultHook: true, fisExtension: true },
  notifications: { email: 'on-call@example.org' },
};

/** The default config with some fields replaced, qualified. */
export function qualified(changes: Partial<BlueprintConfig> = {}): ZonedConfig {
  return zoned({ ...DEFAULT_BLUEPRINT, ...changes });
}

/** A config whose hosted zone exists, qualified. */
export function zoned(raw: BlueprintConfig): ZonedConfig {
  const config = qualifyConfig(raw, 'test.config.ts');
  if (!isZoned(config)) throw new Error('the config has no hosted zone yet');
  return config;
}
