import { createHash } from 'node:crypto';
import { uniformConstant } from '../../../lib/drill/model/constants';
import { NotModelled } from '../../../lib/drill/not-modelled';
import { drillContext, fault } from '../drill-context';
import { LogRecords } from '../log-records';
import { BOTH_WAYS, bucketIn, EAST, request, ruleTo, TestObjects, WEST } from './fixture';

describe('one bucket', () => {
  test('shows an object as soon as it is written, and answers in the time S3 says', async () => {
    const objects = new TestObjects(drillContext());
    const { min, max } = uniformConstant('s3.latency');

    const written = await objects.ask('PUT', EAST, 'a.jpg', { body: 'one' });
    const answeredMs = objects.context.scheduler.nowMs;

    expect(written).toMatchObject({ statusCode: 200, headers: { 'x-amz-version-id': 'version-1' } });
    expect(answeredMs).toBeGreaterThanOrEqual(min);
    expect(answeredMs).toBeLessThanOrEqual(max);
    expect(await objects.bodyIn(EAST, 'a.jpg')).toBe('one');
    expect(await objects.ask('HEAD', EAST, 'a.jpg')).toMatchObject({
      statusCode: 200,
      headers: { 'content-length': '3', etag: `"${createHash('md5').update('one').digest('hex')}"` },
      body: '',
    });
  });

  test('answers what is not there with 404, and HEAD without a body', async () => {
    const objects = new TestObjects(drillContext());

    const [got, headed] = [await objects.ask('GET', EAST, 'a.jpg'), await objects.ask('HEAD', EAST, 'a.jpg')];

    expect(got).toMatchObject({ statusCode: 404, body: expect.stringContaining('NoSuchKey') });
    expect(headed).toMatchObject({ statusCode: 404, body: '' });
    expect(headed.headers).not.toHaveProperty('x-amz-delete-marker');
  });

  test('marks a deletion and says so', async () => {
    const objects = new TestObjects(drillContext());
    await objects.ask('PUT', EAST, 'a.jpg', { body: 'one' });

    const deleted = await objects.ask('DELETE', EAST, 'a.jpg');

    expect(deleted).toMatchObject({ statusCode: 204, headers: { 'x-amz-delete-marker': 'true' } });
    expect(await objects.ask('HEAD', EAST, 'a.jpg')).toMatchObject({
      statusCode: 404,
      headers: { 'x-amz-delete-marker': 'true' },
    });
  });

  test('reads keys as they were before they were encoded', async () => {
    const objects = new TestObjects(drillContext());
    await objects.send(request('PUT', EAST, 'deliveries/d%3A1/a.jpg', { body: 'one' }));

    expect(await objects.bodyIn(EAST, 'deliveries/d:1/a.jpg')).toBe('one');
  });

  test.each([
    ['BadDigest', { 'x-amz-checksum-sha256': createHash('sha256').update('two').digest('base64') }],
    ['IncompleteBody', { 'content-length': '4' }],
  ])('refuses with %s what is not what was announced', async (code, headers) => {
    const objects = new TestObjects(drillContext());

    const answer = await objects.ask('PUT', EAST, 'a.jpg', {
      body: 'one',
      headers: { authorization: 'a', ...headers },
    });

    expect(answer).toMatchObject({ statusCode: 400, body: expect.stringContaining(code) });
    expect(await objects.bodyIn(EAST, 'a.jpg')).toBe(404);
  });

  test('refuses whoever did not sign', async () => {
    const objects = new TestObjects(drillContext());

    expect(await objects.ask('GET', EAST, 'a.jpg', { headers: {} })).toMatchObject({
      statusCode: 403,
      body: expect.stringContaining('AccessDenied'),
    });
  });

  test('stops a drill that asks for a bucket of nobody, or for what is not modelled', async () => {
    const objects = new TestObjects(drillContext());
    const elsewhere = request('GET', EAST, 'a', { hostname: `objects-${EAST}.s3.${WEST}.amazonaws.com` });

    await expect(objects.s3.answer(elsewhere)).rejects.toThrow(NotModelled);
    await expect(objects.ask('POST', EAST, 'a')).rejects.toThrow(NotModelled);
    expect(objects.s3.regionOf(elsewhere.hostname)).toBeUndefined();
    expect(objects.s3.regionOf(request('GET', WEST, 'a').hostname)).toBe(WEST);
  });
});

