import { SignatureV4 } from '@smithy/signature-v4';
import type { RoleCredentials } from '../signing/role-credentials';
import { Sha256 } from '../signing/sha256';

/** Time in which a URL can be used, in seconds. */
export const URL_SECONDS = 300;

/** What a URL allows, until it expires. */
export interface SignedRequest {
  readonly method: 'GET' | 'PUT';
  readonly key: string;
  /** Headers the client must send exactly so. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A signed URL. */
export interface SignedUrl {
  readonly url: string;
  /** When it stops working, ISO 8601. */
  readonly expiresAt: string;
}

/** Where and by whom URLs are signed. */
export interface PhotoUrlSignerProps {
  /** Region of the bucket. */
  readonly region: string;
  readonly bucketName: string;
  /** Gives the credentials that the URLs carry; they can do no more than these. */
  readonly credentials: () => RoleCredentials;
}

/**
 * Signs URLs with which a client reaches one object of the Region's bucket, past the API. No call is made for it.
 *
 * Every header of the request is signed as a header, the checksum too: S3 takes a checksum only from a header, so that
 * in the query, where the SDK's own presigner puts it, it would be signed and not checked.
 *
 * The signer is bundled with the function: the documentation of Lambda's runtime names the SDK's clients only.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 * @see https://github.com/aws/aws-sdk-js-v3/issues/3906
 */
export class PhotoUrlSigner {
  readonly #signer: SignatureV4;
  readonly #hostname: string;

  constructor({ region, bucketName, credentials }: PhotoUrlSignerProps) {
    this.#hostname = `${bucketName}.s3.${region}.amazonaws.com`;
    this.#signer = new SignatureV4({
      service: 's3',
      region,
      credentials: async () => credentials(),
      sha256: Sha256,
      // S3 signs the path as it is sent, encoded once.
      uriEscapePath: false,
      applyChecksum: false,
    });
  }

  async sign({ method, key, headers }: SignedRequest): Promise<SignedUrl> {
    const signingDate = new Date();
    const names = new Set(Object.keys(headers));
    const path = `/${key.split('/').map(encodeURIComponent).join('/')}`;
    const signed = await this.#signer.presign(
      {
        protocol: 'https:',
        hostname: this.#hostname,
        method,
        path,
        headers: { ...headers, host: this.#hostname, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' },
      },
      { signingDate, expiresIn: URL_SECONDS, signableHeaders: names, unhoistableHeaders: names },
    );
    const query = Object.entries(signed.query ?? {})
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
      .join('&');
    return {
      url: `https://${this.#hostname}${path}?${query}`,
      expiresAt: new Date(signingDate.getTime() + URL_SECONDS * 1_000).toISOString(),
    };
  }
}
