import deleteItem from 'dynalite/actions/deleteItem';
import getItem from 'dynalite/actions/getItem';
import putItem from 'dynalite/actions/putItem';
import query from 'dynalite/actions/query';
import scan from 'dynalite/actions/scan';
import updateItem from 'dynalite/actions/updateItem';
import { createKey } from 'dynalite/db';
import conditionParser from 'dynalite/db/conditionParser';
import updateParser from 'dynalite/db/updateParser';
import { checkTypes, checkValidations } from 'dynalite/validations';
import * as deleteItemRules from 'dynalite/validations/deleteItem';
import * as getItemRules from 'dynalite/validations/getItem';
import * as putItemRules from 'dynalite/validations/putItem';
import * as queryRules from 'dynalite/validations/query';
import * as scanRules from 'dynalite/validations/scan';
import * as updateItemRules from 'dynalite/validations/updateItem';
import { NotModelled } from '../not-modelled';
import { rememberExpressions } from './expression-cache';
import { lightenStreams } from './light-streams';
import { SortedStore } from './sorted-store';
import {
  type ItemImage,
  type OperationData,
  type ReadOperation,
  ServiceError,
  type TableEngine,
  type WriteOperation,
} from './table-engine';
import type { TableShape } from './table-shape';

const OPERATIONS = {
  GetItem: { action: getItem, rules: getItemRules },
  PutItem: { action: putItem, rules: putItemRules },
  UpdateItem: { action: updateItem, rules: updateItemRules },
  DeleteItem: { action: deleteItem, rules: deleteItemRules },
  Query: { action: query, rules: queryRules },
  Scan: { action: scan, rules: scanRules },
} as const;

rememberExpressions(conditionParser);
rememberExpressions(updateParser);
lightenStreams();

/** Largest item DynamoDB stores, in bytes. @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_ITEM_BYTES = 409_600;

/**
 * A table copy whose semantics come from dynalite: its validations, its expression parsers and its actions run
 * unchanged, over a store of ours that answers at once.
 */
export class DynaliteEngine implements TableEngine {
  private readonly items: SortedStore<ItemImage>;
  private readonly indexes = new Map<string, SortedStore<ItemImage>>();
  private readonly store: Readonly<Record<string, unknown>>;

  /** @param shape Of the table that this engine holds one copy of; its copies share it. */
  constructor(private readonly shape: TableShape) {
    this.items = new SortedStore(shape.images.keep, shape.shareKey);
    this.store = {
      options: { maxItemSize: MAX_ITEM_BYTES },
      getTable: (_name: string, checkStatus: unknown, callback?: unknown) =>
        ((callback ?? checkStatus) as (error: null, table: unknown) => void)(null, shape.description),
      getItemDb: () => this.items,
      getIndexDb: (kind: string, _table: string, index: string) => this.index(`${kind.toLowerCase()}/${index}`),
    };
  }

  execute(operation: ReadOperation | WriteOperation, input: OperationData): Promise<OperationData> {
    const { action, rules } = OPERATIONS[operation];
    for (const parameter of Object.keys(input)) {
      if (!(parameter in rules.types)) throw new NotModelled(`DynamoDB ${operation} parameter ${parameter}`);
    }
    return new Promise((resolve, reject) => {
      try {
        const data = checkTypes({ ...input }, rules.types);
        checkValidations(data, rules.types, rules.custom, this.store);
        action(this.store, data, (error, output) => {
          if (error) reject(asServiceError(error));
          else resolve(output ?? {});
        });
      } catch (error) {
        reject(asServiceError(error));
      }
    });
  }

  keyOf(item: ItemImage): string {
    return createKey(item, this.shape.description);
  }

  image(key: string): ItemImage | undefined {
    return this.items.peek(key);
  }

  apply(key: string, image: ItemImage | undefined): void {
    const existing = this.items.peek(key);
    for (const { deletes, puts, kind } of this.shape.indexChanges(existing, image)) {
      for (const stale of deletes) this.index(`${kind}/${stale.index}`).del(stale.key);
      for (const entry of puts) this.index(`${kind}/${entry.index}`).put(entry.key, entry.item);
    }
    if (image) this.items.put(key, image);
    else this.items.del(key);
  }

  keys(): string[] {
    return this.items.keys();
  }

  private index(name: string): SortedStore<ItemImage> {
    let index = this.indexes.get(name);
    if (!index) {
      index = new SortedStore(this.shape.images.keep, this.shape.shareKey);
      this.indexes.set(name, index);
    }
    return index;
  }
}

/** dynalite reports a refusal as an error with `statusCode` and `body`; anything else is a defect and stays one. */
function asServiceError(error: unknown): unknown {
  const { statusCode, body } = error as {
    statusCode?: number;
    body?: { __type: string; message?: string; Message?: string };
  };
  if (statusCode === undefined || body === undefined) return error;
  return new ServiceError(statusCode, body.__type, body.message ?? body.Message ?? body.__type);
}
