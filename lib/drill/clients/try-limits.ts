import type { DeviceKind } from '../dns';
import { extended } from '../kernel/extended';
import { lognormalConstant, numberConstant } from '../model/constants';
import type { Client } from './population';

/** When a try without an answer is over. Times are in milliseconds; infinite where nothing limits them. */
export interface TryLimits {
  /** From the beginning to the connection: name, TCP and TLS. */
  readonly connectMs: number;
  /** From the connection to the answer. */
  readonly answerMs: number;
  /** From the beginning to the answer. */
  readonly wholeMs: number;
}

/** A kind of client's limits, and who waits. */
interface Manner extends TryLimits {
  /** Who ends a try: what sends the request, by its own limits, or a person who would rather try again. */
  readonly endedBy: 'library' | 'person';
}

/** How long a person waits before trying again, in seconds (`client.patience`): assumed, no source was found. */
const PATIENCE_SECONDS = lognormalConstant('client.patience');

/**
 * A page's script that calls `fetch`, which has no limit but those that the script sets, and scripts set none as a rule.
 *
 * Simplified: what a browser itself would wait for a connection is left out, for people wait less.
 *
 * @see https://fetch.spec.whatwg.org/
 */
const FETCH: Manner = {
  connectMs: limitMs('timeout.fetch'),
  answerMs: limitMs('timeout.fetch'),
  wholeMs: limitMs('timeout.fetch'),
  endedBy: 'person',
};

/**
 * What each kind of client has that limits a try, unless its program says otherwise. URLSession's limit begins anew with every byte, and the
 * first byte that comes is the answer's: it does not tell connections from answers. OkHttp and undici do.
 */
const MANNERS: Readonly<Record<DeviceKind, Manner>> = {
  browserChromium: FETCH,
  browserSafari: FETCH,
  browserFirefox: FETCH,
  ios: {
    connectMs: Number.POSITIVE_INFINITY,
    answerMs: Number.POSITIVE_INFINITY,
    wholeMs: limitMs('timeout.urlsession'),
    endedBy: 'library',
  },
  android: {
    connectMs: limitMs('timeout.okhttp'),
    answerMs: limitMs('timeout.okhttp'),
    wholeMs: Number.POSITIVE_INFINITY,
    endedBy: 'library',
  },
  server: {
    connectMs: limitMs('timeout.node.fetch.connect'),
    answerMs: limitMs('timeout.node.fetch.headers'),
    wholeMs: Number.POSITIVE_INFINITY,
    endedBy: 'library',
  },
};

/** Limits of a client's next try; a person's patience is another one each time. */
export function nextLimits({ names, patience }: Client): TryLimits {
  const manner = MANNERS[names.kind];
  if (manner.endedBy === 'library') return manner;
  return extended(manner, { wholeMs: Math.min(manner.wholeMs, 1000 * patience.lognormal(PATIENCE_SECONDS)) });
}

/**
 * Whether a client tries again at once after a try that got no answer in time: a person has waited long enough, where a program
 * waits a little, as it does after every failure.
 */
export function triesAgainAtOnce({ names }: Client): boolean {
  return MANNERS[names.kind].endedBy === 'person';
}

/**
 * Milliseconds from the beginning of a try to its end without an answer.
 *
 * @param connectMs When its connection stands; infinite when it never does.
 */
export function givesUpAfterMs(limits: TryLimits, connectMs: number): number {
  const { answerMs, wholeMs } = limits;
  return Math.min(wholeMs, connectMs > limits.connectMs ? limits.connectMs : connectMs + answerMs);
}

function limitMs(id: string): number {
  const seconds = numberConstant(id);
  return seconds === 0 ? Number.POSITIVE_INFINITY : 1000 * seconds;
}
