import {
  fresh,
  interceptedClient,
  REGISTRATION,
  recordConsole,
  startTable,
  TestDispatch,
  type TestTable,
} from '../dispatch-fixture';

const written = recordConsole();

let table: TestTable;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table.stop());

/** Dispatch over a client that fails every call. */
function failing(error: unknown): TestDispatch {
  return new TestDispatch({ client: interceptedClient(() => Promise.reject(error)) });
}

function sdkError(name: string, httpStatusCode: number): Error {
  const $metadata = { httpStatusCode, requestId: 'table-request-1', attempts: 3 };
  return Object.assign(new Error(`about ${REGISTRATION.recipient}`), { name, $metadata });
}

const DELIVERY = {
  deliveryId: 'delivery-1',
  parcelId: 'parcel-1',
  driverId: 'driver-1',
  deliveredAt: '2026-11-22T09:30:00Z',
};

test('every answer names its Region, refusals and failures included', async () => {
  const [well, broken] = [new TestDispatch({ client: table.client }), failing(new Error('no table'))];

  for (const { headers } of [
    await well.registerParcel(fresh('named')),
    await well.registerParcel('-bad'),
    await broken.registerParcel(fresh('named')),
  ]) {
    expect(headers['x-region']).toBe('us-east-2');
  }
});

describe('input', () => {
  let dispatch: TestDispatch;
  beforeEach(() => {
    dispatch = new TestDispatch({ client: table.client });
  });

  test('refuses a request with every problem it has, each with a pointer', async () => {
    const answer = await dispatch.registerParcel('-bad', {
      driverId: 7,
      address: ' ',
      recipient: 'line\nbreak',
      'a/b~c': true,
    });

    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).toMatchObject({
      type: 'tag:dispatch.example,2026:invalid-request',
      title: 'The request is not valid',
      status: 400,
      detail: '5 things are wrong.',
      instance: '/requests/request-1',
    });
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/body/address',
      '/body/a~1b~0c',
      '/body/driverId',
      '/body/recipient',
      '/path/parcelId',
    ]);
  });

  test.each([
    ['no body', {}, '/body'],
    ['a body that is no JSON', { text: '{"driverId":' }, '/body'],
    ['a list', { body: [] }, '/body'],
    ['a word', { body: 'word' }, '/body'],
    ['null', { text: 'null' }, '/body'],
  ])('refuses a registration with %s', async (_, request, pointer) => {
    const answer = await dispatch.request('PUT /parcels/{parcelId}', { path: { parcelId: 'parcel-1' }, ...request });

    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([{ pointer, detail: expect.any(String) }]);
  });

  test.each([
    ['2026-11-22', 400],
    ['2026-11-22T09:30:00', 400],
    ['2026-02-30T09:30:00Z', 400],
    ['yesterday', 400],
    [1_763_800_000, 400],
    ['2026-11-22T09:30:00Z', 404],
    ['2026-11-22T09:30:00.123+05:30', 404],
  ])('takes deliveredAt %j to be %i for an unknown parcel', async (deliveredAt, status) => {
    const answer = await dispatch.recordDelivery({ ...DELIVERY, deliveryId: fresh('delivery'), deliveredAt });

    expect(answer.status).toBe(status);
  });

  test.each([
    ['a', 404],
    ['A.b_c:d~e-9', 404],
    ['x'.repeat(64), 404],
    ['', 400],
    ['x'.repeat(65), 400],
    ['.hidden', 400],
    ['with space', 400],
    ['slash/ed', 400],
    ['ünïcode', 400],
  ])('takes the identifier %j to be %i for an unknown parcel', async (parcelId, status) => {
    const answer = await dispatch.getParcel(parcelId);

    expect(answer.status).toBe(status);
  });

  test('reads a body that the gateway has encoded in base64', async () => {
    const parcelId = fresh('parcel');
    const registration = { ...REGISTRATION, recipient: 'Žofie Čermáková' };

    const answer = await dispatch.request('PUT /parcels/{parcelId}', {
      path: { parcelId },
      text: Buffer.from(JSON.stringify(registration)).toString('base64'),
      isBase64Encoded: true,
    });

    expect(answer).toMatchObject({ status: 200, body: registration });
  });

  test.each([
    ['in text', false],
    ['in base64', true],
  ])('refuses a body of more than 8,192 bytes %s with 413, whatever it says', async (_, isBase64Encoded) => {
    const json = (bytes: number) => JSON.stringify('é'.repeat((bytes - 2) / 2));
    const send = (text: string) =>
      dispatch.request('POST /deliveries', {
        text: isBase64Encoded ? Buffer.from(text).toString('base64') : text,
        isBase64Encoded,
      });

    const [largest, tooLarge] = [await send(json(8_192)), await send(json(8_194))];

    expect(largest.status).toBe(400);
    expect(tooLarge).toMatchObject({ status: 413, body: { type: expect.stringMatching(/:body-too-large$/) } });
  });

  test.each([
    ['application/json', 404],
    ['application/json; charset=utf-8', 404],
    ['application/vnd.dispatch+json', 404],
    ['application/x-www-form-urlencoded', 415],
    ['text/plain', 415],
    ['application/jsonp', 415],
  ])('takes the content type %s to be %i for an unknown parcel', async (contentType, status) => {
    const answer = await dispatch.request('POST /deliveries', {
      headers: { 'content-type': contentType },
      body: { ...DELIVERY, deliveryId: fresh('delivery') },
    });

    expect(answer.status).toBe(status);
  });

  test('refuses a route it does not have', async () => {
    const answer = await dispatch.request('DELETE /parcels/{parcelId}', { path: { parcelId: 'parcel-1' } });

    expect(answer).toMatchObject({ status: 404, body: { type: expect.stringMatching(/:no-such-route$/) } });
  });
});

