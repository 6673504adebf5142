import type { BlueprintConfig } from '../lib/config';
import sixRegions from './six-regions.config';

/** What six Regions are compared with: the same application in two of them. */
const config: BlueprintConfig = { ...sixRegions, regions: sixRegions.regions.slice(0, 2) };

export default config;
