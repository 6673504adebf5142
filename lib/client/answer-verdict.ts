/** What an answer means for its host and for the call. */
export type AnswerVerdict =
  /** It is the answer. */
  | 'final'
  /** The host failed: another one may do better. */
  | 'host failed'
  /** The host is well and asks to be asked later. */
  | 'later';

/** Server errors that another host, or the same one later, may not give. */
const FAILURES: readonly number[] = [500, 502, 503, 504];

/** Refusals for now. @see https://www.rfc-editor.org/rfc/rfc9110#name-408-request-timeout @see https://www.rfc-editor.org/rfc/rfc6585#section-4 */
const LATER: readonly number[] = [408, 429];

/**
 * Judges a status. Throttled clients stay where they are: in another Region they would take the room that others need.
 */
export function verdictOf(status: number): AnswerVerdict {
  if (FAILURES.includes(status)) return 'host failed';
  return LATER.includes(status) ? 'later' : 'final';
}

/**
 * How long an answer asks to be left alone, in milliseconds; 0 when it does not say.
 *
 * A date is taken relative to the answer's own date, as the clocks of devices are wrong.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function retryAfterMs(headers: Headers): number {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return 1000 * Number(value);
  const waitMs = Date.parse(value) - Date.parse(headers.get('date') ?? '');
  return Number.isNaN(waitMs) ? 0 : Math.max(waitMs, 0);
}
