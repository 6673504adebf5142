import { extended } from '../kernel/extended';
import type { RandomStream } from '../kernel/random';
import { fieldsConstant } from '../model/constants';
import type { World } from '../world/world';
import { beginExchange } from './exchange';
import { askLibrary } from './library-call';
import type { Client } from './population';
import { blamed, type TimedTry, type Try, tryOf } from './try';
import { givesUpAfterMs, nextLimits, triesAgainAtOnce } from './try-limits';
import { uploadOnce } from './upload-call';
import type { Operation } from './workload';

/** How an operation ended for its client. */
export interface OperationResult {
  readonly ok: boolean;
  /** Tries made of the last request. */
  readonly attempts: number;
  /** Every try, in order. */
  readonly tries: readonly TimedTry[];
  /** Region of the last try. @default - the name had no address */
  readonly region?: string;
  /** What the last failed try met, for example `500` or `time-out`. @default - no try failed */
  readonly failure?: string;
  /** Outage phase behind the last failed try, as far as the drill knows. @default - unknown, or none */
  readonly phaseId?: string;
}

/** The last of several tries, and all of them. */
type Tried = Try &
  Pick<OperationResult, 'attempts' | 'tries'> & {
    /** Whether one of them may have had an effect that the client did not hear of. */
    readonly isOpen: boolean;
  };

/** Tries of one operation: what the AWS SDKs do by default (`sdk.retry.attempts.new`, clients other than DynamoDB's). */
const MAX_ATTEMPTS = 3;

/** Base of the full-jitter back-off between tries, in milliseconds (`sdk.retry.base.new`). */
const BACK_OFF_BASE_MS = fieldsConstant('sdk.retry.base.new').transient ?? 0;

/**
 * Carries out one operation as a plain client does: look the name up and connect, unless a connection is open, ask, and on a
 * failed connection, a time-out, 429 or 5xx try again, twice at most, with the same request; or as the client's library does. What
 * follows by way of a bucket is tried as plain clients do. How long a try may take is its kind's ({@link nextLimits}).
 */
export async function perform(
  world: World,
  client: Client,
  operation: Operation,
  host: string,
  random: RandomStream,
): Promise<OperationResult> {
  const { scheduler } = world.context;
  const { library } = client;
  const invokeMs = scheduler.nowMs;
  const asked = lastOf(
    library
      ? await askLibrary(library, operation, host)
      : await repeat(world, client, random, () => tryOnce(world, client, operation, host)),
  );
  operation.conclude?.(extended(asked, { invokeMs, completeMs: scheduler.nowMs }));
  if (!asked.answer || asked.failure !== undefined) return abandoned(operation, asked);
  const { answer } = asked;
  const isAnswer = operation.isAnswer?.(answer.status) ?? answer.status < 300;
  const wrong = isAnswer ? operation.accept(answer, scheduler.nowMs) : String(answer.status);
  if (wrong !== undefined) {
    return abandoned(operation, { ...asked, failure: wrong, ...blamed(answer), ...heldBackPhase(world, asked.region) });
  }
  const { upload } = operation;
  if (!upload) return succeeded(asked);
  const request = upload.request(answer);
  const uploads = await repeat(world, client, random, () => uploadOnce(world, client, request));
  const sent = extended(lastOf(uploads), { tries: [...asked.tries, ...uploads] });
  if (sent.failure !== undefined) return abandoned(operation, sent);
  upload.acknowledge(scheduler.nowMs);
  return succeeded(sent);
}

/** Tries until one succeeds, or none is left. */
async function repeat(
  world: World,
  client: Client,
  random: RandomStream,
  tryOnce: () => Promise<Try>,
): Promise<readonly TimedTry[]> {
  const { scheduler } = world.context;
  const tries: TimedTry[] = [];
  for (;;) {
    const startMs = scheduler.nowMs;
    const last = await tryOnce();
    tries.push(extended(last, { startMs, endMs: scheduler.nowMs }));
    if (last.failure === undefined || tries.length === MAX_ATTEMPTS) return tries;
    if (isTimeOut(last) && triesAgainAtOnce(client)) continue;
    await scheduler.sleep(random.next() * BACK_OFF_BASE_MS * 2 ** (tries.length - 1));
  }
}

function isTimeOut({ failure }: Try): boolean {
  return failure === 'time-out' || failure === 'upload time-out';
}

/** Failures of tries that never left the client, or went no further than the gateway. */
const WITHOUT_EFFECT: readonly string[] = ['no address', 'no token', '429'];

function lastOf(tries: readonly TimedTry[]): Tried {
  const { startMs, endMs, ...last } = tries.at(-1) ?? {};
  return extended(last, { attempts: tries.length, tries, isOpen: tries.some(mayHaveHappened) });
}

/**
 * Whether a failed try may have had its effect all the same. One that found no address or no token never left, and one that was
 * throttled went no further than the gateway; of everything else the client cannot know.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
function mayHaveHappened({ failure }: Try): boolean {
  return failure !== undefined && !WITHOUT_EFFECT.includes(failure);
}

function succeeded({ attempts, tries, region }: Tried): OperationResult {
  return { ok: true, attempts, tries, ...(region === undefined ? {} : { region }) };
}

function abandoned(operation: Operation, { attempts, tries, region, failure, phaseId }: Tried): OperationResult {
  operation.abandon();
  return {
    ok: false,
    attempts,
    tries,
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

async function tryOnce(world: World, client: Client, operation: Operation, host: string): Promise<Try> {
  const { scheduler } = world.context;
  const limits = nextLimits(client);
  const connectLimitMs = Math.min(limits.connectMs, limits.wholeMs);
  const exchange = beginExchange(world, client, extended(operation.request, { host }), connectLimitMs);
  if ('unsent' in exchange) {
    await scheduler.sleep(exchange.afterMs);
    return exchange.unsent;
  }
  return new Promise<Try>((resolve, reject) => {
    const endMs = givesUpAfterMs(limits, exchange.connectMs);
    const timeout = scheduler.after(endMs, () => resolve(exchange.giveUp()));
    exchange.answer.then((answer) => {
      scheduler.cancel(timeout);
      resolve(tryOf(exchange, answer));
    }, reject);
  });
}
