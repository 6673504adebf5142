import * as fc from 'fast-check';
import { holdTimeOuts } from '../../helpers/held-time-outs';
import { fresh, interceptedClient, recordConsole, startTable, TestDispatch, type TestTable } from '../dispatch-fixture';

recordConsole();

let table: TestTable;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table.stop());

function deliveryOf(parcelId: string, deliveryId = fresh('delivery')) {
  return { deliveryId, parcelId, driverId: 'driver-1', deliveredAt: '2026-11-22T09:30:00+01:00' };
}

describe.each(['strong', 'eventual'] as const)('deliveries to a table with %s consistency', (consistency) => {
  let ohio: TestDispatch;
  let oregon: TestDispatch;
  let parcelId: string;
  beforeEach(async () => {
    ohio = new TestDispatch({ client: table.client, consistency, region: 'us-east-2' });
    oregon = new TestDispatch({ client: table.client, consistency, region: 'us-west-2' });
    parcelId = fresh('parcel');
    await ohio.registerParcel(parcelId);
  });

  test('records a delivery and shows it with its parcel', async () => {
    const delivery = deliveryOf(parcelId);

    const recorded = await ohio.recordDelivery(delivery);

    const { deliveryId, driverId, deliveredAt } = delivery;
    expect(recorded.status).toBe(201);
    expect(recorded.body).toEqual({ ...delivery, status: 'delivered' });
    expect((await ohio.getParcel(parcelId)).body).toMatchObject({
      parcelId,
      status: 'delivered',
      delivery: { deliveryId, driverId, deliveredAt },
    });
  });

  test('gives the same answer to the letter when a delivery is repeated in another Region', async () => {
    const delivery = deliveryOf(parcelId);
    const first = await ohio.recordDelivery(delivery);

    const repeated = await oregon.recordDelivery(delivery);

    expect(repeated).toEqual({ ...first, headers: { ...first.headers, 'x-region': 'us-west-2' } });
  });

  test('repeats a delivery in two writes and without a read', async () => {
    const delivery = deliveryOf(parcelId);
    await ohio.recordDelivery(delivery);
    const sent: string[] = [];
    const counted = interceptedClient((command, forward) => {
      sent.push(command.constructor.name);
      return forward();
    }, table.client);

    await new TestDispatch({ client: counted, consistency }).recordDelivery(delivery);

    expect(sent).toEqual(['UpdateCommand', 'UpdateCommand']);
  });

  test('gives every one of many concurrent repetitions the same answer', async () => {
    const delivery = deliveryOf(parcelId);

    const answers = await Promise.all(
      [ohio, oregon, ohio, oregon, ohio].map((region) => region.recordDelivery(delivery)),
    );

    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
  });

  test.each([
    ['parcelId', () => fresh('parcel')],
    ['driverId', () => 'driver-2'],
    ['deliveredAt', () => '2026-11-22T09:30:01+01:00'],
  ])('refuses a repetition whose %s differs, and changes nothing', async (field, other) => {
    const delivery = deliveryOf(parcelId);
    await ohio.recordDelivery(delivery);
    const before = await ohio.getParcel(parcelId);

    const changed = await oregon.recordDelivery({ ...delivery, [field]: other() });

    expect(changed).toMatchObject({ status: 409, body: { type: expect.stringMatching(/:delivery-differs$/) } });
    expect(await ohio.getParcel(parcelId)).toEqual(before);
  });

  test('refuses a second delivery of a parcel, and keeps the first', async () => {
    const first = deliveryOf(parcelId);
    await ohio.recordDelivery(first);

    const second = await oregon.recordDelivery(deliveryOf(parcelId));

    expect(second).toMatchObject({ status: 409, body: { type: expect.stringMatching(/:parcel-delivered$/) } });
    expect((await ohio.getParcel(parcelId)).body.delivery).toMatchObject({ deliveryId: first.deliveryId });
  });

  test('lets exactly one of two concurrent deliveries of a parcel win', async () => {
    const [one, other] = [deliveryOf(parcelId), deliveryOf(parcelId)];

    const answers = await Promise.all([ohio.recordDelivery(one), oregon.recordDelivery(other)]);

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const winner = answers.find(({ status }) => status === 201);
    expect((await ohio.getParcel(parcelId)).body.delivery.deliveryId).toBe(winner?.body.deliveryId);
  });

  test('refuses a delivery of a parcel nobody registered, and accepts it once somebody has', async () => {
    const late = fresh('parcel');
    const delivery = deliveryOf(late);

    const early = await ohio.recordDelivery(delivery);
    await ohio.registerParcel(late);
    const repeated = await ohio.recordDelivery(delivery);

    expect(early).toMatchObject({ status: 404, body: { type: expect.stringMatching(/:parcel-unknown$/) } });
    expect(repeated.status).toBe(201);
  });

  test('completes a delivery whose function died between its two writes', async () => {
    const delivery = deliveryOf(parcelId);
    const dying = new TestDispatch({
      consistency,
      deadlineMs: 50,
      client: interceptedClient(
        (command, forward) =>
          command.input.Key?.pk === `PARCEL#${parcelId}` ? new Promise(() => undefined) : forward(),
        table.client,
      ),
    });

    const unanswered = await dying.recordDelivery(delivery);
    const between = await oregon.getParcel(parcelId);
    const repeated = await oregon.recordDelivery(delivery);

    expect(unanswered).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(between.body.status).toBe('registered');
    expect(repeated).toMatchObject({ status: 201, body: { ...delivery, status: 'delivered' } });
    expect((await ohio.getParcel(parcelId)).body.delivery.deliveryId).toBe(delivery.deliveryId);
  });

  test('takes no second step after the client was told that the first took too long', async () => {
    const writes: string[] = [];
    let answerFirstStep: (() => void) | undefined;
    const slow = new TestDispatch({
      consistency,
      deadlineMs: 20,
      client: interceptedClient(async (command, forward) => {
        writes.push(command.input.Key?.pk ?? '');
        await new Promise<void>((resolve) => {
          answerFirstStep = resolve;
        });
        return forward();
      }, table.client),
    });
    const delivery = deliveryOf(parcelId);

    holdTimeOuts();
    const answering = slow.recordDelivery(delivery);
    while (!answerFirstStep) await new Promise(setImmediate);
    await jest.advanceTimersByTimeAsync(20);
    jest.useRealTimers();
    const answer = await answering;
    answerFirstStep();
    await new Promise((resolve) => setTimeout(resolve, 100));

    expect(answer.status).toBe(503);
    expect(writes).toEqual([`DELIVERY#${delivery.deliveryId}`]);
  });

  test('asks for a repetition when the parcel arrives from another Region in mid-delivery', async () => {
    const arriving = fresh('parcel');
    const delivery = deliveryOf(arriving);
    const behind = new TestDispatch({
      consistency,
      client: interceptedClient(async (command, forward) => {
        if (command.constructor.name === 'GetCommand') await oregon.registerParcel(arriving);
        return forward();
      }, table.client),
    });

    const answer = await behind.recordDelivery(delivery);
    const repeated = await ohio.recordDelivery(delivery);

    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(repeated.status).toBe(201);
  });
});

