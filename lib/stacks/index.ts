export { Blueprint } from './blueprint';
export { ZoneStack } from './zone-stack';
