import type { Fault } from '../../../lib/drill/faults/fault-plan';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { quantilesConstant, uniformConstant } from '../../../lib/drill/model/constants';
import { roundTripMs } from '../../../lib/drill/model/round-trips';
import { AwsWire, type WireAnswer } from '../../../lib/drill/network/aws-wire';
import { drillContext, fault, parcelTable, timed } from '../data/fixture';
import { MedianStream } from '../median-stream';
import { awsServices } from './aws-services';

const EAST = 'us-east-2';
const WEST = 'us-west-2';
const EAST_HOST = 'dynamodb.us-east-2.amazonaws.com';
const WEST_HOST = 'dynamodb.us-west-2.amazonaws.com';
const IN_REGION_MS = quantilesConstant('net.inRegion').p50 as number;
const TABLE = parcelTable({ consistency: 'eventual', replicaRegions: [EAST, WEST] });

function wireFrom(region: string, faults: readonly Fault[] = [], random: RandomStream = new MedianStream('wire')) {
  const context = drillContext({ faults });
  const struck: string[] = [];
  const wire = new AwsWire(region, awsServices(context, { tables: [TABLE] }), context, random, (phaseId) =>
    struck.push(phaseId),
  );
  const get = (hostname = EAST_HOST, operation = 'GetItem'): Promise<WireAnswer> =>
    wire.exchange({
      hostname,
      target: `DynamoDB_20120810.${operation}`,
      body: JSON.stringify({ TableName: 'parcels', Key: { pk: { S: 'PARCEL#1' } } }),
    });
  return { context, wire, struck, get };
}

const names = (endMs: number, more: Partial<Fault> = {}): Fault =>
  fault({ target: 'dynamodb', region: EAST, startMs: 0, endMs, kind: 'name', phaseId: 'names', ...more });
const errors = (endMs: number, more: Partial<Fault> = {}): Fault =>
  fault({ target: 'dynamodb', region: EAST, startMs: 0, endMs, kind: 'error', phaseId: 'errors', ...more });

describe('a connection', () => {
  test('costs TCP and TLS, two round trips, once for each host', async () => {
    const { context, wire } = wireFrom(EAST);

    expect(await timed(context, wire.connect(EAST_HOST))).toEqual({ value: undefined, elapsedMs: 2 * IN_REGION_MS });
    expect((await timed(context, wire.connect(EAST_HOST))).elapsedMs).toBe(0);
    expect((await timed(context, wire.connect(WEST_HOST))).elapsedMs).toBe(2 * roundTripMs(EAST, WEST));
    expect((await timed(context, wire.connect('111111111111.ddb.us-west-2.amazonaws.com'))).elapsedMs).toBe(
      2 * roundTripMs(EAST, WEST),
    );
  });

  test('has a round trip of its own, around the median of the distance, which it keeps', async () => {
    const [nearTrips, farTrips]: [number[], number[]] = [[], []];
    for (let i = 0; i < 50; i++) {
      const { context, wire, get } = wireFrom(
        EAST,
        [errors(1e9), errors(1e9, { region: WEST })],
        new RandomStream(`${i}`),
      );
      nearTrips.push((await timed(context, wire.connect(EAST_HOST))).elapsedMs / 2);
      farTrips.push((await timed(context, wire.connect(WEST_HOST))).elapsedMs / 2);
      expect((await timed(context, get(WEST_HOST))).elapsedMs).toBeCloseTo(farTrips[i] ?? 0, 6);
    }

    for (const [trips, medianMs] of [
      [nearTrips, IN_REGION_MS],
      [farTrips, roundTripMs(EAST, WEST)],
    ] as const) {
      const below = trips.filter((tripMs) => tripMs < medianMs).length;
      expect(new Set(trips).size).toBe(50);
      expect(below).toBeGreaterThan(10);
      expect(below).toBeLessThan(40);
    }
  });

  test("fails at once with Node's error when the name has no address, a live one too", async () => {
    const { context, wire, struck } = wireFrom(EAST, [names(2000, { startMs: 1000 })]);
    await timed(context, wire.connect(EAST_HOST));
    await context.scheduler.run(1000);

    expect(await timed(context, wire.connect(EAST_HOST))).toEqual({
      error: expect.objectContaining({
        message: `getaddrinfo ENOTFOUND ${EAST_HOST}`,
        code: 'ENOTFOUND',
        syscall: 'getaddrinfo',
        hostname: EAST_HOST,
      }),
      elapsedMs: 0,
    });
    expect(struck).toEqual(['names']);
    expect((await timed(context, wire.connect(WEST_HOST))).error).toBeUndefined();

    await context.scheduler.run(2000);
    expect((await timed(context, wire.connect(EAST_HOST))).elapsedMs).toBeCloseTo(2 * IN_REGION_MS, 9);
  });

  test('is not touched by faults of the answers, and blames none', async () => {
    const { context, wire, struck } = wireFrom(EAST, [errors(1000)]);

    expect((await timed(context, wire.connect(EAST_HOST))).error).toBeUndefined();
    expect(struck).toEqual([]);
  });
});

