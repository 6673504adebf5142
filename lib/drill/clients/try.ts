import type { HttpAnswer } from '../api/http-event';
import type { Lookup } from '../dns';
import { extended } from '../kernel/extended';

/** Where the address came from that a try went to. */
export interface TryAddress extends Omit<Lookup, 'answer' | 'from'> {
  /** Whose memory it came from; an open connection stays with the address it was made to. */
  readonly from: Lookup['from'] | 'connection';
  /** How long Route 53 had allowed to keep it, in seconds. */
  readonly ttlSeconds: number;
}

/** A try and when it was made, in virtual milliseconds. */
export interface TimedTry extends Try {
  readonly startMs: number;
  readonly endMs: number;
}

/** What one try of a client came to. */
export interface Try {
  /** Where its address came from. @default - no name of a Region's choice was looked up */
  readonly address?: TryAddress;
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
export function tryOf(asked: Pick<Try, 'address' | 'region'>, answer: HttpAnswer): Try {
  const { address, region } = asked;
  const at = extended(address ? { address } : {}, region === undefined ? {} : { region });
  const { status, phaseId } = answer;
  if (status !== 429 && status < 500) return extended(at, { answer });
  return extended(at, { failure: String(status), ...(phaseId === undefined ? {} : { phaseId }) });
}
