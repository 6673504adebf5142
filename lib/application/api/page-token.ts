import * as z from 'zod';
import { identifier } from './request-shapes';

/**
 * Where the next page of a list starts, as an opaque word for the client.
 *
 * It names the last parcel of the page before and nothing else: the driver comes from the path, so a token cannot reach
 * into another driver's list, and any Region understands a token of any other.
 */
export function formatPageToken(lastParcelId: string): string {
  return Buffer.from(lastParcelId, 'utf8').toString('base64url');
}

/** Reads a token back into the identifier of the last parcel; refuses what {@link formatPageToken} cannot have made. */
export const pageToken = z
  .string()
  .max(128)
  .transform((token, context) => {
    const lastParcelId = identifier.safeParse(Buffer.from(token, 'base64url').toString('utf8'));
    if (lastParcelId.success && formatPageToken(lastParcelId.data) === token) return lastParcelId.data;
    context.issues.push({ code: 'custom', message: 'must be the nextToken of a page before', input: token });
    return z.NEVER;
  });
