import type { HttpAnswer } from '../api/http-event';
import type { Crossing } from '../network/network-paths';

/** Round trips before a request can leave: TCP and TLS 1.3 (`hs.tcp`, `hs.tls13`). */
export const CONNECTION_ROUND_TRIPS = 2;

/** What one try of a client came to. */
export interface Try {
  /** Region that was asked. @default - the name had no address */
  readonly region?: string;
  /** What an API answered. @default - it did not, or a bucket was asked */
  readonly answer?: HttpAnswer;
  /** Why it is worth another try. @default - it is done */
  readonly failure?: string;
  /** Outage phase behind the failure. @default - unknown, or none */
  readonly phaseId?: string;
}

/** The phase that a fault of the way there comes from, for what fails on it. */
export function blamed({ phaseId }: Crossing): Pick<Try, 'phaseId'> {
  return phaseId === undefined ? {} : { phaseId };
}
