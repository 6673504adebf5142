export { matchers } from './matchers';
export type { Survival } from './to-survive';
export type { Endurance } from './to-withstand';
