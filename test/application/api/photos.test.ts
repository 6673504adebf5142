import { createServer, type Server } from 'node:http';
import { PhotoBucket } from '../../../lib/application/objects/photo-bucket';
import {
  close,
  fresh,
  interceptedClient,
  listen,
  loopback,
  recordConsole,
  startTable,
  TEST_CREDENTIALS,
  TestDispatch,
  type TestTable,
} from '../dispatch-fixture';

const written = recordConsole();

const SHA256 = 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=';
const PHOTO = { sha256: SHA256, bytes: 12_345 };

let table: TestTable;
let server: Server;
/** What the bucket holds, and how it answers what it does not hold. */
let objects: Set<string>;
let status: number;
let asked: number;
const buckets: PhotoBucket[] = [];

beforeAll(async () => {
  table = await startTable();
  server = await listen(
    createServer((request, response) => {
      asked += 1;
      const isThere = request.method === 'HEAD' && objects.has(decodeURIComponent(request.url ?? ''));
      response.writeHead(isThere ? 200 : status).end();
    }),
  );
});
afterAll(async () => {
  for (const bucket of buckets) bucket.close();
  await close(server);
  await table.stop();
});
beforeEach(() => {
  objects = new Set();
  status = 404;
  asked = 0;
});

function bucketOf(region: string): PhotoBucket {
  const { endpoint } = loopback(server);
  const bucket = new PhotoBucket({
    region,
    bucketName: `dispatch-${region}`,
    credentials: () => TEST_CREDENTIALS,
    limits: { connectionTimeoutMs: 2_000, answerTimeoutMs: 2_000, maxAttempts: 1 },
    target: { endpoint, forcePathStyle: true },
  });
  buckets.push(bucket);
  return bucket;
}

async function delivered(dispatch: TestDispatch): Promise<string> {
  const [parcelId, deliveryId] = [fresh('parcel'), fresh('delivery')];
  await dispatch.registerParcel(parcelId);
  await dispatch.recordDelivery({
    deliveryId,
    parcelId,
    driverId: 'driver-1',
    deliveredAt: '2026-11-22T09:30:00+01:00',
  });
  return deliveryId;
}

describe.each(['strong', 'eventual'] as const)('photos with a table of %s consistency', (consistency) => {
  let ohio: TestDispatch;
  let oregon: TestDispatch;
  beforeEach(() => {
    ohio = new TestDispatch({ client: table.client, consistency, photos: bucketOf('us-east-2') });
    oregon = new TestDispatch({
      client: table.client,
      consistency,
      region: 'us-west-2',
      photos: bucketOf('us-west-2'),
    });
  });

  test("allows the upload of the announced photo and of nothing else, to the serving Region's bucket", async () => {
    const deliveryId = await delivered(ohio);

    const { status: answered, body } = await oregon.announcePhoto(deliveryId, PHOTO);

    const hex = Buffer.from(SHA256, 'base64').toString('hex');
    expect(answered).toBe(201);
    expect(body).toMatchObject({ region: 'us-west-2', key: `deliveries/${deliveryId}/${hex}.jpg` });
    expect(body.headers).toEqual({
      'content-type': 'image/jpeg',
      'content-length': '12345',
      'x-amz-checksum-sha256': SHA256,
    });
    const url = new URL(body.uploadUrl);
    expect(url.hostname).toBe('dispatch-us-west-2.s3.us-west-2.amazonaws.com');
    expect(url.pathname).toBe(`/${body.key}`);
    expect(url.searchParams.get('X-Amz-Expires')).toBe('300');
    expect(url.searchParams.get('X-Amz-SignedHeaders')?.split(';')).toEqual(
      expect.arrayContaining(Object.keys(body.headers)),
    );
    expect(Date.parse(body.expiresAt) - Date.now()).toBeLessThanOrEqual(300_000);
    expect(asked).toBe(0);
  });

  test('leads every repetition to the same object, in any Region', async () => {
    const deliveryId = await delivered(ohio);

    const answers = [
      await ohio.announcePhoto(deliveryId, PHOTO),
      await oregon.announcePhoto(deliveryId, PHOTO),
      await ohio.announcePhoto(deliveryId, PHOTO),
    ];

    expect(new Set(answers.map(({ body }) => body.key)).size).toBe(1);
  });

  test('shows a photo that has arrived in the Region', async () => {
    const deliveryId = await delivered(ohio);
    const { key } = (await ohio.announcePhoto(deliveryId, PHOTO)).body;
    objects.add(`/dispatch-us-west-2/${key}`);

    const { status: answered, body } = await oregon.getPhoto(deliveryId);

    expect(answered).toBe(200);
    expect(body).toMatchObject({ key, region: 'us-west-2' });
    expect(new URL(body.downloadUrl).pathname).toBe(`/${key}`);
    expect(new URL(body.downloadUrl).searchParams.get('X-Amz-SignedHeaders')).toBe('host');
  });

  test('says that a photo may still be replicating, and when to ask again', async () => {
    const deliveryId = await delivered(ohio);
    const { key } = (await ohio.announcePhoto(deliveryId, PHOTO)).body;
    objects.add(`/dispatch-us-east-2/${key}`);

    const { status: answered, body, headers } = await oregon.getPhoto(deliveryId);

    expect(answered).toBe(404);
    expect(body).toMatchObject({ type: 'tag:dispatch.example,2026:photo-not-here-yet' });
    expect(headers['retry-after']).toBe('15');
    expect((await ohio.getPhoto(deliveryId)).status).toBe(200);
  });

  test('shows the photo that was announced last', async () => {
    const deliveryId = await delivered(ohio);
    const first = (await ohio.announcePhoto(deliveryId, PHOTO)).body;
    const second = (await ohio.announcePhoto(deliveryId, { ...PHOTO, sha256: `AAAA${SHA256.slice(4)}` })).body;
    objects.add(`/dispatch-us-east-2/${first.key}`).add(`/dispatch-us-east-2/${second.key}`);

    expect(second.key).not.toBe(first.key);
    expect((await ohio.getPhoto(deliveryId)).body.key).toBe(second.key);
  });

  test('leaves the delivery and its repetition as they were', async () => {
    const [parcelId, deliveryId] = [fresh('parcel'), fresh('delivery')];
    const delivery = { deliveryId, parcelId, driverId: 'driver-1', deliveredAt: '2026-11-22T09:30:00+01:00' };
    await ohio.registerParcel(parcelId);
    const recorded = await ohio.recordDelivery(delivery);
    const parcel = await ohio.getParcel(parcelId);
    await ohio.announcePhoto(deliveryId, PHOTO);

    const headers = { ...recorded.headers, 'x-region': 'us-west-2' };
    expect(await oregon.recordDelivery(delivery)).toEqual({ ...recorded, headers });
    expect(await ohio.getParcel(parcelId)).toEqual(parcel);
  });

  test('refuses photos of a delivery that is not recorded, and creates none', async () => {
    const deliveryId = fresh('delivery');

    const announced = await ohio.announcePhoto(deliveryId, PHOTO);

    expect(announced.status).toBe(404);
    expect(announced.body.type).toBe('tag:dispatch.example,2026:delivery-unknown');
    expect((await ohio.getPhoto(deliveryId)).body.type).toBe('tag:dispatch.example,2026:delivery-unknown');
  });

  test('tells a delivery without a photo from one whose photo is missing', async () => {
    const deliveryId = await delivered(ohio);

    const { status: answered, body, headers } = await ohio.getPhoto(deliveryId);

    expect(answered).toBe(404);
    expect(body.type).toBe('tag:dispatch.example,2026:photo-unknown');
    expect(headers['retry-after']).toBeUndefined();
    expect(asked).toBe(0);
  });
});