test('shows no delivery among a driver’s parcels, though both are items of one table', async () => {
  const dispatch = new TestDispatch({ client: table.client });
  const [parcelId, driverId] = [fresh('parcel'), fresh('driver')];
  await dispatch.registerParcel(parcelId, { driverId, recipient: 'Ada', address: '12 Row' });

  await dispatch.recordDelivery({ ...deliveryOf(parcelId), driverId });

  expect((await dispatch.listRoute(driverId)).body.parcels).toHaveLength(1);
});

test('acknowledges one delivery of a parcel whatever is repeated and wherever it dies', async () => {
  const attempt = fc.record({
    delivery: fc.integer({ min: 0, max: 2 }),
    region: fc.constantFrom('us-east-2', 'us-west-2'),
    dies: fc.option(fc.record({ write: fc.integer({ min: 1, max: 2 }), written: fc.boolean() }), { nil: undefined }),
  });

  await fc.assert(
    fc.asyncProperty(fc.array(attempt, { minLength: 1, maxLength: 8 }), async (attempts) => {
      const parcelId = fresh('parcel');
      const deliveries = [0, 1, 2].map(() => deliveryOf(parcelId));
      const steady = new TestDispatch({ client: table.client });
      await steady.registerParcel(parcelId);

      const acknowledged: string[] = [];
      for (const { delivery, dies, region } of attempts) {
        let writes = 0;
        const client = interceptedClient(async (command, forward) => {
          if (command.constructor.name === 'UpdateCommand') writes += 1;
          if (writes !== dies?.write) return forward();
          if (dies.written) await forward();
          throw networkError();
        }, table.client);
        const answer = await new TestDispatch({ client, region }).recordDelivery(deliveries[delivery]);
        expect(dies === undefined ? [201, 409] : [201, 409, 503]).toContain(answer.status);
        if (answer.status === 201) acknowledged.push(answer.body.deliveryId);
      }
      const final = await Promise.all(deliveries.map((delivery) => steady.recordDelivery(delivery)));

      const { deliveryId } = (await steady.getParcel(parcelId)).body.delivery;
      expect(acknowledged.filter((id) => id !== deliveryId)).toEqual([]);
      expect(final.filter(({ status }) => status === 201).map(({ body }) => body.deliveryId)).toEqual([deliveryId]);
      expect(final.filter(({ status }) => status === 409)).toHaveLength(2);
    }),
    { numRuns: 30 },
  );
});

function networkError(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}