describe('an exchange', () => {
  test("takes the way to another Region and back, and the service's time", async () => {
    const near = wireFrom(EAST);
    const far = wireFrom(WEST);

    const nearMs = (await timed(near.context, near.get())).elapsedMs;
    const { value, elapsedMs } = await timed(far.context, far.get());

    expect(elapsedMs - nearMs).toBeCloseTo(roundTripMs(WEST, EAST), 9);
    expect(value).toEqual({ statusCode: 200, body: '{}' });
  });

  test('is answered with 503 while the service fails, and the phase is named', async () => {
    const { context, get, struck } = wireFrom(EAST, [errors(1000)]);

    const { value } = await timed(context, get());

    expect(value?.statusCode).toBe(503);
    expect(JSON.parse(value?.body ?? '')).toEqual({
      __type: 'com.amazonaws.dynamodb.v20120810#ServiceUnavailable',
      message: 'Service unavailable',
    });
    expect(struck).toEqual(['errors']);
    await context.scheduler.run(1000);
    expect((await timed(context, get())).value?.statusCode).toBe(200);
  });

  test.each([
    ['alone', [errors(1e9, { share: 0.3 })]],
    ['beside a fault of the names', [names(1e9, { share: 0.5 }), errors(1e9, { share: 0.3 })]],
  ])('fails for the share of requests that a partial fault hits, %s', async (_, faults) => {
    const { context, get, struck } = wireFrom(EAST, faults);
    const count = 2000;
    let failed = 0;
    for (let i = 0; i < count; i++) if ((await timed(context, get())).value?.statusCode === 503) failed++;

    expect(Math.abs(failed / count - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / count));
    expect(struck).toEqual(Array(failed).fill('errors'));
  });

  test('with a bucket takes the way there and back, and names the phase that makes it fail', async () => {
    const hostname = `objects.s3.${WEST}.amazonaws.com`;
    const headOf = async (faults: readonly Fault[]) => {
      const context = drillContext({ faults });
      const struck: string[] = [];
      const buckets = [{ name: 'objects', region: WEST, versioned: true, rules: [] }];
      const services = awsServices(context, { buckets });
      const wire = new AwsWire(EAST, services, context, new MedianStream('wire'), (phaseId) => struck.push(phaseId));
      const rest = { method: 'HEAD', path: '/a.jpg', query: {}, headers: { authorization: 'signed' } };
      const { value, elapsedMs } = await timed(context, wire.exchange({ hostname, target: '', body: '', rest }));
      return { status: value?.statusCode, elapsedMs, struck };
    };

    const served = await headOf([]);
    const failed = await headOf([fault({ target: 's3', region: WEST, startMs: 0, endMs: 1000, phaseId: 'p7' })]);

    const { min, max } = uniformConstant('s3.latency');
    expect(served).toMatchObject({ status: 404, struck: [] });
    expect(served.elapsedMs).toBeGreaterThanOrEqual(roundTripMs(EAST, WEST) + min);
    expect(served.elapsedMs).toBeLessThanOrEqual(roundTripMs(EAST, WEST) + max);
    expect(failed).toEqual({ status: 503, elapsedMs: roundTripMs(EAST, WEST), struck: ['p7'] });
  });

  test('that a table refuses for want of a quorum names the replication fault that began last', async () => {
    const context = drillContext({
      faults: ['before', 'cause', 'later'].map((phaseId, index) =>
        fault({
          target: 'dynamodb-replication',
          region: EAST,
          startMs: 10 * index,
          endMs: 1000,
          delayMs: 1000,
          phaseId,
        }),
      ),
    });
    const struck: string[] = [];
    const strong = parcelTable({ consistency: 'strong', replicaRegions: [EAST, WEST], witnessRegions: ['us-east-1'] });
    const wire = new AwsWire(
      EAST,
      awsServices(context, { tables: [strong] }),
      context,
      new MedianStream('wire'),
      (phaseId) => struck.push(phaseId),
    );
    await context.scheduler.run(15);
    const body = JSON.stringify({ TableName: 'parcels', Item: { pk: { S: 'PARCEL#1' } } });

    const { value } = await timed(
      context,
      wire.exchange({ hostname: EAST_HOST, target: 'DynamoDB_20120810.PutItem', body }),
    );

    expect(value?.statusCode).toBe(500);
    expect(struck).toEqual(['cause']);
  });
});

