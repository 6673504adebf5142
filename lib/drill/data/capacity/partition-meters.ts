import { fieldsConstant } from '../../model/constants';
import { HELD_OVER_SECONDS, TokenBucket } from './token-bucket';

/** Units a second that one partition takes (`ddb.partition`). */
const PARTITION = fieldsConstant('ddb.partition');

/** Buckets kept before those that are full again are dropped. */
const MOST_KEPT = 4096;

/**
 * What single partition keys are asked for in one table or index of a Region.
 *
 * Simplified: every partition key has a partition of its own, as adaptive capacity gives to those that are asked for most; one
 * key's items are never split over several. What it takes is held over a minute.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html
 */
export class PartitionMeters {
  private readonly buckets = new Map<string, TokenBucket>();
  private readonly rate: number;

  /** @param kind What is counted. */
  constructor(kind: 'read' | 'write') {
    this.rate = PARTITION[kind] ?? 0;
  }

  /** Whether a partition takes a request now. */
  admits(partition: string, nowMs: number): boolean {
    return this.buckets.get(partition)?.hasTokens(nowMs) ?? true;
  }

  /** Takes what a request has cost. */
  charge(partition: string, units: number, nowMs: number): void {
    this.bucketOf(partition, nowMs).take(units, nowMs);
  }

  /** Takes what a change from another Region has cost, as far as there is anything left. */
  chargeLeft(partition: string, units: number, nowMs: number): void {
    this.bucketOf(partition, nowMs).takeLeft(units, nowMs);
  }

  private bucketOf(partition: string, nowMs: number): TokenBucket {
    let bucket = this.buckets.get(partition);
    if (!bucket) {
      if (this.buckets.size >= MOST_KEPT) this.dropFull(nowMs);
      bucket = new TokenBucket(this.rate, HELD_OVER_SECONDS);
      this.buckets.set(partition, bucket);
    }
    return bucket;
  }

  private dropFull(nowMs: number): void {
    for (const [partition, bucket] of this.buckets) if (bucket.isFull(nowMs)) this.buckets.delete(partition);
  }
}
