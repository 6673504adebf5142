import type { World } from '../world/world';

/** Virtual time between two looks at what is on its way, in milliseconds. */
const LOOK_MS = 1000;

/**
 * Settles once no change is on its way to any replica, and every bad write is undone: what is late after a long cut is not lost. It comes to
 * its end, since nothing but a cut holds changes up, and every cut has one.
 */
export async function levelReplicas({ context, dynamoDb }: Pick<World, 'context' | 'dynamoDb'>): Promise<void> {
  const isBehind = (): boolean =>
    dynamoDb.all.some(({ backlog }) => [...backlog.byRegion.values()].some((changes) => changes > 0));
  while (dynamoDb.isPoisoned || isBehind()) await context.scheduler.sleep(LOOK_MS);
}
