/** How much of the traffic is made. Rates are operations a second; what is not made is counted through weights. */
export interface Sampling {
  /** Operations made around changes. */
  readonly nearChanges: number;
  /** Operations made elsewhere. */
  readonly elsewhere: number;
  /** Of how many requests of a health checker one is made to an endpoint at rest. @default 1 */
  readonly atRest?: number;
}

/** How many times denser traffic is made around changes than elsewhere, and requests of checkers than to an endpoint at rest. */
const DENSER = 10;

/**
 * How much of an outage's traffic is made: never more than there is.
 *
 * @param ratePerSecond Operations a second of all clients together.
 * @param madePerSecond How many of them are made around changes; infinity: every one, and every request of health checkers.
 */
export function samplingOf(ratePerSecond: number, madePerSecond: number): Sampling {
  if (madePerSecond === Number.POSITIVE_INFINITY) return everyOperation(ratePerSecond);
  const nearChanges = Math.min(ratePerSecond, madePerSecond);
  return { nearChanges, elsewhere: nearChanges / DENSER, atRest: DENSER };
}

/** Every operation, and every request of health checkers. */
export function everyOperation(ratePerSecond: number): Sampling {
  return { nearChanges: ratePerSecond, elsewhere: ratePerSecond };
}

/** What a schedule of faults is run with, so that a replay has the same log: every operation, and fewer requests to endpoints at rest. */
export function scheduleSampling(ratePerSecond: number): Sampling {
  return { ...everyOperation(ratePerSecond), atRest: DENSER };
}
