/**
 * A stored item that is not what this application writes: attributes are missing, or hold what no reader expects. A bad write has spoilt it; no
 * repetition mends that, and no other Region is free of it for longer than replication takes.
 *
 * @see docs/decisions/0044-an-item-that-cannot-be-read-is-refused.md
 */
export class UnreadableItem extends Error {
  /**
   * @param key Partition key of the item.
   * @param fields Attributes that are not what they should be; never what they hold.
   */
  constructor(
    readonly key: string,
    readonly fields: readonly string[],
  ) {
    super(`item ${key} cannot be read: ${fields.join(', ')}`);
    this.name = 'UnreadableItem';
  }
}
