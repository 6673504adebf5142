import { createHash } from 'node:crypto';
import type { HttpAnswer } from '../api/http-event';
import { numberConstant } from '../model/constants';
import type { ReadBack } from './workload';

/** Share of deliveries that are proved by a photo. A choice, not a fact: enough to judge buckets by, at little cost. */
export const PHOTO_SHARE = numberConstant('choice.workload.photos');

/** A photo as its driver remembers it. */
export interface TakenPhoto {
  readonly deliveryId: string;
  readonly body: string;
  readonly bytes: number;
  /** SHA-256 of the body, in Base64. */
  readonly sha256: string;
  /** When a bucket acknowledged it, in virtual milliseconds. @default - none has */
  acknowledgedMs?: number;
}

/** Takes the photo of a delivery: a text stands for its bytes. */
export function takePhoto(deliveryId: string): TakenPhoto {
  const body = `photo of ${deliveryId}`;
  return {
    deliveryId,
    body,
    bytes: Buffer.byteLength(body),
    sha256: createHash('sha256').update(body).digest('base64'),
  };
}

/** What the API allows for a photo. */
interface Announcement {
  readonly uploadUrl: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads the answer to an announcement; nothing when it is for another photo. */
export function announcedPhoto(answer: HttpAnswer, { deliveryId, sha256 }: TakenPhoto): Announcement | undefined {
  const { uploadUrl, headers, key } = JSON.parse(answer.body) as Partial<Announcement> & { key?: unknown };
  const isOfDelivery = typeof key === 'string' && key.split('/').includes(deliveryId);
  if (uploadUrl === undefined || headers?.['x-amz-checksum-sha256'] !== sha256 || !isOfDelivery) return undefined;
  return { uploadUrl, headers };
}

/** How the ledger finds out whether a Region has the photo. */
export function photoReadBack({ deliveryId, sha256, acknowledgedMs = 0 }: TakenPhoto): ReadBack {
  const hex = Buffer.from(sha256, 'base64').toString('hex');
  return {
    writes: [{ kind: 'upload-photo', acknowledgedMs }],
    request: { method: 'GET', path: `/deliveries/${deliveryId}/photo` },
    missing: ({ status, body }) => {
      const seen = status === 200 ? (JSON.parse(body) as { key?: unknown }) : {};
      return typeof seen.key === 'string' && seen.key.includes(hex) ? [] : [0];
    },
  };
}
