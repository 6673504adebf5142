import type { BlueprintConfig } from './lib/config';

/**
 * The one file a fork edits. Hover over a field to read what it does, or open `lib/config/blueprint-config.ts`.
 * `npx cdk synth -c config=other.config.ts` synthesizes another file of the same shape.
 */
const config: BlueprintConfig = {
  application: 'dispatch',
  account: '111111111111',
  hostedZone: { id: 'Z0123456789EXAMPLE', name: 'example.com' },
  recordName: 'api.example.com',

  regions: ['us-east-2', 'us-west-2'],
  consistency: 'strong',
  witnessRegion: 'us-east-1',

  objectives: { availability: 0.995, rtoSeconds: 900, rpoSeconds: 0 },
  healthCheck: { intervalSeconds: 10, failureThreshold: 3 },
  load: { peakRequestsPerSecond: 200, p99DurationMilliseconds: 250 },
  authorization: { type: 'jwt', issuer: 'https://id.example.com/', audience: ['dispatch'] },

  tags: { application: 'dispatch' },
};

export default config;
