import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type * as Ssm from '@aws-sdk/client-ssm';
import type { DynamoDBDocumentClient, TranslateConfig } from '@aws-sdk/lib-dynamodb';
import { WireHandler } from '../../../lib/drill/sdk/wire-handler';
import { fault, parcelTable, timed } from '../data/fixture';
import { parameter } from '../network/aws-services';
import { type Application, application, refusal, type Setup } from './clients';

const TableName = 'parcels';
const Key = { pk: 'PARCEL#1' };
const ITEM = { ...Key, driverId: 'd1', parcelId: '1', status: 'registered' };

/** What an application does with its document client. */
type Use = (application: Application, client: DynamoDBDocumentClient) => Promise<unknown>;

interface Trace {
  readonly outcome: unknown;
  readonly elapsedMs: number;
  readonly attempts: readonly number[];
  readonly sent: Application['sent'];
  /** Requests that went through the untouched SDK. */
  readonly untouched: number;
}

let handled: jest.SpyInstance;

beforeEach(() => {
  handled = jest.spyOn(WireHandler.prototype, 'handle');
});

afterEach(() => handled.mockRestore());

/** Plays a use through the facade. */
async function play(
  use: Use,
  setup: Setup,
  config: DynamoDBClientConfig = {},
  translation: TranslateConfig = {},
): Promise<Trace> {
  const app = application(setup);
  const client = app.lib.DynamoDBDocumentClient.from(new app.dynamoDb.DynamoDBClient(config), translation);
  handled.mockClear();
  const { value, error, elapsedMs } = await timed(app.context, use(app, client));
  const outcome = error
    ? {
        name: error.name,
        message: error.message,
        code: error.code,
        fault: error.$fault,
        metadata: error.$metadata,
        retryable: error.$retryable,
        isServiceException: error instanceof app.dynamoDb.DynamoDBServiceException,
        isConditionalCheckFailed: error instanceof app.dynamoDb.ConditionalCheckFailedException,
      }
    : value;
  return { outcome, elapsedMs, attempts: app.attempts, sent: app.sent, untouched: handled.mock.calls.length };
}

/** Plays a use with and without the short cut and holds the two to each other; gives the one with it. */
async function bothWays(
  use: Use,
  setup: Setup = {},
  config: DynamoDBClientConfig = {},
  translation: TranslateConfig = {},
): Promise<Trace> {
  const long = await play(use, { ...setup, shortCut: false }, config, translation);
  const short = await play(use, { ...setup, shortCut: true }, config, translation);
  expect({ ...short, untouched: long.untouched }).toEqual(long);
  return short;
}

const put: Use = ({ lib }, client) => client.send(new lib.PutCommand({ TableName, Item: ITEM }));
const get: Use = ({ lib }, client) => client.send(new lib.GetCommand({ TableName, Key }));

