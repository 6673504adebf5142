import {
  fresh,
  interceptedClient,
  REGISTRATION,
  recordConsole,
  type SentCommand,
  startTable,
  TestDispatch,
  type TestTable,
} from '../dispatch-fixture';

recordConsole();

let table: TestTable;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table.stop());

describe.each(['strong', 'eventual'] as const)('parcels of a table with %s consistency', (consistency) => {
  let ohio: TestDispatch;
  let oregon: TestDispatch;
  beforeEach(() => {
    ohio = new TestDispatch({ client: table.client, consistency, region: 'us-east-2' });
    oregon = new TestDispatch({ client: table.client, consistency, region: 'us-west-2' });
  });

  test('registers a parcel and reads it back', async () => {
    const parcelId = fresh('parcel');

    const registered = await ohio.registerParcel(parcelId);
    const read = await ohio.getParcel(parcelId);

    const parcel = { parcelId, ...REGISTRATION, status: 'registered' };
    expect(registered).toMatchObject({ status: 200, body: parcel });
    expect(read).toMatchObject({ status: 200, body: parcel });
    expect(Object.keys(read.body).sort()).toEqual(Object.keys(parcel).sort());
  });

  test('gives the same answer when a registration is repeated in another Region', async () => {
    const parcelId = fresh('parcel');
    const first = await ohio.registerParcel(parcelId);

    const repeated = await oregon.registerParcel(parcelId);

    expect(repeated).toEqual({ ...first, headers: { ...first.headers, 'x-region': 'us-west-2' } });
  });

  test('gives the same answer when a registration is repeated after the delivery', async () => {
    const parcelId = fresh('parcel');
    const first = await ohio.registerParcel(parcelId);
    await ohio.recordDelivery({
      deliveryId: fresh('delivery'),
      parcelId,
      driverId: 'driver-1',
      deliveredAt: '2026-11-22T09:30:00Z',
    });

    const repeated = await ohio.registerParcel(parcelId);

    expect(repeated).toEqual(first);
    expect((await ohio.getParcel(parcelId)).body).toMatchObject({ status: 'delivered' });
  });

  test.each(['driverId', 'recipient', 'address'])(
    'refuses a registration whose %s differs, and keeps the first',
    async (field) => {
      const parcelId = fresh('parcel');
      await ohio.registerParcel(parcelId);

      const second = await oregon.registerParcel(parcelId, { ...REGISTRATION, [field]: 'other' });

      expect(second).toMatchObject({ status: 409, body: { type: expect.stringMatching(/:parcel-differs$/) } });
      expect((await ohio.getParcel(parcelId)).body).toMatchObject(REGISTRATION);
    },
  );

  test('lets exactly one of two concurrent registrations win', async () => {
    const parcelId = fresh('parcel');
    const other = { ...REGISTRATION, address: '1 Difference Lane' };

    const answers = await Promise.all([ohio.registerParcel(parcelId), oregon.registerParcel(parcelId, other)]);

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const winner = answers.find(({ status }) => status === 200);
    expect((await ohio.getParcel(parcelId)).body).toEqual(winner?.body);
  });

  test(`reads ${consistency === 'strong' ? 'what every Region has acknowledged' : 'its own Region without waiting'}`, async () => {
    const sent: SentCommand[] = [];
    const client = interceptedClient((command, forward) => {
      sent.push(command);
      return forward();
    }, table.client);

    await new TestDispatch({ client, consistency }).getParcel(fresh('parcel'));

    expect(sent.map(({ input }) => input.ConsistentRead)).toEqual([consistency === 'strong']);
  });

  test('answers 404 for a parcel nobody registered', async () => {
    const read = await ohio.getParcel(fresh('parcel'));

    expect(read).toMatchObject({ status: 404, body: { type: expect.stringMatching(/:parcel-unknown$/) } });
  });
});

