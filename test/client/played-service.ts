import { type Attempt, type ClientInit, type ClientProps, createClient } from '../../lib/client';
import { Scheduler } from '../../lib/drill/kernel/scheduler';

/** Host names of the application that tests play. */
export const NAME = 'api.example.com';

/** What a host does with a request. */
export type Behaviour =
  | number
  | 'silence'
  | 'refused'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly afterMs?: number };

/** A request as it arrived. */
export interface Arrival {
  readonly host: string;
  readonly atMs: number;
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: Record<string, string>;
  readonly body: unknown;
  /** Whether the client has taken it back. */
  readonly signal: AbortSignal;
  readonly init: RequestInit;
}

/** Time that an answer takes, in milliseconds. */
export const ANSWER_MS = 10;

const DRAW = 0.5;

/**
 * A client before hosts that the test plays, in virtual time. `us-east-2` and `us-west-2` serve; what is not played answers 200.
 *
 * Chance is out of it unless a test brings it: waits are half of what they can be.
 */
export function play(behaviours: Record<string, Behaviour | Behaviour[]> = {}, props: Partial<ClientProps> = {}) {
  const scheduler = new Scheduler();
  const arrivals: Arrival[] = [];
  const attempts: Attempt[] = [];
  const answer = (host: string): Behaviour => {
    const behaviour = behaviours[host] ?? 200;
    if (!Array.isArray(behaviour)) return behaviour;
    return (behaviour.length > 1 ? behaviour.shift() : behaviour[0]) ?? 200;
  };
  const send = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    const url = String(input);
    const host = new URL(url).hostname;
    const headers = { ...(init.headers as Record<string, string>) };
    const { method, body, signal } = init;
    arrivals.push({ host, atMs: scheduler.nowMs, url, method, headers, body, signal: signal as AbortSignal, init });
    const behaviour = answer(host);
    if (behaviour === 'silence') {
      // As the platform's own: it rejects when it is taken back.
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    }
    const {
      status,
      headers: given,
      afterMs = ANSWER_MS,
    } = typeof behaviour === 'object' ? behaviour : { status: behaviour as number };
    await scheduler.sleep(afterMs);
    if (behaviour === 'refused') throw new TypeError('fetch failed');
    return new Response(status === 204 ? null : `${status} from ${host}`, {
      status,
      ...(given ? { headers: given } : {}),
    });
  };
  const client = createClient({
    name: NAME,
    regions: ['us-east-2', 'us-west-2'],
    fetch: send as typeof fetch,
    clock: {
      now: () => scheduler.nowMs,
      after: (delayMs, run) => {
        const timer = scheduler.after(delayMs, run);
        return () => scheduler.cancel(timer);
      },
    },
    random: () => DRAW,
    onAttempt: (attempt) => attempts.push(attempt),
    ...props,
  });
  /** Lets a call come to its end: its status or error, and how long it took. */
  const call = async (path = '/parcels/1', init: ClientInit = {}) => {
    const startMs = scheduler.nowMs;
    const work = client(path, init).then(
      ({ status }): number | Error => status,
      (error: Error) => error,
    );
    const outcome = await scheduler.runUntilSettled(work, startMs + 3_600_000);
    return { outcome, tookMs: scheduler.nowMs - startMs };
  };
  /** Hosts that were asked since the last look, without the domain. */
  const asked = (): string[] =>
    arrivals.splice(0).map(({ host }) => host.replace(`.${NAME}`, '').replace(NAME, 'shared'));
  return {
    client,
    call,
    asked,
    arrivals,
    attempts,
    behaviours,
    scheduler,
    wait: (ms: number) => scheduler.run(scheduler.nowMs + ms),
  };
}
