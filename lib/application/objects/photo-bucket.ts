import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { type CallLimits, TABLE_CALL_LIMITS } from '../data/table-client';
import { PHOTO_TYPE, type Photo, photoKey } from './photo';
import { PhotoUrlSigner, type PhotoUrlSignerProps, type SignedUrl } from './photo-url';

/** A photo's upload, allowed for a few minutes. */
export interface PhotoUpload extends SignedUrl {
  /** Headers the upload must carry; browsers and HTTP libraries set `content-length` by themselves. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The SDK's client and the only call that is made with it. */
interface BucketClient {
  readonly s3: S3Client;
  readonly head: (key: string) => Promise<unknown>;
}

/** Which bucket, and how long calls to it may take. */
export interface PhotoBucketProps extends PhotoUrlSignerProps {
  /**
   * How long a call tries.
   *
   * @default TABLE_CALL_LIMITS
   */
  readonly limits?: CallLimits;
  /**
   * Endpoint of a bucket that is not in AWS.
   *
   * @default - the Region's endpoint
   */
  readonly target?: Pick<S3ClientConfig, 'endpoint' | 'forcePathStyle'>;
}

/**
 * Proof-of-delivery photos in this Region's bucket. Photos of other Regions arrive by replication, in seconds as a rule
 * and without a promise.
 *
 * Clients move the bytes themselves, with URLs signed here. The SDK's client is loaded with the first question whether
 * a photo has arrived: no other route pays for its start.
 */
export class PhotoBucket {
  readonly #props: PhotoBucketProps;
  readonly #signer: PhotoUrlSigner;
  #client: BucketClient | undefined;

  constructor(props: PhotoBucketProps) {
    this.#props = props;
    this.#signer = new PhotoUrlSigner(props);
  }

  /** Allows the upload of exactly this photo: its type, its length and its SHA-256 are signed and checked by S3. */
  async allowUpload(photo: Photo): Promise<PhotoUpload> {
    const headers = {
      'content-type': PHOTO_TYPE,
      'content-length': String(photo.bytes),
      'x-amz-checksum-sha256': photo.sha256,
    };
    return { ...(await this.#signer.sign({ method: 'PUT', key: photoKey(photo), headers })), headers };
  }

  /** Allows the download of an object. */
  allowDownload(key: string): Promise<SignedUrl> {
    return this.#signer.sign({ method: 'GET', key, headers: {} });
  }

  /**
   * Whether the object is in this Region's bucket.
   *
   * S3 tells "not there" from "not allowed" only to those who may list the bucket; the function's role may.
   *
   * @throws the SDK's error when S3 does not answer, or refuses.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
   */
  async has(key: string): Promise<boolean> {
    this.#client ??= this.#open();
    try {
      await this.#client.head(key);
      return true;
    } catch (error) {
      if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404) return false;
      throw error;
    }
  }

  /** Ends the connections. */
  close(): void {
    this.#client?.s3.destroy();
  }

  #open(): BucketClient {
    // Required and not imported: import() would load the SDK's ES modules beside what the table's client has loaded already.
    const { HeadObjectCommand, S3Client } = require('@aws-sdk/client-s3') as typeof import('@aws-sdk/client-s3');
    const { region, bucketName, credentials, limits = TABLE_CALL_LIMITS, target } = this.#props;
    const s3 = new S3Client({
      region,
      credentials: async () => credentials(),
      maxAttempts: limits.maxAttempts,
      retryMode: 'standard',
      requestHandler: {
        connectionTimeout: limits.connectionTimeoutMs,
        requestTimeout: limits.answerTimeoutMs,
        socketTimeout: limits.answerTimeoutMs,
        throwOnRequestTimeout: true,
      },
      ...target,
    });
    return { s3, head: (Key) => s3.send(new HeadObjectCommand({ Bucket: bucketName, Key })) };
  }
}
