/** Keys that are remembered: what one copy of a table stores the others store soon after, unless a fault is in the way. */
const REMEMBERED_KEYS = 1024;

/** Gives one text for equal keys, as long as they come soon after each other, so that copies of a table need not each hold their own. */
export class RecentKeys {
  private readonly keys = new Map<string, string>();

  /** The text that an equal key was given before, or this one. */
  readonly share = (key: string): string => {
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    this.keys.set(key, key);
    if (this.keys.size > REMEMBERED_KEYS) this.keys.delete(this.keys.keys().next().value as string);
    return key;
  };
}
