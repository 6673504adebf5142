import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import {
  type Answer,
  fresh,
  REGISTRATION,
  recordConsole,
  startTable,
  TestDispatch,
  type TestTable,
} from '../dispatch-fixture';

const written = recordConsole();

let table: TestTable;
let dispatch: TestDispatch;
let parcelId: string;
beforeAll(async () => {
  table = await startTable();
});
beforeEach(async () => {
  dispatch = new TestDispatch({ client: table.client });
  parcelId = fresh('parcel');
  await dispatch.registerParcel(parcelId);
});
afterAll(() => table.stop());

/** A bad write: attributes of an item become something else, or go. */
async function spoil(pk: string, attributes: Readonly<Record<string, unknown>>): Promise<void> {
  const names = Object.keys(attributes);
  const isGone = (name: string): boolean => attributes[name] === undefined;
  const set = names.filter((name) => !isGone(name)).map((name) => `#${name} = :${name}`);
  const remove = names.filter(isGone).map((name) => `#${name}`);
  await table.client.send(
    new UpdateCommand({
      TableName: 'dispatch',
      Key: { pk },
      UpdateExpression: [
        ...(set.length > 0 ? [`SET ${set.join(', ')}`] : []),
        ...(remove.length > 0 ? [`REMOVE ${remove.join(', ')}`] : []),
      ].join(' '),
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ...(set.length > 0
        ? {
            ExpressionAttributeValues: Object.fromEntries(
              names.filter((name) => !isGone(name)).map((name) => [`:${name}`, attributes[name]]),
            ),
          }
        : {}),
    }),
  );
}

async function stored(pk: string): Promise<unknown> {
  return (await table.client.send(new GetCommand({ TableName: 'dispatch', Key: { pk } }))).Item;
}

function deliveryOf(parcel = parcelId) {
  return { deliveryId: fresh('delivery'), parcelId: parcel, driverId: 'driver-1', deliveredAt: '2026-11-22T09:30:00Z' };
}

/** Lines of what the last request wrote. */
async function linesOf(request: () => Promise<Answer>): Promise<readonly [Answer, Record<string, unknown>[]]> {
  const before = written.lines().length;
  const answer = await request();
  return [answer, written.lines().slice(before)];
}

const REFUSED = { status: 500, body: { type: 'tag:dispatch.example,2026:item-unreadable', status: 500 } };

describe('a parcel that cannot be read', () => {
  test('is refused with 500, logged by key and field, and counted', async () => {
    await spoil(`PARCEL#${parcelId}`, { recipient: null, address: null, status: null });

    const [answer, lines] = await linesOf(() => dispatch.getParcel(parcelId));

    expect(answer).toMatchObject(REFUSED);
    expect(answer.headers).not.toHaveProperty('retry-after');
    expect(answer.text).not.toContain('null');
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        kind: 'item-unreadable',
        route: 'GET /parcels/{parcelId}',
        item: { key: `PARCEL#${parcelId}`, fields: ['recipient', 'address'] },
      }),
      expect.objectContaining({
        service: 'dispatch',
        UnreadableItems: 1,
        _aws: expect.objectContaining({
          CloudWatchMetrics: [expect.objectContaining({ Namespace: 'Dispatch', Dimensions: [['service']] })],
        }),
      }),
      expect.objectContaining({ route: 'GET /parcels/{parcelId}', Fault: 1 }),
    ]);
  });

  test.each([
    ['recipient', null],
    ['recipient', ''],
    ['address', undefined],
    ['address', 12],
    ['deliveryId', null],
    ['deliveredBy', null],
    ['deliveredAt', undefined],
  ])('is refused for its %s alone when that is %j', async (field, value) => {
    await dispatch.recordDelivery(deliveryOf());
    expect((await dispatch.getParcel(parcelId)).status).toBe(200);
    await spoil(`PARCEL#${parcelId}`, { [field]: value });

    const [answer, [log]] = await linesOf(() => dispatch.getParcel(parcelId));

    expect(answer).toMatchObject(REFUSED);
    expect(log).toMatchObject({ item: { fields: [field] } });
  });

  test('is not registered anew, and left as it is', async () => {
    await spoil(`PARCEL#${parcelId}`, { recipient: null });
    const before = await stored(`PARCEL#${parcelId}`);

    expect(await dispatch.registerParcel(parcelId)).toMatchObject(REFUSED);
    expect(await stored(`PARCEL#${parcelId}`)).toEqual(before);
  });

  test('is named on its route, page after page, and keeps no other parcel from it', async () => {
    const driverId = fresh('driver');
    const parcelIds = [1, 2, 3, 4, 5].map((number) => `${driverId}-${number}`);
    for (const id of parcelIds) await dispatch.registerParcel(id, { ...REGISTRATION, driverId });
    for (const id of [parcelIds[1], parcelIds[2], parcelIds[4]]) await spoil(`PARCEL#${id}`, { address: null });

    const [first, lines] = await linesOf(() => dispatch.listRoute(driverId, { limit: '3' }));
    const second = await dispatch.listRoute(driverId, { limit: '3', nextToken: first.body.nextToken });

    const whole = (id?: string) => ({ parcelId: id, ...REGISTRATION, driverId, status: 'registered' });
    const nextToken = expect.any(String);
    expect(first.status).toBe(200);
    expect(first.body).toEqual({
      driverId,
      parcels: [whole(parcelIds[0])],
      unreadable: [parcelIds[1], parcelIds[2]],
      nextToken,
    });
    expect(second.body).toEqual({ driverId, parcels: [whole(parcelIds[3])], unreadable: [parcelIds[4]] });
    const leftOut = { level: 'ERROR', message: 'item left out', route: 'GET /routes/{driverId}' };
    expect(lines).toEqual([
      expect.objectContaining({ ...leftOut, item: { key: `PARCEL#${parcelIds[1]}`, fields: ['address'] } }),
      expect.objectContaining({ ...leftOut, item: { key: `PARCEL#${parcelIds[2]}`, fields: ['address'] } }),
      expect.objectContaining({ UnreadableItems: 2 }),
      expect.objectContaining({ route: 'GET /routes/{driverId}', Fault: 0 }),
    ]);
  });
});