describe('a bucket that fails', () => {
  test('is answered with 503, and the log names the call and not the photo', async () => {
    const ohio = new TestDispatch({ client: table.client, photos: bucketOf('us-east-2') });
    const deliveryId = await delivered(ohio);
    await ohio.announcePhoto(deliveryId, PHOTO);
    status = 503;

    const { status: answered, body, headers } = await ohio.getPhoto(deliveryId);

    expect(answered).toBe(503);
    expect(body.type).toBe('tag:dispatch.example,2026:photos-unavailable');
    expect(headers['retry-after']).toBe('1');
    expect(written.lines()).toContainEqual(
      expect.objectContaining({
        level: 'WARN',
        kind: 'photos-unavailable',
        call: expect.objectContaining({ httpStatusCode: 503, attempts: 1 }),
      }),
    );
  });

  test('is a defect of ours when it refuses the role', async () => {
    const ohio = new TestDispatch({ client: table.client, photos: bucketOf('us-east-2') });
    const deliveryId = await delivered(ohio);
    await ohio.announcePhoto(deliveryId, PHOTO);
    status = 403;

    expect((await ohio.getPhoto(deliveryId)).status).toBe(500);
  });

  test('does not keep photos from being announced', async () => {
    const ohio = new TestDispatch({ client: table.client, photos: bucketOf('us-east-2') });
    const deliveryId = await delivered(ohio);
    status = 503;

    expect((await ohio.announcePhoto(deliveryId, PHOTO)).status).toBe(201);
  });
});

test('answers with 503 when the table does not take the announcement', async () => {
  const failing = interceptedClient(() =>
    Promise.reject(Object.assign(new Error('no'), { name: 'InternalServerError', $metadata: { httpStatusCode: 500 } })),
  );

  expect((await new TestDispatch({ client: failing }).announcePhoto('delivery-1', PHOTO)).status).toBe(503);
});

test.each([
  ['/body/sha256', { ...PHOTO, sha256: SHA256.slice(1) }],
  ['/body/sha256', { ...PHOTO, sha256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCR=' }],
  ['/body/bytes', { ...PHOTO, bytes: 0 }],
  ['/body/bytes', { ...PHOTO, bytes: 10_000_001 }],
  ['/body/bytes', { ...PHOTO, bytes: 1.5 }],
  ['/body/contentType', { ...PHOTO, contentType: 'text/html' }],
])('refuses an announcement with a wrong %s', async (pointer, body) => {
  const ohio = new TestDispatch({ client: interceptedClient(() => Promise.reject(new Error('asked the table'))) });

  const answer = await ohio.announcePhoto('delivery-1', body);

  expect(answer.status).toBe(400);
  expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([pointer]);
});