describe('calls that succeed', () => {
  test('give the same answers at the same times, and only the short cut spares the middleware', async () => {
    const use: Use = async ({ lib, context }, client) => {
      const answers: unknown[] = [];
      const send = async (command: unknown): Promise<void> => {
        answers.push([await client.send(command as never), context.scheduler.nowMs]);
      };
      await send(new lib.PutCommand({ TableName, Item: ITEM, ConditionExpression: 'attribute_not_exists(pk)' }));
      await send(new lib.GetCommand({ TableName, Key, ConsistentRead: true }));
      await send(new lib.GetCommand({ TableName, Key: { pk: 'PARCEL#none' } }));
      await send(
        new lib.UpdateCommand({
          TableName,
          Key,
          UpdateExpression: 'SET #s = :s, stops = if_not_exists(stops, :none)',
          ExpressionAttributeNames: { '#s': 'status' },
          ExpressionAttributeValues: { ':s': 'delivered', ':none': [] },
          ReturnValues: 'ALL_NEW',
        }),
      );
      for (const parcelId of ['2', '3']) {
        await send(
          new lib.PutCommand({
            TableName,
            Item: { ...ITEM, pk: `PARCEL#${parcelId}`, parcelId },
            ReturnValues: 'ALL_OLD',
          }),
        );
      }
      const page = {
        TableName,
        IndexName: 'byDriver',
        KeyConditionExpression: 'driverId = :d',
        ExpressionAttributeValues: { ':d': 'd1' },
        Limit: 2,
        ReturnConsumedCapacity: 'TOTAL' as const,
      };
      await send(new lib.QueryCommand(page));
      await send(
        new lib.QueryCommand({ ...page, ExclusiveStartKey: { pk: 'PARCEL#2', driverId: 'd1', parcelId: '2' } }),
      );
      await send(new lib.DeleteCommand({ TableName, Key, ReturnValues: 'ALL_OLD' }));
      return answers;
    };
    const trace = await bothWays(use);

    expect(trace.sent).toHaveLength(9);
    expect(trace.untouched).toBe(0);
    const outputs = (trace.outcome as [Record<string, unknown>, number][]).map(([output]) => output);
    expect(outputs[1]?.Item).toEqual(ITEM);
    expect(outputs[2]).toEqual({
      $metadata: expect.objectContaining({ httpStatusCode: 200, attempts: 1, totalRetryDelay: 0 }),
    });
    expect(outputs[3]?.Attributes).toEqual({ ...ITEM, status: 'delivered', stops: [] });
    expect(outputs[6]).toMatchObject({ Count: 2, LastEvaluatedKey: { pk: 'PARCEL#2', driverId: 'd1', parcelId: '2' } });
    expect(outputs[7]).toMatchObject({ Count: 1, Items: [{ pk: 'PARCEL#3' }] });
  });

  test('carry every kind of value there and back', async () => {
    const values = {
      ...Key,
      text: '',
      emoji: '\u{1F4E6}',
      integer: 12345678901234,
      fraction: -0.125,
      yes: true,
      nothing: null,
      bytes: new Uint8Array([0, 1, 254, 255]),
      noBytes: new Uint8Array(0),
      buffer: Buffer.from('abc'),
      texts: new Set(['a', 'b']),
      numbers: new Set([1, 2.5]),
      blobs: new Set([new Uint8Array([1]), new Uint8Array([2])]),
      list: ['a', 1, null, { deep: [new Uint8Array([7])] }, []],
      map: { a: { b: { c: [1, 'B'] } }, B: 'a name like a type', BS: ['x'] },
      gone: undefined,
      method: () => 'dropped',
    };
    const use: Use = async ({ lib }, client) => {
      await client.send(new lib.PutCommand({ TableName, Item: values }));
      return (await client.send(new lib.GetCommand({ TableName, Key }))).Item;
    };
    const { outcome, untouched } = await bothWays(use, {}, {}, { marshallOptions: { removeUndefinedValues: true } });

    const { gone: _gone, method: _method, buffer, ...kept } = values;
    expect(outcome).toEqual({ ...kept, buffer: new Uint8Array(buffer) });
    expect(untouched).toBe(0);
  });

  test('follow the options of the translation, and fail alike without them', async () => {
    class Stop {
      constructor(readonly place: string) {}
    }
    const use: Use = async ({ lib }, client) => {
      await client.send(
        new lib.PutCommand({ TableName, Item: { ...Key, stop: new Stop('x'), weight: 1.5, none: '' } }),
      );
      return (await client.send(new lib.GetCommand({ TableName, Key }))).Item;
    };

    const translated = await bothWays(
      use,
      {},
      {},
      {
        marshallOptions: { convertClassInstanceToMap: true, convertEmptyValues: true },
        unmarshallOptions: { wrapNumbers: true },
      },
    );
    expect(translated.outcome).toEqual({ ...Key, stop: { place: 'x' }, weight: { value: '1.5' }, none: null });
    const refused = await bothWays(use);
    expect(refused.outcome).toMatchObject({
      name: 'Error',
      message: expect.stringContaining('Unsupported type passed'),
    });
    expect(refused.sent).toEqual([]);
  });
});

