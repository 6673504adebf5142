/** Media type of every photo. */
export const PHOTO_TYPE = 'image/jpeg';

/** Largest photo, in bytes: what a phone takes at full size. */
export const PHOTO_BYTES_MAX = 10_000_000;

/** A proof-of-delivery photo as its client announces it. */
export interface Photo {
  /** Delivery it belongs to. */
  readonly deliveryId: string;
  /** SHA-256 of its bytes, in Base64 as S3 takes it. */
  readonly sha256: string;
  /** Length in bytes. */
  readonly bytes: number;
}

/**
 * Where a photo is kept, in every Region's bucket alike.
 *
 * The name follows from the content: announcing a photo again, in any Region, leads to the same object, and no upload
 * replaces another photo.
 */
export function photoKey({ deliveryId, sha256 }: Pick<Photo, 'deliveryId' | 'sha256'>): string {
  return `deliveries/${deliveryId}/${Buffer.from(sha256, 'base64').toString('hex')}.jpg`;
}
