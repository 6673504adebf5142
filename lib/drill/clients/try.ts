import type { HttpAnswer } from '../api/http-event';

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

/** The phase that a fault of the way there, or of the name, comes from; for what fails by it. */
export function blamed({ phaseId }: { readonly phaseId?: string }): Pick<Try, 'phaseId'> {
  return phaseId === undefined ? {} : { phaseId };
}

/** What an answer of an API makes of a try. */
export function tryOf(region: string, answer: HttpAnswer): Try {
  const { status, phaseId } = answer;
  if (status !== 429 && status < 500) return { region, answer };
  return { region, failure: String(status), ...(phaseId === undefined ? {} : { phaseId }) };
}
