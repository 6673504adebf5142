/** How a Region answers. */
export type Condition =
  /** As it should. */
  | 'well'
  /** With 503. */
  | 'failing'
  /** Not at all: the connection is refused. */
  | 'refusing'
  /** Not at all: the connection stays open. */
  | 'hanging'
  /** With what a proxy would say. */
  | 'nonsense';

/** One Region of the application. */
export class NamedRegion {
  condition: Condition = 'well';
  /** Time an answer takes, in milliseconds. */
  latencyMs = 50;
  /** Condition of the next requests, before {@link condition} counts again. */
  readonly next: Condition[] = [];
  /** Whether what is written elsewhere arrives, and what is written here leaves. */
  isReplicating = true;
  /** Marks as this Region has them. */
  readonly marks = new Map<string, string>();
  /** Requests of probes that arrived. */
  readonly seen: { readonly method: string; readonly probeId: string }[] = [];

  constructor(readonly name: string) {}
}

/** An answer as a server sends it, before time passes. */
interface Served {
  readonly status: number;
  readonly body: unknown;
}

/**
 * The host names of a deployed application without a network: each Region's own and the shared one, with the probe routes and the
 * health route behind them. Answers take fake time.
 */
export class ApplicationNames {
  readonly regions: ReadonlyMap<string, NamedRegion>;
  /** Region the shared name leads to; nothing when it has no address. */
  leadsTo: string | undefined;
  /** What the shared name leads to after each look-up, before {@link leadsTo} counts again. */
  readonly leadsNext: string[] = [];
  /** Time replication takes, in milliseconds. */
  lagMs = 0;

  constructor(
    readonly recordName: string,
    names: readonly string[],
  ) {
    this.regions = new Map(names.map((name) => [name, new NamedRegion(name)]));
    this.leadsTo = names[0];
  }

  region(name: string): NamedRegion {
    return this.regions.get(name) as NamedRegion;
  }

  /** `fetch` over these names. */
  readonly fetch = (async (input: string, init: RequestInit = {}): Promise<Response> => {
    const { hostname, pathname } = new URL(input);
    const region = this.#regionOf(hostname);
    if (!region) throw new TypeError('fetch failed', { cause: new Error(`getaddrinfo ENOTFOUND ${hostname}`) });
    const condition = region.next.shift() ?? region.condition;
    if (condition === 'refusing') throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    await this.#pass(condition === 'hanging' ? Number.POSITIVE_INFINITY : region.latencyMs, init.signal);
    if (condition === 'nonsense') return new Response('<html>Bad gateway</html>', { status: 200 });
    const { status, body } = this.#serve(region, condition, pathname, init);
    return new Response(JSON.stringify(body), { status });
  }) as typeof fetch;

  #regionOf(hostname: string): NamedRegion | undefined {
    const name =
      hostname === this.recordName
        ? (this.leadsNext.shift() ?? this.leadsTo)
        : hostname.slice(0, -this.recordName.length - 1);
    return name === undefined ? undefined : this.regions.get(name);
  }

  #pass(latencyMs: number, signal: AbortSignal | null | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (latencyMs !== Number.POSITIVE_INFINITY) setTimeout(resolve, latencyMs);
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
  }

  #serve(
    region: NamedRegion,
    condition: Condition,
    path: string,
    { method = 'GET', headers, body }: RequestInit,
  ): Served {
    if (path === '/health') {
      return { status: condition === 'well' ? 200 : 503, body: { status: condition, region: region.name } };
    }
    const authorization = new Headers(headers).get('authorization') ?? '';
    if (!authorization.includes(`/${region.name}/execute-api/aws4_request`)) {
      return { status: 403, body: { message: 'Forbidden' } };
    }
    const probeId = path.slice('/probes/'.length);
    region.seen.push({ method, probeId });
    if (condition === 'failing') return { status: 503, body: { type: 'tag:dispatch.example,2026:table-unavailable' } };
    if (method === 'PUT') this.#write(region, probeId, JSON.parse(String(body)).mark);
    const mark = region.marks.get(probeId);
    return mark === undefined
      ? { status: 404, body: { type: 'tag:dispatch.example,2026:probe-unknown', status: 404 } }
      : { status: 200, body: { probeId, mark, writtenAt: '2026-11-22T09:00:00.000Z', region: region.name } };
  }

  #write(region: NamedRegion, probeId: string, mark: string): void {
    region.marks.set(probeId, mark);
    for (const other of this.regions.values()) {
      if (other === region || !region.isReplicating || !other.isReplicating) continue;
      if (this.lagMs === 0) other.marks.set(probeId, mark);
      else setTimeout(() => other.marks.set(probeId, mark), this.lagMs);
    }
  }
}

/** Lets fake time pass until work is done, and says how long it took. */
export async function passUntil<Result>(work: Promise<Result>): Promise<{ result: Result; tookMs: number }> {
  const startMs = Date.now();
  const settled = { is: false };
  const done = work.finally(() => {
    settled.is = true;
  });
  while (!settled.is) await jest.advanceTimersByTimeAsync(10);
  return { result: await done, tookMs: Date.now() - startMs };
}
