import { PhotoUrlSigner } from '../../../lib/application/objects/photo-url';
import { ROLE_CREDENTIALS } from '../../../lib/drill/network/role-credentials';
import { checkPresigned, type SignedRequest } from '../../../lib/drill/objects/presigned-url';

const REGION = 'us-east-2';
const NOW_MS = Date.UTC(2026, 10, 22, 9, 30);
const HEADERS = { 'content-type': 'image/jpeg', 'content-length': '3', 'x-amz-checksum-sha256': 'abc=' };
const SIGNER = { region: REGION, secretAccessKey: ROLE_CREDENTIALS.secretAccessKey, nowMs: NOW_MS };

beforeEach(() => {
  jest.useFakeTimers({ now: NOW_MS, doNotFake: ['nextTick', 'setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});

/** An upload as the application allows it and a client sends it. */
async function upload(credentials: { accessKeyId: string; secretAccessKey: string } = ROLE_CREDENTIALS) {
  const signer = new PhotoUrlSigner({ region: REGION, bucketName: 'objects', credentials: () => credentials });
  const { url } = await signer.sign({ method: 'PUT', key: 'deliveries/d:1/a b.jpg', headers: HEADERS });
  const { hostname, pathname, searchParams } = new URL(url);
  return { method: 'PUT', hostname, path: pathname, query: Object.fromEntries(searchParams), headers: HEADERS };
}

test('lets an upload through that is as it was signed', async () => {
  expect(checkPresigned(await upload(), SIGNER)).toBeUndefined();
});

test('lets it through with headers that nobody needs to sign, until it expires', async () => {
  const request = await upload();
  const withMore = { ...request, headers: { ...HEADERS, 'user-agent': 'driver-app' } };

  expect(checkPresigned(withMore, { ...SIGNER, nowMs: NOW_MS + 299_999 })).toBeUndefined();
  expect(checkPresigned(withMore, { ...SIGNER, nowMs: NOW_MS + 300_000 })).toBe('AccessDenied');
});

test.each<[string, (request: SignedRequest) => Partial<SignedRequest>]>([
  ['method', () => ({ method: 'DELETE' })],
  ['key', () => ({ path: '/deliveries/d:1/b.jpg' })],
  ['bucket', () => ({ hostname: 'others.s3.us-east-2.amazonaws.com' })],
  ['type', () => ({ headers: { ...HEADERS, 'content-type': 'text/html' } })],
  ['length', () => ({ headers: { ...HEADERS, 'content-length': '4' } })],
  ['checksum', () => ({ headers: { ...HEADERS, 'x-amz-checksum-sha256': 'abd=' } })],
  ['life', ({ query }) => ({ query: { ...query, 'X-Amz-Expires': '3600' } })],
  ['parameters', ({ query }) => ({ query: { ...query, 'x-amz-acl': 'public-read' } })],
])('refuses an upload whose %s is another', async (_, change) => {
  const request = await upload();

  expect(checkPresigned({ ...request, ...change(request) }, SIGNER)).toBe('SignatureDoesNotMatch');
});

test.each<[string, (request: SignedRequest) => Partial<SignedRequest>]>([
  ['lacks a signed header', () => ({ headers: { 'content-type': 'image/jpeg' } })],
  ["carries one of Amazon's that was not signed", () => ({ headers: { ...HEADERS, 'x-amz-acl': 'public-read' } })],
  ['has no date', ({ query }) => ({ query: { ...query, 'X-Amz-Date': '' } })],
])('refuses an upload that %s', async (_, change) => {
  const request = await upload();

  expect(checkPresigned({ ...request, ...change(request) }, SIGNER)).toMatch(/AccessDenied|AuthorizationQuery/);
});

test('refuses a URL of another Region and one that somebody else signed', async () => {
  const stranger = { ...ROLE_CREDENTIALS, secretAccessKey: 'guessed' };

  expect(checkPresigned(await upload(), { ...SIGNER, region: 'us-west-2' })).toBe('AuthorizationQueryParametersError');
  expect(checkPresigned(await upload(stranger), SIGNER)).toBe('SignatureDoesNotMatch');
});
