import type { RandomStream } from '../../kernel/random';
import type { Values } from './template';

/** Records kept of each client, and of all of them; older ones are forgotten. A choice: people ask for what is recent. */
const MOST_KEPT = { ofClient: 100, ofAll: 5000 };

interface Entry {
  readonly client: number;
  readonly values: Values;
}

/** One pool: what each client has put in, and all of it together. */
interface Pool {
  readonly byClient: Map<number, Entry[]>;
  readonly all: Entry[];
}

/** Parameters of acknowledged writes, for later operations to refer to. */
export class RecordPools {
  private readonly pools = new Map<string, Pool>();

  /** Puts a record in. */
  add(name: string, client: number, values: Values): void {
    const pool = this.pools.get(name) ?? { byClient: new Map(), all: [] };
    this.pools.set(name, pool);
    const own = pool.byClient.get(client) ?? [];
    pool.byClient.set(client, own);
    const entry = { client, values };
    keep(own, entry, MOST_KEPT.ofClient);
    keep(pool.all, entry, MOST_KEPT.ofAll);
  }

  /** Whether there is a record. @param client Whose. @default - anybody's */
  has(name: string, client?: number): boolean {
    return this.entriesOf(name, client).length > 0;
  }

  /** A record at random; one that is taken is gone. */
  draw(name: string, client: number | undefined, take: boolean, random: RandomStream): Values {
    const entries = this.entriesOf(name, client);
    const entry = entries[random.index(entries.length)];
    if (!entry) throw new Error(`pool ${name}: nothing to draw from`);
    if (take) for (const owner of [undefined, entry.client]) remove(this.entriesOf(name, owner), entry);
    return entry.values;
  }

  private entriesOf(name: string, client: number | undefined): Entry[] {
    const pool = this.pools.get(name);
    return (client === undefined ? pool?.all : pool?.byClient.get(client)) ?? [];
  }
}

function keep(entries: Entry[], entry: Entry, most: number): void {
  entries.push(entry);
  if (entries.length > most) entries.shift();
}

function remove(entries: Entry[], entry: Entry): void {
  const index = entries.indexOf(entry);
  if (index >= 0) entries.splice(index, 1);
}
