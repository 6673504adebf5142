export { acknowledge, acknowledgeFunction, acknowledgeInlinePolicy, acknowledgeLogKey } from './acknowledge';
export { RegionKey, type RegionKeyProps } from './region-key';
