export {
  acknowledge,
  acknowledgeFunction,
  acknowledgeInlinePolicy,
  acknowledgeLogKey,
  REVIEW_BY,
} from './acknowledge';
export { RegionKey, type RegionKeyProps } from './region-key';
