/** Remembers the last entries that were added, so many at most. */
export class Recent<Key, Value> {
  private readonly entries = new Map<Key, Value>();

  /** @param most How many are remembered. */
  constructor(private readonly most: number) {}

  /** What was added under a key; nothing once it is forgotten. */
  get(key: Key): Value | undefined {
    return this.entries.get(key);
  }

  /** Adds an entry, and forgets the oldest one if they are too many. What is added in the place of another keeps its age. */
  set(key: Key, value: Value): void {
    this.entries.set(key, value);
    if (this.entries.size > this.most) this.entries.delete(this.entries.keys().next().value as Key);
  }
}