describe('what the wire does not model', () => {
  test.each([
    'example.com',
    'sts.us-east-2.amazonaws.com',
    'dynamodb.us-east-2.api.aws',
    'dynamodb-fips.us-east-2.amazonaws.com',
  ])('refuses the endpoint %s', async (hostname) => {
    const { wire, get } = wireFrom(EAST);

    await expect(wire.connect(hostname)).rejects.toThrow(`not modelled: endpoint ${hostname}`);
    await expect(get(hostname)).rejects.toThrow(`not modelled: endpoint ${hostname}`);
  });

  test('refuses a Region whose distance nobody knows, a request without an operation, and an operation it lacks', async () => {
    const { context, wire, get } = wireFrom(EAST);

    expect((await timed(context, wire.connect('dynamodb.xx-north-9.amazonaws.com'))).error?.message).toBe(
      'not modelled: round trips of Region xx-north-9: no entry in lib/drill/model/region-round-trips.json',
    );
    expect((await timed(context, get(EAST_HOST, ''))).error?.message).toContain('not modelled: request to');
    expect((await timed(context, get(EAST_HOST, 'TransactWriteItems'))).error?.message).toBe(
      'not modelled: DynamoDB operation TransactWriteItems',
    );
  });
});

describe('what is narrower than an endpoint', () => {
  test('an operation fails alone', async () => {
    const { context, get } = wireFrom(EAST, [errors(1000, { operations: ['PutItem'] })]);

    expect((await timed(context, get(EAST_HOST, 'GetItem'))).value?.statusCode).toBe(200);
    expect((await timed(context, get(EAST_HOST, 'PutItem'))).value?.statusCode).toBe(503);
  });

  test('a table fails alone', async () => {
    const { context, get } = wireFrom(EAST, [errors(1000, { resources: ['others'] })]);

    expect((await timed(context, get())).value?.statusCode).toBe(200);
  });

  test('requests from another Region fail alone', async () => {
    const faults = [errors(1e6, { peers: [WEST] })];
    const [near, far] = [wireFrom(EAST, faults), wireFrom(WEST, faults)];

    expect((await timed(near.context, near.get())).value?.statusCode).toBe(200);
    expect((await timed(far.context, far.get())).value?.statusCode).toBe(503);
  });
});

