import type { ItemImage, TableEngine } from '../../../lib/drill/data/table-engine';
import { settleReplicas } from '../../../lib/drill/verdict/replica-ledger';
import type { World } from '../../../lib/drill/world/world';
import { drillContext } from '../drill-context';

const ITEM = { pk: { S: 'x' } };

/** A replica that holds these items, by key; what is put into it later, it holds then. */
function replica(items: Record<string, ItemImage>): TableEngine {
  return { keys: () => Object.keys(items), image: (key: string) => items[key] } as unknown as TableEngine;
}

async function settle(
  tables: object,
  quietMs = 0,
  later: (atMs: (timeMs: number, run: () => void) => void) => void = () => {},
) {
  const context = drillContext();
  const { scheduler } = context;
  later((timeMs, run) => scheduler.at(timeMs, run));
  const world = { context, dynamoDb: { all: tables } } as unknown as World;
  return scheduler.runUntilSettled(settleReplicas(world, quietMs), quietMs);
}

test('tables add up: items on which replicas disagree, and the longest delay', async () => {
  const table = (longestHeldMs: number, ...copies: TableEngine[]) => ({ copies, longestHeldMs });
  const tables = [
    table(1500, replica({ a: ITEM, b: ITEM }), replica({ a: ITEM })),
    table(4000, replica({ c: ITEM }), replica({})),
  ];

  expect(await settle(tables)).toEqual({ divergentItems: 2, replicationHeldSeconds: 4 });
  expect(await settle([])).toEqual({ divergentItems: 0, replicationHeldSeconds: 0 });
});

test('what is still on its way when clients are done may arrive first', async () => {
  const behind: Record<string, ItemImage> = {};
  const tables = [{ copies: [replica({ probe: ITEM }), replica(behind)], longestHeldMs: 0 }];
  const arrival = (atMs: (timeMs: number, run: () => void) => void) =>
    atMs(1000, () => {
      behind.probe = ITEM;
    });

  expect(await settle(tables, 999, arrival)).toMatchObject({ divergentItems: 1 });
  expect(await settle(tables, 1001, arrival)).toMatchObject({ divergentItems: 0 });
});
