import * as z from 'zod';
import { json, type Operation } from './operation';
import { Problem } from './problem';
import { parseInput } from './request-input';
import { identifier } from './request-shapes';

const input = z.object({ path: z.object({ parcelId: identifier }) });

/** `GET /parcels/{parcelId}`: the parcel, with its delivery once it has one. */
export const getParcel: Operation = async ({ table }, request) => {
  const { path } = parseInput(input, { path: request.pathParameters ?? {} });

  const parcel = await table.getParcel(path.parcelId);

  if (parcel === undefined) {
    throw new Problem('parcel-unknown', { detail: 'No parcel is registered under this identifier.' });
  }
  return json(200, parcel);
};