describe('a Region whose S3 fails', () => {
  const struck = fault({ target: 's3', region: EAST, endMs: 600_000 });

  test('answers with 503 and the phase that made it, and keeps nothing', async () => {
    const objects = new TestObjects(drillContext({ faults: [struck] }));

    expect(await objects.ask('PUT', EAST, 'a.jpg', { body: 'one' })).toMatchObject({ statusCode: 503, phaseId: 'p1' });
    expect(await objects.bodyIn(WEST, 'a.jpg')).toBe(404);
  });

  test('may fail for some operations, or some buckets, only', async () => {
    const writes = new TestObjects(drillContext({ faults: [{ ...struck, operations: ['PUT', 'DELETE'] }] }));
    const other = new TestObjects(drillContext({ faults: [{ ...struck, resources: ['other'] }] }));

    expect(await writes.ask('PUT', EAST, 'a.jpg', { body: 'one' })).toMatchObject({ statusCode: 503 });
    expect(await writes.ask('GET', EAST, 'a.jpg')).toMatchObject({ statusCode: 404 });
    expect(await other.ask('PUT', EAST, 'a.jpg', { body: 'one' })).toMatchObject({ statusCode: 200 });
  });

  test('may be slow instead', async () => {
    const objects = new TestObjects(drillContext({ faults: [{ ...struck, kind: 'slow', delayMs: 5000 }] }));

    expect(await objects.ask('PUT', EAST, 'a.jpg', { body: 'one' })).toMatchObject({ statusCode: 200 });
    expect(objects.context.scheduler.nowMs).toBeGreaterThan(5000);
  });

  test('leaves the other Region alone', async () => {
    const objects = new TestObjects(drillContext({ faults: [struck] }));

    expect(await objects.ask('PUT', WEST, 'a.jpg', { body: 'one' })).toMatchObject({ statusCode: 200 });
  });
});