describe('a driver’s route', () => {
  let dispatch: TestDispatch;
  beforeEach(() => {
    dispatch = new TestDispatch({ client: table.client });
  });

  test('lists the driver’s parcels in the order of their identifiers, delivered ones with their delivery', async () => {
    const driverId = fresh('driver');
    const delivered = { deliveryId: fresh('delivery'), parcelId: `${driverId}-a`, driverId: 'driver-9' };
    for (const suffix of ['c', 'a', 'b']) {
      await dispatch.registerParcel(`${driverId}-${suffix}`, { ...REGISTRATION, driverId });
    }
    await dispatch.registerParcel(fresh('parcel'), { ...REGISTRATION, driverId: `${driverId}x` });
    await dispatch.recordDelivery({ ...delivered, deliveredAt: '2026-11-22T09:30:00Z' });

    const route = await dispatch.listRoute(driverId);

    expect(route.status).toBe(200);
    expect(route.body).toEqual({
      driverId,
      parcels: [
        {
          ...REGISTRATION,
          parcelId: `${driverId}-a`,
          driverId,
          status: 'delivered',
          delivery: { deliveryId: delivered.deliveryId, driverId: 'driver-9', deliveredAt: '2026-11-22T09:30:00Z' },
        },
        { ...REGISTRATION, parcelId: `${driverId}-b`, driverId, status: 'registered' },
        { ...REGISTRATION, parcelId: `${driverId}-c`, driverId, status: 'registered' },
      ],
    });
  });

  test('answers an empty list for a driver without parcels', async () => {
    const driverId = fresh('driver');

    const route = await dispatch.listRoute(driverId);

    expect(route).toMatchObject({ status: 200, body: { driverId, parcels: [] } });
  });

  test('pages through every parcel exactly once, and its tokens work in every Region', async () => {
    const driverId = fresh('driver');
    const expected = Array.from({ length: 7 }, (_, index) => `${driverId}-${index}`);
    await Promise.all(expected.map((id) => dispatch.registerParcel(id, { ...REGISTRATION, driverId })));
    const regions = [dispatch, new TestDispatch({ client: table.client, region: 'us-west-2' })];

    const seen: string[] = [];
    const sizes: number[] = [];
    let query: Record<string, string> = { limit: '3' };
    for (let page = 0; page < 5; page += 1) {
      const { body } = (await regions[page % 2]?.listRoute(driverId, query)) ?? { body: undefined };
      seen.push(...body.parcels.map((parcel: { parcelId: string }) => parcel.parcelId));
      sizes.push(body.parcels.length);
      if (body.nextToken === undefined) break;
      query = { limit: '3', nextToken: body.nextToken };
    }

    expect(seen).toEqual(expected);
    expect(sizes).toEqual([3, 3, 1]);
  });

  test('returns 25 parcels unless a limit is given', async () => {
    const driverId = fresh('driver');
    const ids = Array.from({ length: 26 }, (_, index) => `${driverId}-${index}`);
    await Promise.all(ids.map((id) => dispatch.registerParcel(id, { ...REGISTRATION, driverId })));

    const byDefault = await dispatch.listRoute(driverId);
    const byLimit = await dispatch.listRoute(driverId, { limit: '100' });

    expect(byDefault.body.parcels).toHaveLength(25);
    expect(byDefault.body.nextToken).toEqual(expect.any(String));
    expect(byLimit.body.parcels).toHaveLength(26);
    expect(byLimit.body).not.toHaveProperty('nextToken');
  });

  test('keeps a token of one driver from reading another’s parcels', async () => {
    const [mine, other] = [fresh('driver'), fresh('driver')];
    for (const id of ['a', 'b']) await dispatch.registerParcel(`${mine}-${id}`, { ...REGISTRATION, driverId: mine });
    await dispatch.registerParcel(`${other}-a`, { ...REGISTRATION, driverId: other });
    const { nextToken } = (await dispatch.listRoute(mine, { limit: '1' })).body;

    const route = await dispatch.listRoute(other, { nextToken });

    expect(route.body.parcels.every((parcel: { driverId: string }) => parcel.driverId === other)).toBe(true);
  });

  test.each(['0', '101', '-1', '1.5', '1e1', 'ten', '', ' 5'])('refuses the limit %j', async (limit) => {
    const route = await dispatch.listRoute('driver-1', { limit });

    expect(route.status).toBe(400);
    expect(route.body.errors).toEqual([{ pointer: '/query/limit', detail: expect.stringContaining('from 1 to 100') }]);
  });

  test.each(['', '!', 'cGFyY2VsLTE=', Buffer.from('no/identifier').toString('base64url'), 'x'.repeat(129)])(
    'refuses the page token %j',
    async (nextToken) => {
      const route = await dispatch.listRoute('driver-1', { nextToken });

      expect(route.status).toBe(400);
      expect(route.body.errors).toEqual([{ pointer: '/query/nextToken', detail: expect.any(String) }]);
    },
  );

  test('refuses a query parameter it does not know', async () => {
    const route = await dispatch.listRoute('driver-1', { nexttoken: 'abc' });

    expect(route.status).toBe(400);
    expect(route.body.errors).toEqual([{ pointer: '/query/nexttoken', detail: 'must not be there' }]);
  });
});
