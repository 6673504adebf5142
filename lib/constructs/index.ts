export * from './api';
export { BlueprintError } from './blueprint-error';
export * from './chaos';
export * from './data';
export * from './dns';
export * from './evacuation';
export * from './objects';
export * from './observability';
export * from './security';
