import type { EventRecord } from '../../lib/drill/kernel/event-record';

/** Virtual time of the strike in written logs. */
export const STRIKE_MS = 600_000;

/** The first record of a log that a test writes by hand. */
export function header(rest: Partial<EventRecord<'log'>> = {}): EventRecord<'log'> {
  return {
    t: 0,
    is: 'log',
    version: 1,
    startsAt: '2025-10-20T06:38:00.000Z',
    regions: ['us-east-2', 'us-west-2'],
    scenario: 'aws-2025-10-20-dynamodb-dns-us-east-1',
    seed: '7',
    strikeMs: STRIKE_MS,
    endMs: STRIKE_MS + 3_600_000,
    struckRegions: ['us-east-2'],
    requestsPerSecond: 20,
    ...rest,
  };
}

/** An operation that began at a second after the strike and took 100 ms a try. */
export function operation(
  atSeconds: number,
  rest: Partial<EventRecord<'operation'>> & { readonly tries?: EventRecord<'operation'>['tries'] } = {},
): EventRecord<'operation'> {
  const startMs = STRIKE_MS + 1000 * atSeconds;
  const { ok = true, region = 'us-east-2', failure = '503' } = rest;
  const wrong = ok ? {} : { failure, phase: 'p1' };
  const address = { from: 'device', ageMs: 42_000, ttlSeconds: 60 } as const;
  const tries =
    rest.tries ??
    Array.from({ length: ok ? 1 : 3 }, (_, index) => {
      const beganMs = startMs + 150 * index;
      return { region, startMs: beganMs, endMs: beganMs + 100, ...wrong, ...address };
    });
  return {
    t: tries.at(-1)?.endMs ?? startMs,
    is: 'operation',
    client: 1,
    geography: 'us-central',
    device: 'android',
    kind: 'list-route',
    startMs,
    ok,
    region,
    ...wrong,
    weight: 10,
    tries,
    ...rest,
  };
}

/** Records as a log gives them: in order of time. */
export async function* inOrder(...records: readonly EventRecord[]): AsyncGenerator<EventRecord> {
  yield* [...records].sort((left, right) => left.t - right.t);
}
