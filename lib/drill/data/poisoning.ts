import type { RandomStream } from '../kernel/random';
import type { ReplicatedTable } from './replicated-table';
import type { TableDefinition } from './table-definition';
import type { ItemImage } from './table-engine';

/** What a poisoned attribute holds: a type that no reader expects. */
const POISON = { NULL: true } as const;

/**
 * Poison data: a bad write that overwrites items, and travels from Region to Region as fast as a good one. Every attribute that is no part
 * of a key is replaced by NULL, so that the items are still found and cannot be read.
 *
 * So failed Google Cloud on 12 June 2025: a policy with blank fields was replicated to every region within seconds.
 *
 * @see https://status.cloud.google.com/incidents/ow5i3PPK96RduMcb1SsW
 */
export class Poisoning {
  private readonly originals = new Map<string, ItemImage>();
  private readonly keyAttributes: ReadonlySet<string>;

  constructor(
    definition: Pick<TableDefinition, 'keySchema' | 'globalIndexes' | 'localIndexes'>,
    private readonly table: Pick<ReplicatedTable, 'overwrite' | 'keysIn'>,
    private readonly region: string,
  ) {
    const { keySchema, globalIndexes, localIndexes } = definition;
    const schemas = [keySchema, ...[...globalIndexes, ...localIndexes].map(({ KeySchema }) => KeySchema)];
    this.keyAttributes = new Set(schemas.flat().map(({ AttributeName }) => AttributeName));
  }

  /**
   * Overwrites a share of the items that the Region holds now.
   *
   * @param share From 0 to 1.
   * @returns how many.
   */
  begin(share: number, random: RandomStream): number {
    for (const key of this.table.keysIn(this.region)) {
      if (!random.chance(share)) continue;
      this.table.overwrite(this.region, key, (image) => {
        this.originals.set(key, image);
        return this.changed(image, () => POISON);
      });
    }
    return this.originals.size;
  }

  /**
   * Writes the originals back, attribute by attribute, where the poison still is: what was written meanwhile stays.
   *
   * @returns how many items it wrote.
   */
  end(): number {
    const count = this.originals.size;
    for (const [key, original] of this.originals) {
      this.table.overwrite(this.region, key, (image) =>
        this.changed(image, (value, name) => ('NULL' in value ? original[name] : undefined)),
      );
    }
    this.originals.clear();
    return count;
  }

  private changed(
    image: ItemImage,
    change: (value: ItemImage[string], name: string) => ItemImage[string] | undefined,
  ): ItemImage {
    const entries = Object.entries(image).map(([name, value]) => [
      name,
      this.keyAttributes.has(name) ? value : (change(value, name) ?? value),
    ]);
    return Object.fromEntries(entries);
  }
}