test('a slow service answers later, and is named', async () => {
  const { context, get, struck } = wireFrom(EAST, [errors(1000, { kind: 'slow', delayMs: 700 })]);

  const { value, elapsedMs } = await timed(context, get());

  expect([value?.statusCode, struck]).toEqual([200, ['errors']]);
  expect(elapsedMs).toBeGreaterThan(700);
});

test('a service that fails too late has done what it was asked', async () => {
  const { context, wire, get } = wireFrom(EAST, [errors(1000, { kind: 'late-error' })]);
  const put = wire.exchange({
    hostname: EAST_HOST,
    target: 'DynamoDB_20120810.PutItem',
    body: JSON.stringify({ TableName: 'parcels', Item: { pk: { S: 'PARCEL#1' } } }),
  });

  expect((await timed(context, put)).value?.statusCode).toBe(503);
  await context.scheduler.run(1000);
  expect((await timed(context, get())).value?.body).toContain('PARCEL#1');
});

test("a Region's resolver that does not answer fails new connections after ten seconds, and leaves live ones be", async () => {
  const silent = fault({ target: 'resolver', region: EAST, startMs: 1000, endMs: 1e6, phaseId: 'silent' });
  const [{ context, wire, struck }, far] = [wireFrom(EAST, [silent]), wireFrom(WEST, [silent])];
  await timed(context, wire.connect(EAST_HOST));
  await context.scheduler.run(1000);

  expect((await timed(context, wire.connect(EAST_HOST))).elapsedMs).toBe(0);
  expect(await timed(context, wire.connect(WEST_HOST))).toMatchObject({
    error: { code: 'EAI_AGAIN', message: `getaddrinfo EAI_AGAIN ${WEST_HOST}` },
    elapsedMs: 10_000,
  });
  expect(struck).toEqual(['silent']);
  expect((await timed(far.context, far.wire.connect(EAST_HOST))).elapsedMs).toBe(2 * roundTripMs(WEST, EAST));
});

test('a way between Regions that is cut lets connections and requests wait for ever', async () => {
  const cut = fault({ target: 'network', region: WEST, startMs: 1000, endMs: 1e6, phaseId: 'cut' });
  const { context, wire, get, struck } = wireFrom(EAST, [cut]);
  await timed(context, wire.connect(WEST_HOST));
  await context.scheduler.run(1000);
  const settled: string[] = [];
  wire.connect('111111111111.ddb.us-west-2.amazonaws.com').finally(() => settled.push('connection'));
  get(WEST_HOST).finally(() => settled.push('request'));

  expect((await timed(context, get(EAST_HOST))).value?.statusCode).toBe(200);
  await context.scheduler.run(600_000);
  expect([settled, struck]).toEqual([[], ['cut', 'cut']]);
});

test.each([
  ['throttle', 'GetItem', ['ThrottledRequests', 'ReadThrottleEvents']],
  ['throttle', 'PutItem', ['ThrottledRequests', 'WriteThrottleEvents']],
  ['error', 'GetItem', ['SystemErrors']],
] as const)('a fault (%s) of %s is told to CloudWatch', async (kind, operation, expected) => {
  const { context, get } = wireFrom(EAST, [errors(1e9, { kind })]);
  const heard: string[] = [];
  const ofTable = { TableName: 'parcels' };
  const ofOperation = { ...ofTable, Operation: operation };
  for (const [name, dimensions] of [
    ['SystemErrors', ofOperation],
    ['ThrottledRequests', ofOperation],
    ['ReadThrottleEvents', ofTable],
    ['WriteThrottleEvents', ofTable],
  ] as const) {
    context.metrics.listen({ region: EAST, namespace: 'AWS/DynamoDB', name, dimensions }, () => heard.push(name));
  }
  await timed(context, get(EAST_HOST, operation));

  expect(heard).toEqual(expected);
});