describe('calls that fail', () => {
  test("by a condition are sent once and throw the SDK's own exception", async () => {
    const use: Use = async ({ lib }, client) => {
      await client.send(new lib.PutCommand({ TableName, Item: ITEM }));
      await client.send(new lib.PutCommand({ TableName, Item: ITEM, ConditionExpression: 'attribute_not_exists(pk)' }));
    };
    const trace = await bothWays(use);

    expect(trace.outcome).toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      fault: 'client',
      metadata: { httpStatusCode: 400, attempts: 1 },
      isServiceException: true,
      isConditionalCheckFailed: true,
    });
    expect([trace.sent.length, trace.untouched]).toEqual([2, 0]);
  });

  test('for want of an address are tried as often as asked, with growing pauses', async () => {
    const nameless = fault({ target: 'dynamodb', region: 'us-east-2', startMs: 0, endMs: 1e9, kind: 'name' });
    const trace = await bothWays(get, { faults: [nameless] }, { maxAttempts: 3 });

    expect(trace.outcome).toMatchObject({
      code: 'ENOTFOUND',
      message: 'getaddrinfo ENOTFOUND dynamodb.us-east-2.amazonaws.com',
      metadata: { attempts: 3 },
    });
    expect([trace.attempts.length, trace.sent.length]).toEqual([3, 0]);
    const [first = 0, second = 0, third = 0] = trace.attempts;
    expect(first).toBe(0);
    expect(second).toBeLessThanOrEqual(50);
    expect(third - second).toBeLessThanOrEqual(100);
    expect(trace.elapsedMs).toBe(third);
  });

  test.each([
    [500, 'InternalServerError'],
    [503, 'ServiceUnavailable'],
    [400, 'ProvisionedThroughputExceededException'],
    [400, 'ReplicatedWriteConflictException'],
  ])('with %i %s twice are tried again and succeed the third time', async (statusCode, name) => {
    const trace = await bothWays(put, { script: (index) => (index < 2 ? refusal(statusCode, name) : undefined) });

    expect(trace.outcome).toMatchObject({ $metadata: { httpStatusCode: 200, attempts: 3 } });
    expect(trace.sent).toHaveLength(3);
    expect(trace.untouched).toBe(0);
  });

  test.each([
    [500, 'InternalServerError'],
    [400, 'ReplicatedWriteConflictException'],
    [400, 'ValidationException'],
    [400, 'NoSuchThingException'],
  ])('with %i %s every time throw what the SDK makes of it', async (statusCode, name) => {
    const trace = await bothWays(put, { script: () => refusal(statusCode, name) });

    expect(trace.outcome).toMatchObject({
      name,
      message: `${name}, says the service`,
      metadata: { httpStatusCode: statusCode },
      isServiceException: true,
    });
    expect(trace.sent).toHaveLength(name === 'ValidationException' || name === 'NoSuchThingException' ? 1 : 4);
  });

  test('in a row use up the retry tokens: 60 calls against 503 make 95 requests', async () => {
    const use: Use = async ({ lib }, client) => {
      const attempts: number[] = [];
      for (let i = 0; i < 60; i++) {
        const error = await client.send(new lib.GetCommand({ TableName, Key })).catch((reason) => reason);
        attempts.push(error.$metadata.attempts);
      }
      return attempts;
    };
    const trace = await bothWays(use, { script: () => refusal(503, 'ServiceUnavailable') });

    expect(trace.outcome).toEqual([...Array(11).fill(4), 3, ...Array(48).fill(1)]);
    expect(trace.sent).toHaveLength(95);
  });
});

