import { itemSize } from 'dynalite/db';
import { fieldsConstant } from '../../model/constants';
import type { IndexDefinition, TableDefinition } from '../table-definition';
import type { ItemImage } from '../table-engine';

const UNIT_BYTES = fieldsConstant('ddb.unit');

const sizes = new WeakMap<ItemImage, number>();

/** Units that a strongly consistent read of these items takes, all together; one at least, even of nothing. */
export function readUnits(images: readonly ItemImage[]): number {
  return unitsOf(
    images.reduce((sum, image) => sum + bytesOf(image), 0),
    UNIT_BYTES.read ?? 1,
  );
}

/** Units that a write takes: of the larger one of the item before and after, at least one. */
export function writeUnits(before: ItemImage | undefined, after: ItemImage | undefined): number {
  return unitsOf(Math.max(before ? bytesOf(before) : 0, after ? bytesOf(after) : 0), UNIT_BYTES.write ?? 1);
}

/** A write that DynamoDB makes to an index because an item has changed. */
export interface IndexWrite {
  readonly index: string;
  readonly units: number;
  /** What is written, or taken away. */
  readonly entry: ItemImage;
}

/**
 * The writes to a table's global indexes that a change of an item causes: none where nothing that the index holds has changed,
 * two where the item moves within it.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
export function indexWrites(
  table: TableDefinition,
  before: ItemImage | undefined,
  after: ItemImage | undefined,
): readonly IndexWrite[] {
  return table.globalIndexes.flatMap((index) => {
    const [old, fresh] = [entryOf(table, index, before), entryOf(table, index, after)];
    const write = (entry: ItemImage, from?: ItemImage): IndexWrite => ({
      index: index.IndexName,
      units: writeUnits(from, entry),
      entry,
    });
    if (!fresh) return old ? [write(old)] : [];
    if (!old) return [write(fresh)];
    const isMoved = index.KeySchema.some(({ AttributeName }) => !isSame(old, fresh, AttributeName));
    if (isMoved) return [write(old), write(fresh)];
    const names = new Set([...Object.keys(old), ...Object.keys(fresh)]);
    return [...names].every((name) => isSame(old, fresh, name)) ? [] : [write(fresh, old)];
  });
}

/** What an index holds of an item; nothing when the item lacks one of its keys. */
function entryOf(table: TableDefinition, index: IndexDefinition, image: ItemImage | undefined): ItemImage | undefined {
  const { KeySchema, Projection } = index;
  if (!image || KeySchema.some(({ AttributeName }) => image[AttributeName] === undefined)) return undefined;
  if (Projection.ProjectionType === 'ALL') return image;
  const keys = [...KeySchema, ...table.keySchema].map(({ AttributeName }) => AttributeName);
  const held = [...keys, ...(Projection.NonKeyAttributes ?? [])];
  return Object.fromEntries(Object.entries(image).filter(([name]) => held.includes(name)));
}

function isSame(left: ItemImage, right: ItemImage, name: string): boolean {
  return left[name] === right[name] || JSON.stringify(left[name]) === JSON.stringify(right[name]);
}

function bytesOf(image: ItemImage): number {
  let bytes = sizes.get(image);
  if (bytes === undefined) {
    bytes = itemSize(image);
    sizes.set(image, bytes);
  }
  return bytes;
}

function unitsOf(bytes: number, unitBytes: number): number {
  return Math.max(1, Math.ceil(bytes / unitBytes));
}
