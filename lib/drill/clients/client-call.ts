import type { HttpAnswer } from '../api/http-event';
import type { RandomStream } from '../kernel/random';
import { fieldsConstant, numberConstant } from '../model/constants';
import { backboneRoundTripMs } from '../model/round-trips';
import type { World } from '../world/world';
import type { Client } from './population';
import type { Operation } from './workload';

/** How an operation ended for its client. */
export interface OperationResult {
  readonly ok: boolean;
  /** Tries made. */
  readonly attempts: number;
  /** Region of the last try. @default - the name had no address */
  readonly region?: string;
  /** What the last failed try met, for example `500` or `time-out`. @default - no try failed */
  readonly failure?: string;
  /** Outage phase behind the last failed try, as far as the drill knows. @default - unknown, or none */
  readonly phaseId?: string;
}

/** Tries of one operation: what the AWS SDKs do by default (`sdk.retry.attempts.new`, clients other than DynamoDB's). */
const MAX_ATTEMPTS = 3;

/** Base of the full-jitter back-off between tries, in milliseconds (`sdk.retry.base.new`). */
const BACK_OFF_BASE_MS = fieldsConstant('sdk.retry.base.new').transient ?? 0;

/** Time a client gives one try, in milliseconds: connect and read limits of a typical mobile client. */
const TRY_TIMEOUT_MS = 1000 * numberConstant('timeout.okhttp');

/** Round trips before a request can leave: TCP and TLS 1.3 (`hs.tcp`, `hs.tls13`). */
const CONNECTION_ROUND_TRIPS = 2;

/**
 * Carries out one operation as a plain client does: look the name up, connect, ask, and on a failed connection, a
 * time-out, 429 or 5xx try again, twice at most.
 *
 * Simplified: every try opens a connection of its own. Connections that outlive a change of DNS are left out; the whole
 * chain of caches is held against the published share of clients that stay behind (`dns.client.stale`) instead.
 */
export async function perform(
  world: World,
  client: Client,
  operation: Operation,
  host: string,
  random: RandomStream,
): Promise<OperationResult> {
  const { scheduler } = world.context;
  let last: Try = { failure: 'not tried' };
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    last = await tryOnce(world, client, operation, host);
    const region = last.region === undefined ? {} : { region: last.region };
    if (last.answer && last.failure === undefined) {
      const { status } = last.answer;
      const wrong = status < 300 ? operation.accept(last.answer, scheduler.nowMs) : String(status);
      if (wrong === undefined) return { ok: true, attempts: attempt, ...region };
      operation.abandon();
      return { ok: false, attempts: attempt, ...region, failure: wrong, ...heldBackPhase(world, last.region) };
    }
    if (attempt < MAX_ATTEMPTS) await scheduler.sleep(random.next() * BACK_OFF_BASE_MS * 2 ** (attempt - 1));
  }
  operation.abandon();
  const { region, failure, phaseId } = last;
  return {
    ok: false,
    attempts: MAX_ATTEMPTS,
    ...(region === undefined ? {} : { region }),
    ...(failure === undefined ? {} : { failure }),
    ...(phaseId === undefined ? {} : { phaseId }),
  };
}

/** A Region that answers with less than was acknowledged may be one whose replica is behind. */
function heldBackPhase(world: World, region: string | undefined): { phaseId?: string } {
  if (region === undefined) return {};
  const { faults, scheduler } = world.context;
  const [held] = faults.active('dynamodb-replication', region, scheduler.nowMs);
  return held ? { phaseId: held.fault.phaseId } : {};
}

interface Try {
  readonly region?: string;
  readonly answer?: HttpAnswer;
  readonly failure?: string;
  readonly phaseId?: string;
}

async function tryOnce(world: World, client: Client, operation: Operation, host: string): Promise<Try> {
  const { scheduler } = world.context;
  const { record } = client.names.resolve(host, 'A', scheduler.nowMs);
  const endpoint = record && world.endpointOf(record);
  if (!endpoint) return { failure: 'no address' };
  const { region, api } = endpoint;
  const tripMs = client.accessMs + backboneRoundTripMs(client.geography, region);
  return new Promise<Try>((resolve, reject) => {
    const timeout = scheduler.after(TRY_TIMEOUT_MS, () => resolve({ region, failure: 'time-out' }));
    const exchange = async (): Promise<Try> => {
      const answer = await api.handle({ ...operation.request, host }, (CONNECTION_ROUND_TRIPS + 0.5) * tripMs);
      await scheduler.sleep(0.5 * tripMs);
      const { status, phaseId } = answer;
      if (status !== 429 && status < 500) return { region, answer };
      return { region, failure: String(status), ...(phaseId === undefined ? {} : { phaseId }) };
    };
    exchange().then((result) => {
      scheduler.cancel(timeout);
      resolve(result);
    }, reject);
  });
}
