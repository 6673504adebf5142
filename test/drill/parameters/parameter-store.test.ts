import { ParameterStore } from '../../../lib/drill/parameters/parameter-store';
import { drillContext, settle } from '../data/fixture';
import { parameter } from '../network/aws-services';

const [HERE, THERE] = ['us-east-2', 'us-west-2'] as const;
const HAND = '/dispatch/hand';

/** Parameter Store with a hand in two Regions. */
function store() {
  const context = drillContext();
  const service = new ParameterStore(
    [
      parameter(),
      parameter({ region: THERE, value: 'evacuated' }),
      parameter({ name: 'plain', allowedPattern: /^\d$/ }),
    ],
    context,
  );
  const ask = (operation: string, input: object, region: string = HERE) =>
    settle(context, service.answer(region, operation, { ...input }));
  return { ask, context };
}

const refusal = (type: string, statusCode = 400) => ({ statusCode, body: { __type: type } });

test('a parameter has the value of its template, in each Region its own', async () => {
  const { ask } = store();

  expect(await ask('GetParameter', { Name: HAND })).toEqual({
    statusCode: 200,
    body: {
      Parameter: {
        ARN: 'arn:aws:ssm:us-east-2:111122223333:parameter/dispatch/hand',
        DataType: 'text',
        LastModifiedDate: expect.any(Number),
        Name: HAND,
        Type: 'String',
        Value: 'automatic',
        Version: 1,
      },
    },
  });
  expect(await ask('GetParameter', { Name: HAND }, THERE)).toMatchObject({
    body: { Parameter: { Value: 'evacuated' } },
  });
});

test('what is written is read, in its Region alone, with a new version', async () => {
  const { ask } = store();

  expect(await ask('PutParameter', { Name: HAND, Value: 'in-service', Overwrite: true })).toMatchObject({
    body: { Version: 2 },
  });
  expect(await ask('GetParameter', { Name: HAND })).toMatchObject({
    body: { Parameter: { Value: 'in-service', Version: 2 } },
  });
  expect(await ask('GetParameter', { Name: HAND }, THERE)).toMatchObject({
    body: { Parameter: { Value: 'evacuated' } },
  });
});

test('several are read at once, and the names of those that are not there come back', async () => {
  const { ask } = store();

  expect(await ask('GetParameters', { Names: [HAND, '/nobody', 'plain'] })).toMatchObject({
    statusCode: 200,
    body: {
      Parameters: [{ Name: HAND }, { Name: 'plain', ARN: 'arn:aws:ssm:us-east-2:111122223333:parameter/plain' }],
      InvalidParameters: ['/nobody'],
    },
  });
});

test('a request takes time', async () => {
  const { ask, context } = store();
  await ask('GetParameter', { Name: HAND });

  expect(context.scheduler.nowMs).toBeGreaterThan(0);
});

test.each([
  ['GetParameter', { Name: '/nobody' }, 'ParameterNotFound'],
  ['GetParameters', { Names: [] }, 'ValidationException'],
  ['GetParameters', { Names: Array(11).fill(HAND) }, 'ValidationException'],
  ['PutParameter', { Name: HAND, Value: 'x' }, 'ParameterAlreadyExists'],
  ['PutParameter', { Name: HAND, Value: '', Overwrite: true }, 'ValidationException'],
  ['PutParameter', { Name: HAND, Value: 'é'.repeat(2049), Overwrite: true }, 'ValidationException'],
  ['PutParameter', { Name: 'plain', Value: 'x', Overwrite: true }, 'ParameterPatternMismatchException'],
])('%s refuses what the service refuses: %j', async (operation, input, type) => {
  expect(await store().ask(operation, input)).toMatchObject(refusal(type));
});

test('a value may fill its tier', async () => {
  expect(await store().ask('PutParameter', { Name: HAND, Value: 'é'.repeat(2048), Overwrite: true })).toMatchObject({
    statusCode: 200,
  });
});

describe('not modelled are', () => {
  test.each([
    ['GetParametersByPath', { Path: '/' }, 'Systems Manager operation GetParametersByPath'],
    ['GetParameter', { Name: `${HAND}:2` }, 'parameter /dispatch/hand:2: a version, a label or an ARN for a name'],
    [
      'PutParameter',
      { Name: '/new', Value: 'x', Overwrite: true },
      'parameter /new in us-east-2: no template declares it',
    ],
  ])('%s of %j', async (operation, input, what) => {
    await expect(store().ask(operation, input)).rejects.toThrow(`not modelled: ${what}`);
  });
});
