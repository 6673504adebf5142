import type { ItemImage, OperationData, ReadOperation, TableEngine, WriteOperation } from '../table-engine';

/** Stands between the requests to a table and its copies, and counts what they cost. */
export interface Throughput {
  /**
   * Executes an operation if there is capacity for it.
   *
   * @param engine Copy that is asked, in this Region or agreed by all.
   * @param standsFor How many requests this one stands for.
   * @throws ServiceError when there is none, or what the copy throws.
   */
  execute(engine: TableEngine, region: string, request: TableRequest, standsFor: number): Promise<OperationData>;

  /** Counts a change that a replica takes over from another Region; it is never refused. */
  replicate(region: string, before: ItemImage | undefined, after: ItemImage | undefined, standsFor: number): void;
}

/** One request to a table. */
export type TableRequest =
  | { readonly kind: 'read'; readonly operation: ReadOperation; readonly input: OperationData }
  | { readonly kind: 'write'; readonly operation: WriteOperation; readonly input: OperationData; readonly key: string };

/** A table that takes whatever comes. */
export const UNMETERED: Throughput = {
  execute: (engine, _region, { operation, input }) => engine.execute(operation, input),
  replicate: () => {},
};
