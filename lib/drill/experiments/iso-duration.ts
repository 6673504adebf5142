/** `PT1H30M`, `P1DT2S`: days and times without fractions, as FIS takes them. */
const DURATION = /^P(?!$)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/**
 * Seconds of a duration in ISO 8601, as far as FIS takes it.
 *
 * @returns nothing for any other text.
 * @see https://docs.aws.amazon.com/fis/latest/userguide/action-sequence.html#action-duration
 */
export function readDuration(text: unknown): number | undefined {
  const match = typeof text === 'string' ? DURATION.exec(text) : null;
  if (!match) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((digits) => Number(digits ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}
