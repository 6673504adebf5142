import blueprint from '../blueprint.config';
import type { BlueprintConfig } from '../lib/config';

/** The blueprint in as many Regions as it takes, which only an eventual table can span. */
const config: BlueprintConfig = {
  ...blueprint,
  regions: ['us-east-2', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-northeast-1', 'ap-southeast-2'],
  consistency: 'eventual',
  witnessRegion: undefined,
  objectives: { ...blueprint.objectives, rpoSeconds: 60 },
};

export default config;
