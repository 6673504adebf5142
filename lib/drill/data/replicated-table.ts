import type { Backlog } from '../kernel/backlog';
import type { ItemImage, OperationData, ReadOperation, TableEngine, WriteOperation } from './table-engine';

/** A table as the Regions see it: where operations meet consistency, replication and distance. */
export interface ReplicatedTable {
  /**
   * Executes a read at a Region's endpoint and answers after the service's own time.
   *
   * @param standsFor How many requests this one stands for. @default 1
   */
  read(region: string, operation: ReadOperation, input: OperationData, standsFor?: number): Promise<OperationData>;

  /**
   * Executes a write at a Region's endpoint and answers once it is as durable as the table promises.
   *
   * @param standsFor How many requests this one stands for. @default 1
   */
  write(region: string, operation: WriteOperation, input: OperationData, standsFor?: number): Promise<OperationData>;

  /**
   * Overwrites an item by a write that no condition guards and no capacity keeps back, from where it is replicated as every write is.
   *
   * @param change What becomes of the item; nothing: it stays as it is, and is not written. An item that is not there stays so.
   * @returns whether it was written.
   */
  overwrite(region: string, key: string, change: (image: ItemImage) => ItemImage | undefined): boolean;

  /** When the table next takes a write made in a Region, in virtual milliseconds; now, if it does now. */
  takesWritesFromMs(region: string): number;

  /** The copy that a Region holds. */
  copyIn(region: string): TableEngine;

  /** The copies that Regions hold now. */
  readonly copies: readonly TableEngine[];

  /** Changes on their way from one replica to another. */
  readonly backlog: Backlog;

  /** Longest time, in milliseconds, that a fault held a change back from another replica. */
  readonly longestHeldMs: number;
}

/** The key of the item that a write changes. */
export function keyOfWrite(engine: TableEngine, operation: WriteOperation, input: OperationData): string {
  return engine.keyOf((operation === 'PutItem' ? input.Item : input.Key) as ItemImage);
}

/** Items on which replicas disagree: present in one and absent or different in another. */
export function divergentItems(replicas: readonly TableEngine[]): number {
  const keys = new Set(replicas.flatMap((replica) => replica.keys()));
  let divergent = 0;
  for (const key of keys) {
    const images = replicas.map((replica) => canonical(replica.image(key)));
    if (images.some((image) => image !== images[0])) divergent++;
  }
  return divergent;
}

function canonical(image: ItemImage | undefined): string {
  if (!image) return '';
  return JSON.stringify(
    Object.keys(image)
      .sort()
      .map((name) => [name, image[name]]),
  );
}
