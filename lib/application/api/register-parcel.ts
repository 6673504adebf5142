import * as z from 'zod';
import { sameRegistration } from '../data/parcel';
import { json, type Operation } from './operation';
import { Problem } from './problem';
import { parseInput, readJsonBody } from './request-input';
import { identifier, line } from './request-shapes';

const input = z.object({
  path: z.object({ parcelId: identifier }),
  body: z.strictObject({ driverId: identifier, recipient: line(200), address: line(500) }),
});

/**
 * `PUT /parcels/{parcelId}`: registers a parcel.
 *
 * Repeating it, in any Region and after the delivery too, gives the same answer; other content is refused.
 */
export const registerParcel: Operation = async ({ table }, request) => {
  const { path, body } = parseInput(input, { path: request.pathParameters ?? {}, body: readJsonBody(request) });
  const wanted = { parcelId: path.parcelId, ...body };

  const registered = await table.registerParcel(wanted);

  if (!sameRegistration(registered, wanted)) {
    throw new Problem('parcel-differs', { detail: 'A parcel with other content is registered under this identifier.' });
  }
  return json(200, { ...registered, status: 'registered' });
};
