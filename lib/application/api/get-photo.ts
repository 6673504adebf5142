import * as z from 'zod';
import { readTableError, TableFault } from '../data/table-fault';
import type { PhotoBucket } from '../objects/photo-bucket';
import { json, type Operation } from './operation';
import { Problem } from './problem';
import { parseInput } from './request-input';
import { identifier } from './request-shapes';

const input = z.object({ path: z.object({ deliveryId: identifier }) });

/**
 * Seconds after which a photo that is not there may be asked for again: about the time that half of all objects take to
 * another Region's bucket.
 */
const RETRY_SECONDS = 15;

/** `GET /deliveries/{deliveryId}/photo`: allows the download of a delivery's photo from this Region's bucket. */
export const getPhoto: Operation = async ({ table, photos, region }, request, deadline) => {
  const { path } = parseInput(input, { path: request.pathParameters ?? {} });

  const delivery = await table.findPhotoOf(path.deliveryId);
  if (delivery === undefined) {
    throw new Problem('delivery-unknown', { detail: 'No delivery is recorded under this identifier.' });
  }
  const key = delivery.photoKey;
  if (key === undefined) throw new Problem('photo-unknown', { detail: 'No photo of this delivery was announced.' });

  deadline.throwIfPassed();
  if (!(await isHere(photos, key))) {
    throw new Problem('photo-not-here-yet', {
      detail: 'The photo is not uploaded yet, or may still be replicating from another Region.',
      retryAfterSeconds: RETRY_SECONDS,
    });
  }
  const { url, expiresAt } = await photos.allowDownload(key);
  return json(200, { downloadUrl: url, expiresAt, key, region });
};

async function isHere(photos: PhotoBucket, key: string): Promise<boolean> {
  try {
    return await photos.has(key);
  } catch (error) {
    if (!(readTableError(error) instanceof TableFault)) throw error;
    throw new Problem('photos-unavailable', {
      detail: 'The bucket does not answer.',
      retryAfterSeconds: 1,
      cause: error,
    });
  }
}
