import { getIndexActions } from 'dynalite/db';
import { ImageKeeper } from './image-keeper';
import { Recent } from './recent';
import type { TableDefinition } from './table-definition';
import type { ItemImage } from './table-engine';

/** What a change of an item does to one kind of indexes. */
interface IndexChange {
  /** As names of index stores begin. */
  readonly kind: 'local' | 'global';
  readonly puts: readonly { readonly index: string; readonly key: string; readonly item: ItemImage }[];
  readonly deletes: readonly { readonly index: string; readonly key: string }[];
}

/** What is remembered for the other copies: what one of them stores the others store soon after, unless a fault is in the way. */
const REMEMBERED = { keys: 1024, changes: 256 } as const;

/** What all copies of a table have in common: its description as dynalite reads it, and what they make of an item. */
export class TableShape {
  /** The table as DescribeTable gives it. */
  readonly description: Readonly<Record<string, unknown>>;
  /** Makes of items what is stored of them. */
  readonly images = new ImageKeeper();
  private readonly keys = new Recent<string, string>(REMEMBERED.keys);
  private readonly changes = new Recent<ItemImage, { existing: ItemImage | undefined; of: readonly IndexChange[] }>(
    REMEMBERED.changes,
  );

  constructor(table: TableDefinition) {
    const active = (indexes: TableDefinition['globalIndexes']) =>
      indexes.length > 0 ? indexes.map((index) => ({ ...index, IndexStatus: 'ACTIVE' })) : undefined;
    this.description = {
      TableName: table.name,
      TableStatus: 'ACTIVE',
      KeySchema: table.keySchema,
      AttributeDefinitions: table.attributeDefinitions,
      GlobalSecondaryIndexes: active(table.globalIndexes),
      LocalSecondaryIndexes: active(table.localIndexes),
    };
  }

  /** The text to store for a key: the one that another copy stores for it, where that was not long ago. */
  readonly shareKey = (key: string): string => {
    const known = this.keys.get(key);
    if (known === undefined) this.keys.set(key, key);
    return known ?? key;
  };

  /** What becomes of the indexes when an item takes another's place. Copies that make the same change share its keys and items. */
  indexChanges(existing: ItemImage | undefined, image: ItemImage | undefined): readonly IndexChange[] {
    const known = image && this.changes.get(image);
    if (known && known.existing === existing) return known.of;
    const of = (['local', 'global'] as const).flatMap((kind) => this.changesOf(kind, existing, image));
    if (image) this.changes.set(image, { existing, of });
    return of;
  }

  private changesOf(
    kind: IndexChange['kind'],
    existing: ItemImage | undefined,
    image: ItemImage | undefined,
  ): readonly IndexChange[] {
    const indexes = this.description[kind === 'local' ? 'LocalSecondaryIndexes' : 'GlobalSecondaryIndexes'];
    if (!indexes) return [];
    const { puts, deletes } = getIndexActions(indexes, existing, image, this.description);
    return [
      { kind, puts: puts.map(({ index, key, item }) => ({ index, key, item: this.images.keep(item) })), deletes },
    ];
  }
}
