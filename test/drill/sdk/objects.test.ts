import type * as S3 from '@aws-sdk/client-s3';
import type { Fault } from '../../../lib/drill/faults/fault-plan';
import { NotModelled } from '../../../lib/drill/not-modelled';
import { fault, settle } from '../data/fixture';
import { BOTH_WAYS, EAST, WEST } from '../objects/fixture';
import { application } from './clients';

/** The S3 client of an application in us-east-2. */
function client(faults: readonly Fault[] = [], config: S3.S3ClientConfig = { maxAttempts: 1 }) {
  const app = application({ faults, buckets: BOTH_WAYS });
  const s3 = app.require('@aws-sdk/client-s3') as unknown as typeof S3;
  const clientOf = new s3.S3Client(config);
  const send = (command: unknown): Promise<object> => settle(app.context, clientOf.send(command as never));
  return { s3, send, app };
}

const OBJECT = { Bucket: `objects-${EAST}`, Key: 'deliveries/d:1/a.jpg' };
const down = (kind: Fault['kind']): Fault =>
  fault({ target: 's3', region: EAST, kind, startMs: 0, endMs: 10_000, phaseId: 'p9' });

test('the real client asks for an object over the wire, before it is there and after', async () => {
  const { s3, send, app } = client();

  await expect(send(new s3.HeadObjectCommand(OBJECT))).rejects.toMatchObject({
    name: 'NotFound',
    $metadata: expect.objectContaining({ httpStatusCode: 404 }),
  });
  expect(await send(new s3.DeleteObjectCommand(OBJECT))).toMatchObject({ DeleteMarker: true });
  expect(app.sent).toHaveLength(2);
});

test('the short cut of the tables is not for it', async () => {
  const { s3, app } = client();

  expect(app.require('@aws-sdk/client-s3')).toBe(s3);
  expect(Object.keys(s3)).toContain('HeadObjectCommand');
});

test.each([
  ['name', { code: 'ENOTFOUND' }],
  ['error', { $metadata: expect.objectContaining({ httpStatusCode: 503 }) }],
] as const)('a fault of its %s reaches the client, one of the tables does not', async (kind, error) => {
  const { s3, send } = client([down(kind)]);
  const healthy = client([fault({ target: 'dynamodb', region: EAST, kind, startMs: 0, endMs: 10_000 })]);

  await expect(send(new s3.HeadObjectCommand(OBJECT))).rejects.toMatchObject(error);
  await expect(healthy.send(new healthy.s3.HeadObjectCommand(OBJECT))).rejects.toMatchObject({ name: 'NotFound' });
});

test("the client's own retries outlast a short fault", async () => {
  const { s3, send, app } = client([{ ...down('error'), endMs: 60, courseEndMs: 60 }], { maxAttempts: 10 });

  await expect(send(new s3.HeadObjectCommand(OBJECT))).rejects.toMatchObject({ name: 'NotFound' });
  expect(app.attempts.length).toBeGreaterThan(1);
});

test('a bucket of nobody stops the drill', async () => {
  const { s3, send } = client();

  await expect(send(new s3.HeadObjectCommand({ ...OBJECT, Bucket: 'others' }))).rejects.toThrow(NotModelled);
});

test("another Region's bucket is asked over the distance", async () => {
  const { s3, app } = client();
  const far = new s3.S3Client({ region: WEST, maxAttempts: 1 });

  await expect(
    settle(app.context, far.send(new s3.HeadObjectCommand({ ...OBJECT, Bucket: `objects-${WEST}` }))),
  ).rejects.toMatchObject({ name: 'NotFound' });
  expect(app.context.scheduler.nowMs).toBeGreaterThan(3 * 51.2);
});