describe('faults of the table', () => {
  test.each([
    ['ReplicatedWriteConflictException', 400, 'table-conflict', '1'],
    ['ProvisionedThroughputExceededException', 400, 'table-throttled', '2'],
    ['ThrottlingException', 400, 'table-throttled', '2'],
    ['RequestLimitExceeded', 400, 'table-throttled', '2'],
    ['InternalServerError', 500, 'table-unavailable', '1'],
    ['ServiceUnavailable', 503, 'table-unavailable', '1'],
    ['TimeoutError', 0, 'table-unavailable', '1'],
    ['CredentialsProviderError', 0, 'table-unavailable', '1'],
  ])('answers %s with 503, its own problem type and when to try again', async (name, code, type, retryAfter) => {
    const dispatch = failing(sdkError(name, code));

    const answers = [
      await dispatch.getParcel('parcel-1'),
      await dispatch.registerParcel('parcel-1'),
      await dispatch.listRoute('driver-1'),
      await dispatch.recordDelivery(DELIVERY),
    ];

    for (const answer of answers) {
      expect(answer).toMatchObject({
        status: 503,
        headers: { 'retry-after': retryAfter, 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
        body: { type: `tag:dispatch.example,2026:${type}`, status: 503 },
      });
    }
  });

  test.each(['ECONNRESET', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'answers the connection error %s with 503',
    async (code) => {
      const answer = await failing(Object.assign(new Error('connection'), { code })).getParcel('parcel-1');

      expect(answer).toMatchObject({ status: 503, body: { type: expect.stringMatching(/:table-unavailable$/) } });
    },
  );

  test('takes an error of Node.js’ own checks for the defect it is', async () => {
    const error = Object.assign(new TypeError('argument'), { code: 'ERR_INVALID_ARG_TYPE' });

    const answer = await failing(error).getParcel('parcel-1');

    expect(answer.status).toBe(500);
  });

  test.each(['AccessDeniedException', 'ResourceNotFoundException', 'ValidationException'])(
    'answers %s, which no retry mends, with 500 and without Retry-After',
    async (name) => {
      const answer = await failing(sdkError(name, 400)).getParcel('parcel-1');

      expect(answer).toMatchObject({ status: 500, body: { type: expect.stringMatching(/:internal-error$/) } });
      expect(answer.headers).not.toHaveProperty('retry-after');
      expect(answer.text).not.toContain(name);
    },
  );

  test.each([new TypeError('a defect'), 'a word', undefined])('answers the defect %p with 500', async (error) => {
    const answer = await failing(error).getParcel('parcel-1');

    expect(answer).toMatchObject({ status: 500, body: { type: expect.stringMatching(/:internal-error$/) } });
  });

  test('answers 503 when the deadline is reached, whatever the table is doing', async () => {
    const dispatch = new TestDispatch({
      client: interceptedClient(() => new Promise(() => undefined)),
      deadlineMs: 20,
    });

    const answer = await dispatch.getParcel('parcel-1');

    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  });
});

describe('logs and metrics', () => {
  test('writes nothing for a healthy answer to a health checker', async () => {
    const dispatch = new TestDispatch({ client: table.client });

    expect((await dispatch.getHealth()).status).toBe(200);

    expect(written.lines()).toEqual([]);
  });

  test('writes one metric and no log line for a served request', async () => {
    const dispatch = new TestDispatch({ client: table.client });

    await dispatch.registerParcel(fresh('parcel'));

    expect(written.lines()).toEqual([
      expect.objectContaining({
        service: 'dispatch',
        route: 'PUT /parcels/{parcelId}',
        Fault: 0,
        Latency: expect.any(Number),
        _aws: expect.objectContaining({
          CloudWatchMetrics: [
            {
              Namespace: 'Dispatch',
              Dimensions: [['service', 'route']],
              Metrics: [
                { Name: 'Latency', Unit: 'Milliseconds' },
                { Name: 'Fault', Unit: 'Count' },
              ],
            },
          ],
        }),
      }),
    ]);
  });

  test('counts an unserved request as a fault and explains it in one warning', async () => {
    const dispatch = failing(sdkError('InternalServerError', 500));

    await dispatch.request('GET /parcels/{parcelId}', {
      path: { parcelId: 'parcel-1' },
      headers: { 'x-correlation-id': 'tour-7' },
    });

    expect(written.lines()).toEqual([
      expect.objectContaining({
        level: 'WARN',
        correlation_id: 'tour-7',
        function_request_id: 'invocation-1',
        route: 'GET /parcels/{parcelId}',
        kind: 'table-unavailable',
        call: { name: 'InternalServerError', httpStatusCode: 500, requestId: 'table-request-1', attempts: 3 },
      }),
      expect.objectContaining({ route: 'GET /parcels/{parcelId}', Fault: 1 }),
    ]);
  });

  test('logs a refused call as an error without its message', async () => {
    await failing(sdkError('ValidationException', 400)).getParcel('parcel-1');

    expect(written.lines()[0]).toMatchObject({
      level: 'ERROR',
      call: { name: 'ValidationException', httpStatusCode: 400, requestId: 'table-request-1' },
    });
  });

  test('logs a defect as an error with its stack', async () => {
    await failing(new TypeError('a defect')).getParcel('parcel-1');

    expect(written.lines()[0]).toMatchObject({
      level: 'ERROR',
      correlation_id: 'request-1',
      error: { name: 'TypeError', stack: expect.anything() },
    });
  });

  test.each(['', 'two words', 'x'.repeat(65), '"quoted"'])(
    'names the request by the gateway’s identifier when the caller’s is %j',
    async (given) => {
      await failing(new TypeError('a defect')).request('GET /parcels/{parcelId}', {
        path: { parcelId: 'parcel-1' },
        headers: { 'x-correlation-id': given },
      });

      expect(written.lines()[0]).toMatchObject({ correlation_id: 'request-1' });
    },
  );

  test('keeps routes it does not have from making a metric for each path', async () => {
    await failing(undefined).request('GET /anything/at/all');

    expect(written.lines()).toEqual([expect.objectContaining({ route: 'unknown', Fault: 0 })]);
  });

  test('never writes a recipient, an address or a body, whatever happens', async () => {
    const steady = new TestDispatch({ client: table.client });
    const parcelId = fresh('parcel');
    await steady.registerParcel(parcelId);
    await steady.registerParcel(parcelId, { ...REGISTRATION, address: `other ${REGISTRATION.address}` });
    await steady.request('PUT /parcels/{parcelId}', {
      path: { parcelId },
      text: `{"recipient":${REGISTRATION.recipient}`,
    });
    for (const name of ['InternalServerError', 'ProvisionedThroughputExceededException', 'ValidationException']) {
      await failing(sdkError(name, name === 'InternalServerError' ? 500 : 400)).registerParcel(parcelId);
    }

    expect(written.lines().length).toBeGreaterThan(6);
    expect(written.text()).not.toContain(REGISTRATION.recipient);
    expect(written.text()).not.toContain(REGISTRATION.address);
  });
});
