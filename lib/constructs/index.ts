export * from './api';
export { BlueprintError } from './blueprint-error';
export * from './data';
export * from './dns';
