import type { CircuitBreakerProps } from './circuit-breaker';
import type { Clock } from './clock';
import type { Attempt } from './no-answer';
import type { OutgoingRequest } from './outgoing-request';

/** Where one attempt goes. */
export interface Target {
  /** Host name that is asked. */
  readonly host: string;
  /** Region whose own name that is. @default - it is the shared name, and DNS decides where it leads */
  readonly region?: string;
}

/**
 * Completes a request for one attempt: adds a token, or signs it for the target's Region.
 *
 * Called anew for each attempt. What it throws is thrown to the caller, and nothing is repeated.
 */
export type Prepare = (request: OutgoingRequest, target: Target) => OutgoingRequest | Promise<OutgoingRequest>;

/** What a client is made from. */
export interface ClientProps {
  /** Host name that every Region shares, for example `api.example.com`. */
  readonly name: string;

  /**
   * Regions that serve, from 1. When the shared name fails, their own names are asked in this order, but first the one that
   * answered last and at the end the one to which the shared name seems to lead.
   */
  readonly regions: readonly string[];

  /**
   * Host name of one Region alone.
   *
   * @default - `<region>.<name>`
   */
  readonly regionalHost?: (region: string) => string;

  /**
   * Whether requests go to the shared name while it works, so that DNS sends each client to the nearest healthy Region.
   *
   * Turn it off where every request is signed for one Region, as Signature Version 4 is: where the shared name leads cannot
   * be known beforehand. Regions are then asked in the order of `regions`, and one that was taken out of DNS by hand is asked
   * all the same.
   *
   * @default true
   */
  readonly viaSharedName?: boolean;

  /**
   * Sends one attempt.
   *
   * @default - the platform's own
   */
  readonly fetch?: typeof fetch;

  /**
   * Completes the request of each attempt.
   *
   * @default - it is sent as the caller gave it
   */
  readonly prepare?: Prepare;

  /**
   * Time for one attempt, body included, in milliseconds, above 0. The last attempt has all the time that is left.
   *
   * Well above what a healthy Region takes with a cold start and over the longest distance, as each attempt cut short is sent
   * again elsewhere.
   *
   * @default 2000
   */
  readonly attemptTimeoutMs?: number;

  /**
   * Time for a call with all its attempts and waits, in milliseconds, above 0.
   *
   * @default 10000
   */
  readonly deadlineMs?: number;

  /**
   * Attempts of a call that may be repeated, from 1.
   *
   * @default 4
   */
  readonly maxAttempts?: number;

  /**
   * Waits between attempts are drawn between nothing and this, in milliseconds, doubled with each attempt.
   *
   * @default 100
   * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
   */
  readonly backOffMs?: number;

  /**
   * The longest of these waits, in milliseconds.
   *
   * @default 1000
   */
  readonly maxBackOffMs?: number;

  /**
   * How long a Region that answered when the shared name did not is asked first, in milliseconds; half of it at least, the rest is
   * drawn. Then the shared name is tried again, and each time it fails again doubles the time.
   *
   * @default 60000
   */
  readonly stickyMs?: number;

  /**
   * The longest of these times, in milliseconds. Less than `stickyMs` has no effect.
   *
   * @default 300000
   */
  readonly maxStickyMs?: number;

  /**
   * When a host that fails is left alone, and for how long.
   *
   * @default - after 3 failures in a row, or when half of at least 10 attempts within 60 s failed; for 30 s, doubled by each
   * probe that fails up to 300 s
   */
  readonly breaker?: Partial<CircuitBreakerProps>;

  /**
   * Header in which answers name the Region that gave them. Browsers show it to a page of another origin only if the API
   * exposes it.
   *
   * @default 'x-region'
   */
  readonly regionHeader?: string;

  /**
   * Header in which `idempotencyKey` is sent, or `false` where the body holds the key. A page of another origin may send it only
   * if the API allows it.
   *
   * @default 'idempotency-key'
   * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
   */
  readonly idempotencyHeader?: string | false;

  /**
   * Hears of every attempt when it has ended, for logs and counters.
   *
   * @default - nobody does
   */
  readonly onAttempt?: (attempt: Attempt) => void;

  /**
   * Time and timers.
   *
   * @default - the platform's own
   */
  readonly clock?: Clock;

  /**
   * Draws in [0, 1), for waits.
   *
   * @default Math.random
   */
  readonly random?: () => number;
}
