import * as z from 'zod';
import { PHOTO_BYTES_MAX, photoKey } from '../objects/photo';
import { json, type Operation } from './operation';
import { Problem } from './problem';
import { parseInput, readJsonBody } from './request-input';
import { identifier } from './request-shapes';

const input = z.object({
  path: z.object({ deliveryId: identifier }),
  body: z.strictObject({
    sha256: z.string().regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, { error: 'must be a SHA-256 in Base64' }),
    bytes: z
      .int()
      .min(1)
      .max(PHOTO_BYTES_MAX, { error: `must be at most ${PHOTO_BYTES_MAX}` }),
  }),
});

/**
 * `POST /deliveries/{deliveryId}/photo`: announces the photo of a delivery and allows its upload to this Region's bucket.
 *
 * Repeating it, in any Region, allows the upload of the same object again. The photo that was announced last is the
 * delivery's.
 */
export const announcePhoto: Operation = async ({ table, photos, region }, request) => {
  const { path, body } = parseInput(input, { path: request.pathParameters ?? {}, body: readJsonBody(request) });
  const photo = { ...path, ...body };
  const key = photoKey(photo);

  if (!(await table.attachPhoto(path.deliveryId, key))) {
    throw new Problem('delivery-unknown', { detail: 'No delivery is recorded under this identifier.' });
  }
  const { url, expiresAt, headers } = await photos.allowUpload(photo);
  return json(201, { uploadUrl: url, expiresAt, key, region, headers });
};
