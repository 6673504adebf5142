import { getIndexActions } from 'dynalite/db';
import { ImageKeeper } from './image-keeper';
import { RecentKeys } from './recent-keys';
import type { TableDefinition } from './table-definition';
import type { ItemImage } from './table-engine';

/** What a change of an item does to one kind of indexes. */
interface IndexChange {
  /** As names of index stores begin. */
  readonly kind: 'local' | 'global';
  readonly puts: readonly { readonly index: string; readonly key: string; readonly item: ItemImage }[];
  readonly deletes: readonly { readonly index: string; readonly key: string }[];
}

/** Changes that are remembered for the other copies. What arrives at one Region arrives at the others soon after, or when a fault is over. */
const REMEMBERED_CHANGES = 256;

/** What all copies of a table have in common: its description as dynalite reads it, and what they make of an item. */
export class TableShape {
  /** The table as DescribeTable gives it. */
  readonly description: Readonly<Record<string, unknown>>;
  /** Makes of items what is stored of them. */
  readonly images = new ImageKeeper();
  /** Makes one text of equal keys. */
  readonly keys = new RecentKeys();
  private readonly changes = new Map<ItemImage, { existing: ItemImage | undefined; of: readonly IndexChange[] }>();

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

  /** What becomes of the indexes when an item takes another's place. Copies that make the same change share its keys and items. */
  indexChanges(existing: ItemImage | undefined, image: ItemImage | undefined): readonly IndexChange[] {
    const known = image && this.changes.get(image);
    if (known && known.existing === existing) return known.of;
    const of = (['local', 'global'] as const).flatMap((kind) => this.changesOf(kind, existing, image));
    if (image) {
      this.changes.set(image, { existing, of });
      if (this.changes.size > REMEMBERED_CHANGES) this.changes.delete(this.changes.keys().next().value as ItemImage);
    }
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
