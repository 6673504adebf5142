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

/** `GET /routes/{driverId}`: a driver's parcels, page by page in the order of their identifiers. */
export const listRoute: Operation = async ({ table }, request) => {
  const { path, query } = parseInput(input, {
    path: request.pathParameters ?? {},
    query: request.queryStringParameters ?? {},
  });

  const { parcels, lastParcelId } = await table.listParcels(path.driverId, query.limit, query.nextToken);

  const nextToken = lastParcelId === undefined ? {} : { nextToken: formatPageToken(lastParcelId) };
  return json(200, { driverId: path.driverId, parcels, ...nextToken });
};
