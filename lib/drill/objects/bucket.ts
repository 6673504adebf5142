/** One version of an object, or the marker of its deletion. */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  /** When it was written, at its source, in virtual milliseconds. */
  readonly writtenMs: number;
  /** What it holds; `undefined`: it marks a deletion. */
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * What one bucket holds. Reads see the last write at once; between buckets, the write that was made last is the one
 * that stays on top, in whatever order versions arrive.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel
 */
export class Bucket {
  private readonly versions = new Map<string, ObjectVersion[]>();

  /** @param versioned Whether overwritten and deleted objects stay. */
  constructor(private readonly versioned: boolean) {}

  /** Takes a version, one of this bucket or a replica. */
  put(version: ObjectVersion): void {
    const { key } = version;
    const known = this.versions.get(key) ?? [];
    if (known.some(({ versionId }) => versionId === version.versionId)) return;
    const all = [...known, version].sort((left, right) => left.writtenMs - right.writtenMs);
    this.versions.set(key, this.versioned ? all : all.slice(-1));
  }

  /** The current version of an object, which may mark its deletion; nothing when there never was one. */
  current(key: string): ObjectVersion | undefined {
    return this.versions.get(key)?.at(-1);
  }

  /** Keys of the objects that can be read, in the order in which they were first written. */
  keys(): readonly string[] {
    return [...this.versions.keys()].filter((key) => this.current(key)?.body !== undefined);
  }
}
