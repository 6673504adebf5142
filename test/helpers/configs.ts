import defaultBlueprint from '../../blueprint.config';
import { type BlueprintConfig, type QualifiedConfig, qualifyConfig } from '../../lib/config';

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

/** The default config with some fields replaced, qualified. */
export function qualified(changes: Partial<BlueprintConfig> = {}): QualifiedConfig {
  return qualifyConfig({ ...DEFAULT_BLUEPRINT, ...changes }, 'test.config.ts');
}