describe('calls to Parameter Store', () => {
  const Name = '/dispatch/hand';
  const ask =
    (make: (ssm: typeof Ssm) => unknown): Use =>
    async ({ require }) => {
      const ssm = require('@aws-sdk/client-ssm') as unknown as typeof Ssm;
      return new ssm.SSMClient({}).send(make(ssm) as never);
    };

  test.each<[string, (ssm: typeof Ssm) => unknown]>([
    ['reading one', (ssm) => new ssm.GetParameterCommand({ Name })],
    ['reading several, one of them unknown', (ssm) => new ssm.GetParametersCommand({ Names: [Name, '/nobody'] })],
    ['writing', (ssm) => new ssm.PutParameterCommand({ Name, Value: 'evacuated', Overwrite: true })],
    ['an unknown name', (ssm) => new ssm.GetParameterCommand({ Name: '/nobody' })],
  ])('%s gives what the untouched SDK gives', async (_, make) => {
    const trace = await bothWays(ask(make), { parameters: [parameter()] });

    expect(trace.sent).toHaveLength(1);
    expect(trace.untouched).toBe(0);
  });

  test('through a fault are tried again as the SDK tries', async () => {
    const faults = [fault({ target: 'ssm', region: 'us-east-2', startMs: 0, endMs: 20 })];
    const trace = await bothWays(
      ask((ssm) => new ssm.GetParameterCommand({ Name })),
      {
        faults,
        parameters: [parameter()],
      },
    );

    expect(trace.attempts.length).toBeGreaterThan(1);
    expect(trace.outcome).toHaveProperty('Parameter');
  });

  test('with input that is more than text go through the untouched SDK', async () => {
    const tagged = (ssm: typeof Ssm) =>
      new ssm.PutParameterCommand({ Name, Value: 'evacuated', Tags: [{ Key: 'a', Value: 'b' }] });
    const trace = await bothWays(ask(tagged), { parameters: [parameter()] });

    expect(trace.untouched).toBe(1);
  });
});

describe('calls beside those of another service', () => {
  // The same instant, the same wire and the same jitter: who draws first must not depend on how long the SDK is busy with a call.
  const share = 0.6;
  const faults = (['dynamodb', 'ssm'] as const).map((target) =>
    fault({ target, region: 'us-east-2', startMs: 0, endMs: 1e9, share }),
  );
  const parameters = [parameter()];

  test.each([
    ['before', 1],
    ['after', -1],
  ])('that fail at the same instant draw, try and end as they do without it, sent %s the others', async (_, order) => {
    const use: Use = async (app, client) => {
      const ssm = app.require('@aws-sdk/client-ssm') as unknown as typeof Ssm;
      const asking = new ssm.SSMClient({});
      const outcomes: unknown[] = [];
      for (let round = 0; round < 20; round++) {
        const calls = [
          () => client.send(new app.lib.GetCommand({ TableName, Key })),
          () => asking.send(new ssm.GetParameterCommand({ Name: '/dispatch/hand' })),
        ];
        const sent = (order < 0 ? [...calls].reverse() : calls).map((call) => call());
        for (const { status } of await Promise.allSettled(sent)) outcomes.push([status, app.context.scheduler.nowMs]);
      }
      return outcomes;
    };
    const trace = await bothWays(use, { faults, parameters });

    expect(trace.attempts.length).toBeGreaterThan(60);
    expect((trace.outcome as [string, number][]).some(([status]) => status === 'rejected')).toBe(true);
  });
});

