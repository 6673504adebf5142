import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Outside } from '../../lib/operations/service-survey';

/** What a Region answers to `GET /health`; nothing, when it cannot be reached. */
export type HealthAnswer = { readonly status: number; readonly body: string } | undefined;

/** Answer of a Region that can serve. */
export const HEALTHY: HealthAnswer = { status: 200, body: '{"status":"healthy","region":"x"}' };

/** The world around an operation, without a network: what Regions answer, what their parameters hold, and what was written there. */
export class FakeWorld implements Outside {
  /** Values by `<region> <parameter>`. */
  readonly values = new Map<string, string>();
  /** Every write, as `<region> <parameter>=<value>`. */
  readonly writes: string[] = [];
  /** Regions whose parameters cannot be reached. */
  readonly lost = new Set<string>();
  /** Hosts that were asked. */
  readonly asked: string[] = [];

  /** @param answers Answers to `GET /health`, by host. */
  constructor(readonly answers: Readonly<Record<string, HealthAnswer>>) {}

  readonly fetch = (async (input: string | URL | Request) => {
    const { protocol, host, pathname } = new URL(String(input));
    this.asked.push(`${protocol}//${host}${pathname}`);
    const answer = this.answers[host];
    if (!answer) throw new TypeError('fetch failed', { cause: new Error('connect ETIMEDOUT') });
    return new Response(answer.body, { status: answer.status });
  }) as typeof fetch;

  readonly parameters = (region: string) => ({
    read: async (names: readonly string[]) => {
      this.#reach(region);
      return new Map(
        names.flatMap((name) => {
          const value = this.values.get(`${region} ${name}`);
          return value === undefined ? [] : [[name, value] as const];
        }),
      );
    },
    write: async (name: string, value: string) => {
      this.#reach(region);
      this.writes.push(`${region} ${name}=${value}`);
    },
  });

  #reach(region: string): void {
    if (this.lost.has(region)) throw new Error(`ssm.${region}.amazonaws.com does not answer`);
  }
}

/** A server on the loopback interface for the time of one test. */
export async function serving<Result>(
  handle: Parameters<typeof createServer>[1],
  act: (origin: string) => Promise<Result>,
): Promise<Result> {
  const server: Server = createServer(handle ?? (() => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await act(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
