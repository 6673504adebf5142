import { Stream } from 'node:stream';

/** Options of a range read, as dynalite's actions give them. */
interface Range {
  readonly gte?: string;
  readonly gt?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

type Callback<T> = (error: null, value?: T) => void;

/**
 * Keys in order, in the shape that dynalite's actions expect of a LevelDB.
 *
 * Everything answers at once: no disk, no real timers, no thread pool, so virtual time never waits for it. Values are handed out by
 * reference: they must never be changed. Keys are grouped by partition from the first time that one is read as a range, since many stores
 * are only ever asked for single keys.
 */
export class SortedStore<T> {
  private readonly values = new Map<string, T>();
  private partitions: Map<string, string[]> | undefined;

  /**
   * @param keep Makes of a value that comes in the one that is stored.
   * @param share Gives the text to store for a key.
   */
  constructor(
    private readonly keep: (value: T) => T,
    private readonly share: (key: string) => string,
  ) {}

  /** dynalite locks an item for the length of an operation; operations here never overlap. */
  lock(_key: string, run: (release: <F extends (...args: never[]) => void>(callback: F) => F) => void): void {
    run((callback) => callback);
  }

  /** Reads one value. */
  get(key: string, callback: Callback<T>): void {
    callback(null, this.values.get(key));
  }

  /** Stores one value. */
  put(key: string, value: T, callback?: Callback<never>): void {
    const stored = this.values.has(key) ? key : this.add(key);
    this.values.set(stored, this.keep(value));
    callback?.(null);
  }

  /** Removes one value. */
  del(key: string, callback?: Callback<never>): void {
    if (this.values.delete(key)) removeSorted(this.partitions?.get(prefixOf(key)) ?? [], key);
    callback?.(null);
  }

  /** The value under a key. */
  peek(key: string): T | undefined {
    return this.values.get(key);
  }

  /** Every key, sorted. */
  keys(): string[] {
    return [...this.values.keys()].sort();
  }

  /** The values of a range as `data` events, in microtasks, then `end`. */
  createValueStream(range: Range = {}): Stream {
    const stream = new Stream();
    const keys = this.select(range);
    queueMicrotask(() => {
      for (const key of keys) stream.emit('data', this.values.get(key));
      stream.emit('end');
    });
    return stream;
  }

  private select(range: Range): string[] {
    const bound = range.gte ?? range.gt ?? range.lte ?? range.lt;
    const all =
      bound === undefined || !isWithinPartition(range) ? this.keys() : (this.grouped().get(prefixOf(bound)) ?? []);
    const low = range.gte ?? range.gt;
    const high = range.lte ?? range.lt;
    const start = low === undefined ? 0 : lowerBound(all, low, range.gte === undefined);
    const end = high === undefined ? all.length : lowerBound(all, high, range.lte !== undefined);
    const keys = all.slice(start, end);
    if (range.reverse) keys.reverse();
    return range.limit !== undefined && range.limit >= 0 ? keys.slice(0, range.limit) : keys;
  }

  private add(key: string): string {
    const shared = this.share(key);
    if (this.partitions) insert(this.partitions, shared);
    return shared;
  }

  private grouped(): Map<string, string[]> {
    if (!this.partitions) {
      this.partitions = new Map();
      for (const key of this.keys()) insert(this.partitions, key);
    }
    return this.partitions;
  }
}

/** Most partitions hold one key: a list that is made of it takes a seventh of the memory of one that it is added to. */
function insert(partitions: Map<string, string[]>, key: string): void {
  const prefix = prefixOf(key);
  const partition = partitions.get(prefix);
  if (partition) insertSorted(partition, key);
  else partitions.set(prefix, [key]);
}

/** dynalite's keys are `<hash of the partition key>/<partition key>/<rest>`; the first two parts name the partition. */
function prefixOf(key: string): string {
  const first = key.indexOf('/');
  const second = first < 0 ? -1 : key.indexOf('/', first + 1);
  return second < 0 ? key : key.slice(0, second + 1);
}

function isWithinPartition({ gte, gt, lt, lte }: Range): boolean {
  const bounds = [gte ?? gt, lte ?? lt];
  const [low, high] = bounds.map((bound) => (bound === undefined ? undefined : prefixOf(bound)));
  return low !== undefined && low === high && low.endsWith('/');
}

/** Index of the first key that is not below `bound`, or not at or below it when `after` is set. */
function lowerBound(keys: readonly string[], bound: string, after: boolean): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const key = keys[middle] as string;
    if (key < bound || (after && key === bound)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insertSorted(keys: string[], key: string): void {
  keys.splice(lowerBound(keys, key, false), 0, key);
}

function removeSorted(keys: string[], key: string): void {
  const index = lowerBound(keys, key, false);
  if (keys[index] === key) keys.splice(index, 1);
}