describe('time-outs', () => {
  const silence = (): Promise<never> => new Promise(() => {});
  /** Pauses before the second, third and fourth attempt are at most 50, 100 and 200 ms. */
  const MAX_PAUSES_MS = 350;

  test.each([
    ['of the connection', { connectionTimeout: 400 }, { blackHole: true }, 400, 0],
    ['of the request', { requestTimeout: 900, throwOnRequestTimeout: true }, { script: silence }, 900, 4],
    ['of the socket', { socketTimeout: 700 }, { script: silence }, 700, 4],
  ] as const)('%s end each of four attempts', async (_, requestHandler, setup, limitMs, sent) => {
    const trace = await bothWays(get, setup, { requestHandler });

    expect(trace.outcome).toMatchObject({ name: 'TimeoutError', metadata: { attempts: 4 } });
    expect([trace.attempts.length, trace.sent.length]).toEqual([4, sent]);
    expect(trace.elapsedMs).toBeGreaterThanOrEqual(4 * limitMs);
    expect(trace.elapsedMs).toBeLessThan(4 * limitMs + MAX_PAUSES_MS + 20);
  });

  test('of the request only warn unless they are to throw', async () => {
    const slow: Setup['script'] = async (_, { scheduler }) => {
      await scheduler.sleep(5000);
      return undefined;
    };
    const trace = await bothWays(get, { script: slow }, { requestHandler: { requestTimeout: 900 } });

    expect(trace.outcome).toMatchObject({ $metadata: { attempts: 1 } });
    expect(trace.elapsedMs).toBeGreaterThan(5000);
  });

  test('given with the call override those of the handler', async () => {
    const use: Use = ({ lib }, client) => client.send(new lib.GetCommand({ TableName, Key }), { requestTimeout: 100 });
    const trace = await bothWays(
      use,
      { script: silence },
      { maxAttempts: 1, requestHandler: { requestTimeout: 900, throwOnRequestTimeout: true } },
    );

    expect(trace.outcome).toMatchObject({ name: 'TimeoutError', code: 'ETIMEDOUT' });
    expect(trace.elapsedMs).toBe(100);
  });

  test('reached while connecting leave the request unsent, and those reached later leave it done', async () => {
    const slowTable = parcelTable({
      consistency: 'strong',
      replicaRegions: ['us-east-2', 'us-west-2'],
      witnessRegions: ['us-east-1'],
    });
    const use: Use = async (app, client) => {
      const error = await client.send(new app.lib.PutCommand({ TableName, Item: ITEM })).catch((reason) => reason);
      await app.context.scheduler.sleep(1000);
      const patient = app.lib.DynamoDBDocumentClient.from(new app.dynamoDb.DynamoDBClient({}));
      return [error.name, (await patient.send(new app.lib.GetCommand({ TableName, Key, ConsistentRead: true }))).Item];
    };
    const connecting = await bothWays(
      use,
      { table: slowTable },
      { maxAttempts: 1, region: 'us-west-2', requestHandler: { connectionTimeout: 20 } },
    );
    const sent = await bothWays(
      use,
      { table: slowTable },
      { maxAttempts: 1, requestHandler: { requestTimeout: 14, throwOnRequestTimeout: true } },
    );

    expect(connecting.outcome).toEqual(['TimeoutError', undefined]);
    expect(sent.outcome).toEqual(['TimeoutError', ITEM]);
  });

  test('of the connection count no longer once it is made', async () => {
    const slow: Setup['script'] = async (_, { scheduler }) => {
      await scheduler.sleep(500);
      return undefined;
    };
    const trace = await bothWays(get, { script: slow }, { requestHandler: { connectionTimeout: 100 } });

    expect(trace.outcome).toMatchObject({ $metadata: { attempts: 1 } });
  });

  test('by a signal between two attempts end the call before the next is sent', async () => {
    const use: Use = async ({ lib, context, sent }, client) => {
      const controller = new AbortController();
      const call = client.send(new lib.GetCommand({ TableName, Key }), { abortSignal: controller.signal });
      while (sent.length < 2) await context.scheduler.sleep(0.1);
      await context.scheduler.sleep(0.1);
      controller.abort();
      return call;
    };
    const trace = await bothWays(use, { script: () => refusal(503, 'ServiceUnavailable') });

    expect(trace.outcome).toMatchObject({ name: 'AbortError' });
    expect(trace.sent).toHaveLength(2);
  });

  test('by a signal end the call at once, in the middle of an attempt and before it', async () => {
    const use: Use = async ({ lib, context }, client) => {
      const controller = new AbortController();
      context.scheduler.after(650, () => controller.abort());
      const call = () =>
        client
          .send(new lib.GetCommand({ TableName, Key }), { abortSignal: controller.signal })
          .catch((error) => [error.name, context.scheduler.nowMs]);
      return [await call(), await call()];
    };
    const trace = await bothWays(use, { script: silence });

    expect(trace.outcome).toEqual([
      ['AbortError', 650],
      ['AbortError', 650],
    ]);
    expect(trace.sent).toHaveLength(1);
  });
});

