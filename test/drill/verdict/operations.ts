import type { Client } from '../../../lib/drill/clients/population';
import type { OperationRecord } from '../../../lib/drill/clients/traffic';
import { geography } from '../dns/records';

/** Virtual time of the strike in every test. */
export const STRIKE_MS = 600_000;

/** An operation of a client that takes 100 ms; `rest` replaces what a test says otherwise. */
export function operation(atSeconds: number, ok: boolean, rest: Partial<OperationRecord> = {}): OperationRecord {
  const startMs = STRIKE_MS + 1000 * atSeconds;
  return {
    ok,
    attempts: 1,
    tries: [],
    region: 'us-east-2',
    client: { geography: geography('us-central') } as Client,
    kind: 'list-route',
    startMs,
    endMs: startMs + 100,
    weight: 1,
    ...(ok ? {} : { failure: '503' }),
    ...rest,
  };
}
