import { type ClientInit, createClient, type RegionalFetch } from '../../client';
import type { HttpAnswer, HttpRequest } from '../api/http-event';
import type { RandomStream } from '../kernel/random';
import { unresolvable } from '../network/stub-resolver';
import { NotModelled } from '../not-modelled';
import { type FetchInit, virtualFetch } from '../sandbox/virtual-fetch';
import type { World } from '../world/world';
import { beginExchange } from './exchange';
import type { Client } from './population';
import { type TimedTry, type Try, tryOf } from './try';

/** What a call through the library may say in the drill. */
export interface TracedInit extends ClientInit {
  /** Takes down the tries of the call, in order; the library passes it on to `fetch`, as everything that is not its own. */
  readonly trace: TimedTry[];
}

/** Which clients use the library. */
export interface LibraryProps {
  /** Share of them, from 0 to 1. */
  readonly share: number;
  /** Shared name. */
  readonly host: string;
  /** Draws who they are and what the library leaves to chance; a stream of its own. */
  readonly random: RandomStream;
}

/**
 * Gives a share of the clients the library that forks ship to theirs: the very code of `lib/client`, in virtual time and over
 * virtual connections.
 *
 * @throws NotModelled when a Region has no name of its own to be asked by.
 */
export function equipClients(world: World, clients: readonly Client[], props: LibraryProps): readonly Client[] {
  const { share, host, random } = props;
  if (share === 0) return clients;
  for (const region of world.servingRegions) {
    const name = `${region}.${host}`;
    if (!world.apiIn(region, name)) throw new NotModelled(`clients with lib/client: no API serves ${name}`);
  }
  return clients.map((client) =>
    random.chance(share) ? { ...client, library: libraryOf(world, client, host, random) } : client,
  );
}

function libraryOf(world: World, client: Client, host: string, random: RandomStream): RegionalFetch {
  const { scheduler } = world.context;
  return createClient({
    name: host,
    regions: world.servingRegions,
    fetch: deviceFetch(world, client) as unknown as typeof fetch,
    random: () => random.next(),
    clock: {
      now: () => scheduler.nowMs,
      after: (delayMs, run) => {
        const timer = scheduler.after(delayMs, run);
        return () => scheduler.cancel(timer);
      },
    },
  });
}

/** The `fetch` of a device. */
function deviceFetch(world: World, client: Client) {
  const { scheduler } = world.context;
  return (input: unknown, { trace, ...init }: FetchInit & TracedInit): Promise<unknown> => {
    const outbound = (request: HttpRequest): Promise<HttpAnswer> => {
      const startMs = scheduler.nowMs;
      const takeDown = (made: Try): number => trace.push({ ...made, startMs, endMs: scheduler.nowMs });
      const exchange = beginExchange(world, client, request);
      if ('unsent' in exchange) {
        const { unsent, afterMs } = exchange;
        trace.push({ ...unsent, startMs, endMs: startMs + afterMs });
        return scheduler.sleep(afterMs).then(() => Promise.reject(unresolvable(request.host)));
      }
      let isOver = false;
      init.signal?.addEventListener('abort', () => {
        if (!isOver) takeDown(exchange.giveUp());
      });
      // What rejects here is a defect of the drill, which the library must not take for a broken connection.
      return exchange.answer.then(
        (answer) => {
          isOver = true;
          if (!init.signal?.aborted) takeDown(tryOf(exchange, answer));
          return answer;
        },
        (error) => scheduler.abort(error),
      );
    };
    return virtualFetch(outbound, (error) => scheduler.abort(error))(input, {
      ...init,
      redirect: 'manual',
    } as FetchInit);
  };
}
