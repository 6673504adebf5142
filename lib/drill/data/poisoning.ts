import type { RandomStream } from '../kernel/random';
import type { ReplicatedTable } from './replicated-table';
import type { TableDefinition } from './table-definition';
import type { ItemImage, OperationData } from './table-engine';

/** What a poisoned attribute holds: a type that no reader expects. */
const POISON = { NULL: true } as const;

/** An attribute's value, or nothing where it stays as it is. */
type Change = (value: ItemImage[string], name: string) => ItemImage[string] | undefined;

/**
 * Poison data: a bad write that overwrites items of a table, and travels from Region to Region as fast as a good one. Every attribute that is
 * no part of a key is replaced by NULL, so that items are still found, and cannot be read.
 *
 * So failed Google Cloud on 12 June 2025: a policy with blank fields was replicated to every region within seconds.
 *
 * Simplified: the writes are made at one instant and past the endpoint's faults; they count towards capacity and are never refused for it.
 *
 * @see https://status.cloud.google.com/incidents/ow5i3PPK96RduMcb1SsW
 */
export class Poisoning {
  private readonly originals = new Map<string, ItemImage>();
  private readonly keyNames: readonly string[];
  private readonly keptNames: ReadonlySet<string>;
  private isStanding = false;

  /**
   * @param region Where the bad write is made.
   * @param phaseId What names it as a cause.
   */
  constructor(
    definition: Pick<TableDefinition, 'keySchema' | 'globalIndexes' | 'localIndexes'>,
    private readonly table: Pick<ReplicatedTable, 'overwrite' | 'copyIn'>,
    private readonly region: string,
    readonly phaseId: string,
  ) {
    const { keySchema, globalIndexes, localIndexes } = definition;
    const indexKeys = [...globalIndexes, ...localIndexes].flatMap(({ KeySchema }) => KeySchema);
    this.keyNames = keySchema.map(({ AttributeName }) => AttributeName);
    this.keptNames = new Set([...keySchema, ...indexKeys].map(({ AttributeName }) => AttributeName));
  }

  /** Whether it was made, and is yet to be undone. */
  get stands(): boolean {
    return this.isStanding;
  }

  /**
   * Overwrites a share of the items that the Region holds now.
   *
   * @param share From 0 to 1.
   * @param random A stream of its own.
   * @returns how many items were overwritten.
   */
  begin(share: number, random: RandomStream): number {
    this.isStanding = true;
    const struck = this.table
      .copyIn(this.region)
      .keys()
      .filter(() => random.chance(share));
    return this.overwrite(struck, (key) => (value, name) => {
      if ('NULL' in value) return undefined;
      const original = this.originals.get(key) ?? {};
      this.originals.set(key, { ...original, [name]: value });
      return POISON;
    });
  }

  /**
   * Writes the originals back, attribute by attribute, where the poison still is: what was written or deleted meanwhile stays so.
   *
   * @returns how many items were overwritten.
   */
  end(): number {
    this.isStanding = false;
    return this.overwrite(
      [...this.originals.keys()],
      (key) => (value, name) => ('NULL' in value ? this.originals.get(key)?.[name] : undefined),
    );
  }

  /** Whether a request of a Region, or what it is answered, is about an item that is poisoned there. */
  touches(region: string, { Key }: OperationData, output: OperationData = {}): boolean {
    if (this.originals.size === 0) return false;
    const { Item, Items = [] } = output as { readonly Item?: ItemImage; readonly Items?: readonly ItemImage[] };
    const images = [...Items, ...(Item ? [Item] : [])];
    if (images.some((image) => this.isPoisoned(this.keyOf(region, image), image))) return true;
    const asked = this.keyOf(region, (Key ?? {}) as ItemImage);
    return asked !== undefined && this.isPoisoned(asked, this.table.copyIn(region).image(asked));
  }

  private isPoisoned(key: string | undefined, image: ItemImage = {}): boolean {
    const original = key === undefined ? undefined : this.originals.get(key);
    return original !== undefined && Object.keys(original).some((name) => 'NULL' in (image[name] ?? {}));
  }

  /** The key of an image, if all of it is there. */
  private keyOf(region: string, image: ItemImage): string | undefined {
    return this.keyNames.every((name) => image[name] !== undefined)
      ? this.table.copyIn(region).keyOf(image)
      : undefined;
  }

  private overwrite(keys: readonly string[], changeOf: (key: string) => Change): number {
    return keys.filter((key) => this.table.overwrite(this.region, key, (image) => this.changed(image, changeOf(key))))
      .length;
  }

  private changed(image: ItemImage, change: Change): ItemImage | undefined {
    const changes = Object.entries(image).flatMap(([name, value]) => {
      const changed = this.keptNames.has(name) ? undefined : change(value, name);
      return changed ? [[name, changed] as const] : [];
    });
    return changes.length === 0 ? undefined : { ...image, ...Object.fromEntries(changes) };
  }
}
