export { regionOfZone } from './availability-zone';
export { findOutage, listOutages } from './catalogue';
export type { Outage } from './outage';
export { type TransposedOutage, type TransposedPhase, type TransposeOptions, transpose } from './transpose';
