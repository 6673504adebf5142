import blueprint from '../blueprint.config';
import type { BlueprintConfig } from '../lib/config';

/** The blueprint as it is shipped, with its witness as a third active Region. */
const config: BlueprintConfig = {
  ...blueprint,
  regions: ['us-east-2', 'us-west-2', 'us-east-1'],
  witnessRegion: undefined,
};

export default config;
