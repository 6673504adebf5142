import type { Operation, SequentialModel } from '../../lib/histories';

/** What a queue is asked. */
export type QueueInput = { readonly kind: 'enqueue'; readonly item: string } | { readonly kind: 'dequeue' };

/** A first-in, first-out queue; the item that a dequeue took, or nothing when there was none. */
export const queueModel: SequentialModel<readonly string[], QueueInput, string | undefined> = {
  init: [],
  step(items, input, output) {
    if (input.kind === 'enqueue') return [...items, input.item];
    const [first, ...rest] = items;
    return typeof output === 'symbol' || output === first ? rest : undefined;
  },
  fingerprint: (items) => JSON.stringify(items),
  describe: (input, output) => (input.kind === 'enqueue' ? `enqueue ${input.item}` : `dequeue: ${String(output)}`),
};

/** A client enqueued an item; without an end nobody knows whether it did. */
export function enqueue(client: string, item: string, invokeMs: number, completeMs?: number): QueueOperation {
  const asked = { client, key: 'q', kind: 'enqueue', input: { kind: 'enqueue', item }, invokeMs } as const;
  return completeMs === undefined
    ? { ...asked, outcome: 'unknown' }
    : { ...asked, completeMs, outcome: 'ok', output: undefined };
}

/** A client dequeued an item. */
export function dequeue(client: string, item: string, invokeMs: number, completeMs: number): QueueOperation {
  const input = { kind: 'dequeue' } as const;
  return { client, key: 'q', kind: 'dequeue', input, invokeMs, completeMs, outcome: 'ok', output: item };
}

type QueueOperation = Operation<QueueInput, string | undefined>;
