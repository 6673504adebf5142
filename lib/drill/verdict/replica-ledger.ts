import { divergentItems } from '../data/replicated-table';
import type { World } from '../world/world';

/** What became of replicas. */
export interface ReplicaSummary {
  /** Items on which replicas disagree once everything has settled. */
  readonly divergentItems: number;
  /** Longest time that the outage kept a change from another replica, in seconds. */
  readonly replicationHeldSeconds: number;
}

/**
 * Compares the replicas of every table item by item.
 *
 * @param quietMs How long to wait before. Schedules have ended, but what they had set going may still write (a judge marks
 * its probes for most of a minute, and is repeated when it fails), and its last change must reach every replica first.
 */
export async function settleReplicas(world: World, quietMs: number): Promise<ReplicaSummary> {
  await world.context.scheduler.sleep(quietMs);
  const tables = world.dynamoDb.all;
  return {
    divergentItems: tables.reduce((sum, table) => sum + divergentItems(table.copies), 0),
    replicationHeldSeconds: Math.max(0, ...tables.map(({ longestHeldMs }) => longestHeldMs)) / 1000,
  };
}
