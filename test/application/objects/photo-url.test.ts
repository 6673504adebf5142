import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { PhotoUrlSigner, URL_SECONDS } from '../../../lib/application/objects/photo-url';
import { TEST_CREDENTIALS } from '../dispatch-fixture';

const REGION = 'eu-central-1';
const BUCKET = 'dispatch-111111111111-eu-central-1-objects';
const SHA256 = 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=';
const HEADERS = { 'content-type': 'image/jpeg', 'content-length': '12345', 'x-amz-checksum-sha256': SHA256 };

const signer = new PhotoUrlSigner({ region: REGION, bucketName: BUCKET, credentials: () => TEST_CREDENTIALS });

beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2026-11-22T09:30:00.500Z'), doNotFake: ['nextTick', 'setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});

/** The SDK's client, without what it adds to URLs beside the request. */
function sdkClient(): S3Client {
  const client = new S3Client({
    region: REGION,
    credentials: TEST_CREDENTIALS,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  client.middlewareStack.add(
    (next) => (args) => {
      delete (args.request as { query: Record<string, unknown> }).query['x-id'];
      return next(args);
    },
    { step: 'build', priority: 'low' },
  );
  return client;
}

function partsOf(url: string): object {
  const { origin, pathname, searchParams } = new URL(url);
  return { origin, pathname, query: Object.fromEntries(searchParams) };
}

test("signs a download as the SDK's presigner does", async () => {
  const key = 'deliveries/delivery:1~a/photo.jpg';
  const command = new GetObjectCommand({ Bucket: BUCKET, Key: key });
  const expected = await getSignedUrl(sdkClient(), command, { expiresIn: URL_SECONDS });

  const { url, expiresAt } = await signer.sign({ method: 'GET', key, headers: {} });

  expect(partsOf(url)).toEqual(partsOf(expected));
  expect(expiresAt).toBe('2026-11-22T09:35:00.500Z');
});

test("signs an upload's type, length and checksum as headers, as the SDK's presigner does when told to", async () => {
  const key = 'deliveries/delivery-1/photo.jpg';
  const command = new PutObjectCommand({
    Bucket: BUCKET,
    Key: key,
    ContentType: HEADERS['content-type'],
    ContentLength: Number(HEADERS['content-length']),
    ChecksumSHA256: SHA256,
  });
  const names = new Set(Object.keys(HEADERS));
  const expected = await getSignedUrl(sdkClient(), command, {
    expiresIn: URL_SECONDS,
    signableHeaders: names,
    unhoistableHeaders: names,
  });

  const { url } = await signer.sign({ method: 'PUT', key, headers: HEADERS });

  expect(partsOf(url)).toEqual(partsOf(expected));
  expect(new URL(url).searchParams.get('X-Amz-SignedHeaders')).toBe(
    'content-length;content-type;host;x-amz-checksum-sha256',
  );
});

test('signs another upload differently', async () => {
  const sign = async (changes: Partial<typeof HEADERS>): Promise<string | null> => {
    const { url } = await signer.sign({ method: 'PUT', key: 'a.jpg', headers: { ...HEADERS, ...changes } });
    return new URL(url).searchParams.get('X-Amz-Signature');
  };

  const signatures = await Promise.all([
    sign({}),
    sign({ 'content-type': 'text/html' }),
    sign({ 'content-length': '12346' }),
    sign({ 'x-amz-checksum-sha256': SHA256.replace('L', 'M') }),
  ]);

  expect(new Set(signatures).size).toBe(4);
});