test('a route without such parcels says nothing of them', async () => {
  const driverId = fresh('driver');
  await dispatch.registerParcel(fresh('parcel'), { ...REGISTRATION, driverId });

  const [answer, lines] = await linesOf(() => dispatch.listRoute(driverId));

  expect(answer.body.parcels).toHaveLength(1);
  expect(Object.keys(answer.body)).not.toContain('unreadable');
  expect(lines).toHaveLength(1);
});

describe('a delivery of a parcel that cannot be read', () => {
  test('is recorded when nothing of another delivery is there, for the parcel was handed over', async () => {
    const delivery = deliveryOf();
    await spoil(`PARCEL#${parcelId}`, { recipient: null, address: null, status: null });

    const recorded = await dispatch.recordDelivery(delivery);
    const repeated = await dispatch.recordDelivery(delivery);
    const other = await dispatch.recordDelivery(deliveryOf());

    expect(recorded).toMatchObject({ status: 201, body: { ...delivery, status: 'delivered' } });
    expect(repeated).toEqual(recorded);
    expect(other).toMatchObject({ status: 409, body: { type: expect.stringMatching(/:parcel-delivered$/) } });
    const { recipient, address } = REGISTRATION;
    await spoil(`PARCEL#${parcelId}`, { recipient, address });
    expect((await dispatch.getParcel(parcelId)).body).toMatchObject({
      status: 'delivered',
      delivery: { deliveryId: delivery.deliveryId },
    });
  });

  test('is refused, and changes nothing, when the delivery that it carries is spoilt: it may be another', async () => {
    const delivery = deliveryOf();
    await dispatch.recordDelivery(delivery);
    await spoil(`PARCEL#${parcelId}`, { deliveryId: null, deliveredBy: null, deliveredAt: null });
    const before = await stored(`PARCEL#${parcelId}`);

    expect(await dispatch.recordDelivery(delivery)).toMatchObject(REFUSED);
    expect(await dispatch.recordDelivery(deliveryOf())).toMatchObject(REFUSED);
    expect(await stored(`PARCEL#${parcelId}`)).toEqual(before);
  });
});

describe('a delivery that cannot be read', () => {
  test('is not taken for one with other content', async () => {
    const delivery = deliveryOf();
    await dispatch.recordDelivery(delivery);
    await spoil(`DELIVERY#${delivery.deliveryId}`, { deliveredBy: null, deliveredAt: null });

    const [answer, [log]] = await linesOf(() => dispatch.recordDelivery(delivery));

    expect(answer).toMatchObject(REFUSED);
    expect(log).toMatchObject({
      item: { key: `DELIVERY#${delivery.deliveryId}`, fields: ['deliveredBy', 'deliveredAt'] },
    });
  });

  test('has its photo when that is not what is spoilt, and takes one that is announced anew', async () => {
    const delivery = deliveryOf();
    const photo = { sha256: `${'A'.repeat(43)}=`, bytes: 1 };
    await dispatch.recordDelivery(delivery);
    await dispatch.announcePhoto(delivery.deliveryId, photo);
    await spoil(`DELIVERY#${delivery.deliveryId}`, { photoKey: null, deliveredBy: null });

    expect(await dispatch.getPhoto(delivery.deliveryId)).toMatchObject(REFUSED);
    expect((await dispatch.announcePhoto(delivery.deliveryId, photo)).status).toBe(201);
    expect(await stored(`DELIVERY#${delivery.deliveryId}`)).toMatchObject({ photoKey: expect.any(String) });
  });
});

test('a mark that cannot be read is refused until the next one is left', async () => {
  const probeId = fresh('probe');
  await dispatch.putProbe(probeId, { mark: 'first' });
  await spoil(`PROBE#${probeId}`, { mark: null });

  expect(await dispatch.getProbe(probeId)).toMatchObject(REFUSED);
  await dispatch.putProbe(probeId, { mark: 'second' });
  expect(await dispatch.getProbe(probeId)).toMatchObject({ status: 200, body: { mark: 'second' } });
});
