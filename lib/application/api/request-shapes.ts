import * as z from 'zod';

// Compiled parsers need `new Function`; plain ones cost a few microseconds more and run under any code policy.
z.config({ jitless: true });

/** Longest identifier, in characters; keeps every key far below DynamoDB's 2,048 bytes. */
const IDENTIFIER_LENGTH_MAX = 64;

/** Identifier of a parcel, a driver or a delivery: what a URL path carries without escapes. */
export const identifier = z
  .string()
  .max(IDENTIFIER_LENGTH_MAX)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:~-]*$/, {
    error: 'must start with a letter or digit and hold only letters, digits and . _ : ~ -',
  });

/** Identifier of a probe: short enough and plain enough to be signed, logged and compared without escapes. */
export const probeIdentifier = z.string().regex(/^[a-z0-9-]{1,64}$/, {
  error: 'must be 1 to 64 of the characters a to z, 0 to 9 and -',
});

/** A line of text for a person: not empty, not blank, no control characters. */
export function line(lengthMax: number) {
  return z
    .string()
    .max(lengthMax)
    .regex(/^\P{Cc}+$/u, { error: 'must be one line of text' })
    .regex(/\S/, { error: 'must not be blank' });
}

/** A moment with its offset from UTC, for example `2026-11-22T09:30:00Z`. */
export const moment = z.iso.datetime({
  offset: true,
  error: 'must be an ISO 8601 date and time with its offset, for example 2026-11-22T09:30:00Z',
});
