import type { DynamoDbService, PoisonedTable } from '../data/dynamodb-service';
import type { PoisonedSpan } from '../faults/region-course';
import type { DrillContext } from './context';

/**
 * Plans the bad writes of every Region's course, and their undoing. A table that takes no writes there at the time takes them as soon as it
 * does; a bad write that cannot be made before it would be undone is not made at all.
 */
export function planPoisonings(context: DrillContext, dynamoDb: DynamoDbService): void {
  for (const { region, poisonings = [] } of context.courses.courses) {
    for (const span of poisonings) {
      for (const poisoned of dynamoDb.poison(region, span.phaseId)) plan(context, region, span, poisoned);
    }
  }
}

function plan(
  { scheduler, log, random }: DrillContext,
  region: string,
  { phaseId, startMs, endMs, share }: PoisonedSpan,
  { name, table, poisoning }: PoisonedTable,
): void {
  const draws = random.fork(`poison/${phaseId}/${name}`);
  const onceTaken = (atMs: number, act: () => void): void => {
    scheduler.at(atMs, () => {
      const takenMs = table.takesWritesFromMs(region);
      if (takenMs > scheduler.nowMs) onceTaken(takenMs, act);
      else act();
    });
  };
  const write = (state: 'begins' | 'ends', items: number): void =>
    log.write(scheduler.nowMs, 'poison', { phase: phaseId, region, table: name, state, items });
  let isMade = false;
  onceTaken(startMs, () => {
    if (scheduler.nowMs >= endMs) return;
    isMade = true;
    write('begins', poisoning.begin(share, draws));
  });
  onceTaken(endMs, () => {
    if (isMade) write('ends', poisoning.end());
  });
}