describe('calls the short cut does not know', () => {
  const twice =
    (command: (app: Application) => unknown): Use =>
    async (app, client) => {
      await client.send(new app.lib.PutCommand({ TableName, Item: ITEM }));
      return client.send(command(app) as never);
    };

  test.each<[string, Use]>([
    ['legacy parameters', twice(({ lib }) => new lib.GetCommand({ TableName, Key, AttributesToGet: ['driverId'] }))],
    [
      'legacy conditions',
      twice(({ lib }) => new lib.PutCommand({ TableName, Item: ITEM, Expected: { pk: { Exists: false } } })),
    ],
    ['commands without values', twice(({ lib }) => new lib.ScanCommand({ TableName }))],
    [
      'commands of the plain client',
      twice(({ dynamoDb }) => new dynamoDb.GetItemCommand({ TableName, Key: { pk: { S: 'PARCEL#1' } } }) as never),
    ],
    [
      'a command with middleware of its own',
      twice(({ lib }) => {
        const command = new lib.GetCommand({ TableName, Key });
        command.middlewareStack.add((next) => (args) => next(args), { step: 'initialize' });
        return command;
      }),
    ],
    [
      'a callback',
      async (app, client) => {
        await client.send(new app.lib.PutCommand({ TableName, Item: ITEM }));
        return new Promise((resolve, reject) => {
          client.send(new app.lib.GetCommand({ TableName, Key }), (error: unknown, output: unknown) =>
            error ? reject(error) : resolve(output),
          );
        });
      },
    ],
  ])('%s take the long way, with the same result', async (_, use) => {
    const trace = await bothWays(use);

    expect([trace.sent.length, trace.untouched]).toEqual([2, 1]);
  });

  test.each(['before its first call', 'after its first call'])(
    'a client given middleware %s takes the long way from then on',
    async (when) => {
      let seen = 0;
      const use: Use = async (app, client) => {
        const observe = (): void => {
          client.middlewareStack.add(
            (next) => (args) => {
              seen++;
              return next(args);
            },
            { step: 'build', name: 'observer' },
          );
        };
        if (when === 'before its first call') observe();
        await put(app, client);
        if (when === 'after its first call') observe();
        await get(app, client);
        await get(app, client);
        return seen;
      };
      const trace = await play(use, { shortCut: true });

      const expected = when === 'before its first call' ? 3 : 2;
      expect([trace.outcome, trace.untouched]).toEqual([expected, expected]);
    },
  );

  test('the document client with methods, and pages of a query, work as ever', async () => {
    const use: Use = async (app, client) => {
      const documents = app.lib.DynamoDBDocument.from(new app.dynamoDb.DynamoDB({}));
      for (const parcelId of ['1', '2', '3'])
        await documents.put({ TableName, Item: { ...ITEM, pk: `PARCEL#${parcelId}`, parcelId } });
      const pages: unknown[] = [];
      const query = {
        TableName,
        IndexName: 'byDriver',
        KeyConditionExpression: 'driverId = :d',
        ExpressionAttributeValues: { ':d': 'd1' },
      };
      for await (const { Items } of app.lib.paginateQuery({ client, pageSize: 2 }, query)) pages.push(Items?.length);
      return pages;
    };
    const trace = await bothWays(use);

    expect(trace.outcome).toEqual([2, 1]);
    expect(trace.untouched).toBe(3);
  });
});