describe('replication', () => {
  test('brings an object to the other Region, after a while', async () => {
    const objects = new TestObjects(drillContext());
    await objects.ask('PUT', EAST, 'a.jpg', { body: 'one' });
    const lagMs = () => objects.s3.longestLagMs;

    expect(await objects.bodyIn(WEST, 'a.jpg')).toBe(404);
    expect(lagMs()).toBe(0);
    await objects.settle();

    expect(await objects.bodyIn(WEST, 'a.jpg')).toBe('one');
    expect(lagMs()).toBeGreaterThan(0);
  });

  test('does not send replicas on', async () => {
    const far = 'eu-west-1';
    const chain = [bucketIn(EAST, [ruleTo(WEST)]), bucketIn(WEST, [ruleTo(far)]), bucketIn(far)];
    const objects = new TestObjects(drillContext(), chain);
    await objects.ask('PUT', EAST, 'a.jpg', { body: 'one' });
    await objects.settle();

    expect(await objects.bodyIn(WEST, 'a.jpg')).toBe('one');
    expect(await objects.bodyIn(far, 'a.jpg')).toBe(404);
  });

  test('sends nothing without a rule, beyond a rule’s prefix, or to a bucket that is not there', async () => {
    const objects = new TestObjects(drillContext(), [
      bucketIn(EAST, [ruleTo(WEST, { prefix: 'deliveries/' }), ruleTo('eu-west-1')]),
      bucketIn(WEST),
    ]);
    await objects.ask('PUT', EAST, 'other/a.jpg', { body: 'one' });
    await objects.ask('PUT', EAST, 'deliveries/a.jpg', { body: 'two' });
    await objects.ask('PUT', WEST, 'b.jpg', { body: 'three' });
    await objects.settle();

    expect(await objects.bodyIn(WEST, 'other/a.jpg')).toBe(404);
    expect(await objects.bodyIn(WEST, 'deliveries/a.jpg')).toBe('two');
    expect(await objects.bodyIn(EAST, 'b.jpg')).toBe(404);
  });

  test.each([
    [true, 404],
    [false, 'one'],
  ])('of deletions: %s', async (deleteMarkers, seen) => {
    const objects = new TestObjects(drillContext(), [
      bucketIn(EAST, [ruleTo(WEST, { deleteMarkers })]),
      bucketIn(WEST),
    ]);
    await objects.ask('PUT', EAST, 'a.jpg', { body: 'one' });
    await objects.settle();
    await objects.ask('DELETE', EAST, 'a.jpg');
    await objects.settle();

    expect(await objects.bodyIn(WEST, 'a.jpg')).toBe(seen);
  });

  test('leaves the last write on top in every Region, in whatever order versions arrive', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const objects = new TestObjects(drillContext({ seed: `seed ${seed}` }), BOTH_WAYS);
      await objects.ask('PUT', EAST, 'a.jpg', { body: 'first' });
      await objects.ask('PUT', WEST, 'a.jpg', { body: 'second' });
      await objects.ask('PUT', EAST, 'a.jpg', { body: 'third' });
      await objects.settle();

      expect([await objects.bodyIn(EAST, 'a.jpg'), await objects.bodyIn(WEST, 'a.jpg')]).toEqual(['third', 'third']);
    }
  });

  test.each([
    ['the source', EAST],
    ['the destination', WEST],
  ])('waits until S3 serves again at %s', async (_, region) => {
    const faults = [fault({ target: 's3', region, startMs: 250, endMs: 7_200_000 })];
    const objects = new TestObjects(drillContext({ faults }));
    await objects.ask('PUT', EAST, 'a.jpg', { body: 'one' });
    await objects.settle();

    expect(objects.context.scheduler.nowMs).toBeGreaterThan(7_200_000);
    expect(objects.s3.longestLagMs).toBeGreaterThan(7_190_000);
    expect(await objects.bodyIn(WEST, 'a.jpg')).toBe('one');
  });

  test('pauses towards one Region until a fault ends, which may be sooner than was planned', async () => {
    const pause = fault({ target: 's3-replication', kind: 'delay', region: EAST, endMs: 7_200_000, peers: [WEST] });
    const objects = new TestObjects(drillContext({ faults: [pause] }));
    const { scheduler, faults } = objects.context;
    await objects.ask('PUT', EAST, 'there.jpg', { body: 'one' });
    await objects.ask('PUT', WEST, 'back.jpg', { body: 'two' });
    scheduler.at(3_600_000, () => faults.end(pause, 3_600_000));

    await scheduler.run(3_599_000);
    expect([await objects.bodyIn(WEST, 'there.jpg'), await objects.bodyIn(EAST, 'back.jpg')]).toEqual([404, 'two']);
    await objects.settle();
    expect(await objects.bodyIn(WEST, 'there.jpg')).toBe('one');
    expect(scheduler.nowMs).toBeLessThan(3_601_000);
  });

  test('that was under way when a pause began goes on for a time of its own, and waits for the end after that', async () => {
    const pauseMs = 7_200_000;
    const log = new LogRecords();
    const pause = { target: 's3-replication', kind: 'delay', region: EAST, startMs: 1_000, endMs: pauseMs } as const;
    const context = drillContext({ faults: [fault({ ...pause, lingerMs: 3_600_000 })], onLog: log.onLog });
    const objects = new TestObjects(context);
    const put = (key: string) => objects.s3.answer(request('PUT', EAST, key, { body: 'one' }));
    const early = Array.from({ length: 400 }, (_, index) => put(`early-${index}.jpg`));
    await context.scheduler.runUntilSettled(Promise.all(early), 900);
    await context.scheduler.run(1_000);
    const late = Array.from({ length: 20 }, (_, index) => put(`late-${index}.jpg`));
    await context.scheduler.runUntilSettled(Promise.all(late), 2_000);
    await context.scheduler.run(pauseMs - 1);
    context.log.sha256();
    const arrivals = log.of('object-replica').map(({ t }) => t);

    // Replication takes a quarter of a minute as a rule and a quarter of an hour at times: few have not got through in their time.
    expect(arrivals.length).toBeGreaterThan(360);
    expect(arrivals.length).toBeLessThan(400);
    expect(Math.max(...arrivals)).toBeLessThan(1_000 + 3_600_000);
    expect(objects.s3.backlogs.get(`objects-${WEST}`)?.byRegion.get(WEST)).toBe(420 - arrivals.length);
    await objects.settle();
    expect(await objects.bodyIn(WEST, 'late-0.jpg')).toBe('one');
  });

  test('pauses towards one bucket alone', async () => {
    const other = { ...bucketIn(WEST), name: 'archive' };
    const rules = [ruleTo(WEST), ruleTo(WEST, { id: 'archive', destination: 'archive' })];
    const peers = ['archive'];
    const pause = fault({ target: 's3-replication', kind: 'delay', region: EAST, endMs: 7_200_000, peers });
    const objects = new TestObjects(drillContext({ faults: [pause] }), [bucketIn(EAST, rules), bucketIn(WEST), other]);
    await objects.ask('PUT', EAST, 'a.jpg', { body: 'one' });
    await objects.context.scheduler.run(7_199_999);

    expect(objects.s3.backlogs.get('archive')?.byRegion.get(WEST)).toBe(1);
    expect(await objects.bodyIn(WEST, 'a.jpg')).toBe('one');
  });

  test.each([
    ['its source', EAST],
    ['its destination', WEST],
  ])('waits while no packet leaves %s, and then arrives', async (_, region) => {
    const dark = fault({ target: 'network', region, endMs: 7_200_000 });
    const objects = new TestObjects(drillContext({ faults: [dark] }));
    await objects.ask('PUT', EAST, 'a.jpg', { body: 'one' });

    await objects.context.scheduler.run(7_199_000);
    expect(await objects.bodyIn(WEST, 'a.jpg')).toBe(404);
    await objects.settle();
    expect(await objects.bodyIn(WEST, 'a.jpg')).toBe('one');
    expect(objects.context.scheduler.nowMs).toBeLessThan(7_201_000);
  });

  test('gets through while only some requests fail', async () => {
    const faults = [fault({ target: 's3', region: WEST, endMs: 24 * 3_600_000, share: 0.5 })];
    const objects = new TestObjects(drillContext({ faults }));
    for (let index = 0; index < 20; index++) {
      await objects.ask('PUT', EAST, `${index}.jpg`, { body: 'one' });
    }
    await objects.settle();

    expect(objects.context.scheduler.nowMs).toBeLessThan(12 * 3_600_000);
  });

  /** Lags of many objects, in seconds, in order. */
  async function lagsOf(timeControl: boolean): Promise<number[]> {
    const log = new LogRecords();
    const context = drillContext({ onLog: log.onLog });
    const objects = new TestObjects(context, [bucketIn(EAST, [ruleTo(WEST, { timeControl })]), bucketIn(WEST)]);
    const uploads = Array.from({ length: 2_000 }, (_, index) =>
      objects.s3.answer(request('PUT', EAST, `${index}.jpg`, { body: 'one' })),
    );
    await context.scheduler.runUntilSettled(Promise.all(uploads), 60_000);
    await objects.settle();
    context.log.sha256();
    const replicas = log.of('object-replica');
    return replicas.map(({ lagMs }) => lagMs / 1000).sort((a, b) => a - b);
  }

  test('takes seconds as a rule and has a long tail, which time control cuts', async () => {
    const usual = await lagsOf(false);
    const controlled = await lagsOf(true);
    const at = (lags: readonly number[], share: number): number => lags[Math.floor(share * lags.length)] ?? Number.NaN;

    expect([usual.length, controlled.length]).toEqual([2_000, 2_000]);
    for (const lags of [usual, controlled]) expect(at(lags, 0.5)).toBeCloseTo(15, -0.5);
    expect(at(usual, 0.99)).toBeGreaterThan(600);
    expect(at(usual, 0.99)).toBeLessThan(1_350);
    expect(at(controlled, 0.99)).toBeLessThan(500);
    expect(controlled.filter((lag) => lag > 900).length).toBeLessThanOrEqual(8);
  });
});
