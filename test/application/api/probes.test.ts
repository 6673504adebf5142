import { fresh, interceptedClient, recordConsole, startTable, TestDispatch, type TestTable } from '../dispatch-fixture';

const written = recordConsole();

let table: TestTable;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table.stop());

describe.each(['strong', 'eventual'] as const)('probes of a table with %s consistency', (consistency) => {
  test('leaves a mark and gives it back, naming the Region that served each', async () => {
    const ohio = new TestDispatch({ client: table.client, consistency, region: 'us-east-2' });
    const oregon = new TestDispatch({ client: table.client, consistency, region: 'us-west-2' });
    const probeId = fresh('probe');

    const left = await ohio.putProbe(probeId, { mark: 'first' });
    const read = await oregon.getProbe(probeId);

    expect(left.status).toBe(200);
    expect(left.body).toEqual({
      probeId,
      mark: 'first',
      writtenAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/),
      region: 'us-east-2',
    });
    expect(read.status).toBe(200);
    expect(read.body).toEqual({ ...left.body, region: 'us-west-2' });
  });

  test('keeps the newest mark alone', async () => {
    const dispatch = new TestDispatch({ client: table.client, consistency });
    const probeId = fresh('probe');

    await dispatch.putProbe(probeId, { mark: 'first' });
    await dispatch.putProbe(probeId, { mark: 'second' });

    expect((await dispatch.getProbe(probeId)).body.mark).toBe('second');
  });

  test('reads as far as the application reads', async () => {
    const reads: unknown[] = [];
    const client = interceptedClient((command, forward) => {
      if (command.constructor.name === 'GetCommand') reads.push(command.input);
      return forward();
    }, table.client);

    await new TestDispatch({ client, consistency }).getProbe('probe-of-nobody');

    expect(reads).toEqual([
      { TableName: 'dispatch', Key: { pk: 'PROBE#probe-of-nobody' }, ConsistentRead: consistency === 'strong' },
    ]);
  });
});

test('says that no mark was left', async () => {
  const answer = await new TestDispatch({ client: table.client }).getProbe(fresh('probe'));

  expect(answer).toMatchObject({ status: 404, body: { type: 'tag:dispatch.example,2026:probe-unknown' } });
});

test.each([
  ['a', 404],
  ['us-east-2-us-west-2-20', 404],
  ['x'.repeat(64), 404],
  ['x'.repeat(65), 400],
  ['', 400],
  ['Probe', 400],
  ['a.b', 400],
  ['a/b', 400],
])('takes the identifier %j to be %i for a probe without a mark', async (probeId, status) => {
  const answer = await new TestDispatch({ client: table.client }).getProbe(probeId);

  expect(answer.status).toBe(status);
});

test.each([
  ['no mark', {}, '/body/mark'],
  ['an empty mark', { mark: '' }, '/body/mark'],
  ['a long mark', { mark: 'x'.repeat(65) }, '/body/mark'],
  ['a number', { mark: 7 }, '/body/mark'],
  ['more than a mark', { mark: 'a', region: 'us-east-2' }, '/body/region'],
])('refuses %s', async (_, body, pointer) => {
  const answer = await new TestDispatch({ client: table.client }).putProbe(fresh('probe'), body);

  expect(answer.status).toBe(400);
  const pointers: string[] = answer.body.errors.map((error: { pointer: string }) => error.pointer);
  expect([...new Set(pointers)]).toEqual([pointer]);
});

test('fails as every other route fails when the table does not answer, and is measured', async () => {
  const error = Object.assign(new Error(), { name: 'InternalServerError', $metadata: { httpStatusCode: 500 } });
  const dispatch = new TestDispatch({ client: interceptedClient(() => Promise.reject(error)) });

  const answers = [await dispatch.putProbe('probe', { mark: 'a' }), await dispatch.getProbe('probe')];

  expect(answers.map(({ status }) => status)).toEqual([503, 503]);
  const faults = written.lines().filter((line) => 'Fault' in line);
  expect(faults).toEqual([
    expect.objectContaining({ route: 'PUT /probes/{probeId}', Fault: 1 }),
    expect.objectContaining({ route: 'GET /probes/{probeId}', Fault: 1 }),
  ]);
});
