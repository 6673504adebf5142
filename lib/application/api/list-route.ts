import * as z from 'zod';
import { json, type Operation } from './operation';
import { formatPageToken, pageToken } from './page-token';
import { parseInput } from './request-input';
import { identifier } from './request-shapes';

const LIMIT_MAX = 100;
const LIMIT_DEFAULT = 25;

const input = z.object({
  path: z.object({ driverId: identifier }),
  // Strict, as a misspelt nextToken would answer with the first page for ever.
  query: z.strictObject({
    limit: z
      .string()
      .regex(/^[1-9]\d{0,2}$/, { error: `must be a whole number from 1 to ${LIMIT_MAX}` })
      .transform(Number)
      .refine((limit) => limit <= LIMIT_MAX, { error: `must be a whole number from 1 to ${LIMIT_MAX}` })
      .default(LIMIT_DEFAULT),
    nextToken: pageToken.optional(),
  }),
});

/**
 * `GET /routes/{driverId}`: a driver's parcels, page by page in the order of their identifiers.
 *
 * A parcel whose item cannot be read is named under `unreadable` and costs the driver nothing else: the others are on the van, too, and this one
 * has its address on its label and can be delivered.
 */
export const listRoute: Operation = async ({ table, leaveOut }, request) => {
  const { path, query } = parseInput(input, {
    path: request.pathParameters ?? {},
    query: request.queryStringParameters ?? {},
  });

  const { parcels, unreadable, lastParcelId } = await table.listParcels(path.driverId, query.limit, query.nextToken);

  for (const { reason } of unreadable) leaveOut(reason);
  const leftOut = unreadable.length === 0 ? {} : { unreadable: unreadable.map(({ parcelId }) => parcelId) };
  const nextToken = lastParcelId === undefined ? {} : { nextToken: formatPageToken(lastParcelId) };
  return json(200, { driverId: path.driverId, parcels, ...leftOut, ...nextToken });
};
