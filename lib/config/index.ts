export type { BackupSettings, BlueprintConfig, JudgeSettings } from './blueprint-config';
export {
  explainCapacity,
  type RegionCapacity,
  regionCapacity,
  TABLE_QUOTA,
  type Throughput,
  throttleFor,
} from './capacity';
export { loadConfig } from './load-config';
export { names, type TrafficShare, tableOwner } from './names';
export { presets } from './presets';
export { isZoned, type QualifiedConfig, type ZonedConfig } from './qualified-config';
export { qualifyConfig } from './qualify-config';
export { hasFaultInjection, isOptInRegion } from './regions';
export { holderOf, wardOf } from './ring';
