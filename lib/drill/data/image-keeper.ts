import type { ItemImage } from './table-engine';

/**
 * Makes of items that dynalite's actions hand over what is stored of them: copies as JSON keeps them, which is how dynalite's own store
 * does. The actions' own share parts with requests, have holes and know no prototypes, and the actions stumble over that when they read it.
 *
 * Copies are frozen, which tells them from everything that comes from elsewhere: what a copy of the table has handed out is not copied
 * again, so that replicas share what they all hold, and so do a table and its indexes.
 */
export class ImageKeeper {
  private readonly copies = new WeakMap<ItemImage, ItemImage>();

  /** The item as it is stored. */
  readonly keep = (item: ItemImage): ItemImage => {
    if (Object.isFrozen(item)) return item;
    let copy = this.copies.get(item);
    if (!copy) {
      // Objects that the parser makes are as large as what they hold, and not larger to grow.
      copy = Object.freeze(JSON.parse(JSON.stringify(item)) as ItemImage);
      this.copies.set(item, copy);
    }
    return copy;
  };
}
