export type { BlueprintConfig } from './blueprint-config';
export { loadConfig } from './load-config';
export { names, tableOwner } from './names';
export type { QualifiedConfig } from './qualified-config';
export { qualifyConfig } from './qualify-config';
export { isOptInRegion } from './regions';
