export { matchers } from './matchers';
export type { Survival } from './to-survive';
