import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { settle, timed } from '../data/fixture';
import { answer, application, refusal, type Setup } from './clients';

const TableName = 'parcels';
const Key = { pk: 'PARCEL#1' };

/** One read through a client of this configuration. */
async function read(setup: Setup, config: DynamoDBClientConfig = {}) {
  const app = application(setup);
  const client = app.lib.DynamoDBDocumentClient.from(new app.dynamoDb.DynamoDBClient(config));
  return { app, client, ...(await timed(app.context, client.send(new app.lib.GetCommand({ TableName, Key })))) };
}

describe('clients', () => {
  test("are the SDK's own, born with the Region and the credentials of their environment", async () => {
    const { app, client, value } = await read({ region: 'us-east-2', env: { AWS_ACCESS_KEY_ID: 'other' } });

    expect(value).toMatchObject({ $metadata: { httpStatusCode: 200 } });
    expect(client).toBeInstanceOf(app.lib.DynamoDBDocumentClient);
    expect(await settle(app.context, client.config.region())).toBe('us-east-2');
    expect(await settle(app.context, client.config.credentials())).toMatchObject({
      accessKeyId: 'ASIADRILLDRILLDRILLD',
    });
  });

  test('may ask for another Region, whose table answers from there', async () => {
    const { error, elapsedMs } = await read({ region: 'us-west-2' }, { region: 'us-east-2' });

    expect(error).toBeUndefined();
    expect(elapsedMs).toBeGreaterThan(3 * 45);
  });

  test('obey the attempts that the environment sets, unless the code sets others', async () => {
    const setup: Setup = { env: { AWS_MAX_ATTEMPTS: '2' }, script: () => refusal(500, 'InternalServerError') };

    expect((await read(setup)).app.sent).toHaveLength(2);
    expect((await read(setup, { maxAttempts: 3 })).app.sent).toHaveLength(3);
  });

  test('keep the time-outs of a Node handler, given as one or as its options', async () => {
    for (const shape of ['options', 'handler'] as const) {
      const app = application({ blackHole: true });
      const { NodeHttpHandler } = app.require('@smithy/node-http-handler') as {
        NodeHttpHandler: new (options: object) => object;
      };
      const requestHandler =
        shape === 'options' ? { connectionTimeout: 250 } : new NodeHttpHandler({ connectionTimeout: 250 });
      const client = new app.dynamoDb.DynamoDBClient({ maxAttempts: 1, requestHandler: requestHandler as never });

      const { error, elapsedMs } = await timed(
        app.context,
        client.send(new app.dynamoDb.GetItemCommand({ TableName, Key: { pk: { S: '1' } } })),
      );

      expect([error?.name, elapsedMs]).toEqual(['TimeoutError', 250]);
    }
  });

  test('share one SDK but not their retry tokens', async () => {
    const app = application({ script: () => refusal(503, 'ServiceUnavailable') });
    const attempts = async (): Promise<number> => {
      const client = new app.dynamoDb.DynamoDBClient({});
      const before = app.sent.length;
      for (let i = 0; i < 13; i++)
        await client.send(new app.dynamoDb.GetItemCommand({ TableName, Key: { pk: { S: '1' } } })).catch(() => {});
      return app.sent.length - before;
    };

    expect(await settle(app.context, attempts())).toBe(11 * 4 + 3 + 1);
    expect(await settle(app.context, attempts())).toBe(11 * 4 + 3 + 1);
  });
});

describe('an environment that is gone', () => {
  test('hears of no answer, no time-out and no retry, while what it sent is done', async () => {
    const app = application();
    const client = app.lib.DynamoDBDocumentClient.from(
      new app.dynamoDb.DynamoDBClient({ requestHandler: { requestTimeout: 1000, throwOnRequestTimeout: true } }),
    );
    let heard = false;
    const hear = (): void => {
      heard = true;
    };
    client.send(new app.lib.PutCommand({ TableName, Item: { ...Key, note: 'sent' } })).then(hear, hear);
    await app.context.scheduler.run(1e6, () => app.sent.length === 1);

    app.wire.close();
    await app.context.scheduler.run(1e6);
    client.send(new app.lib.GetCommand({ TableName, Key })).then(hear, hear);
    await app.context.scheduler.run(2e6);

    expect([heard, app.sent.length]).toEqual([false, 1]);
  });
});

describe('what the facade does not model', () => {
  test.each([
    'AWS_ENDPOINT_URL',
    'AWS_ENDPOINT_URL_DYNAMODB',
    'AWS_USE_FIPS_ENDPOINT',
    'AWS_DEFAULTS_MODE',
    'AWS_PROFILE',
  ])('refuses the variable %s, naming the function', (name) => {
    expect(() => application({ env: { [name]: 'x' } })).toThrow(
      `not modelled: environment variable ${name} of Stack/Function#1`,
    );
  });

  test.each(['@aws-sdk/client-sqs', '@aws-sdk/credential-providers', '@smithy/fetch-http-handler'])(
    'refuses the package %s',
    (request) => {
      expect(() => application().require(request)).toThrow(
        `not modelled: package ${request}, required by Stack/Function#1`,
      );
    },
  );

  test('leaves other packages to the loader, and gives the same exports each time', () => {
    const app = application();

    expect(app.require('zod')).toBeUndefined();
    expect(app.require('@aws-sdk/lib-dynamodb')).toBe(app.require('@aws-sdk/lib-dynamodb'));
    expect(app.require('@aws-sdk/util-dynamodb')).toHaveProperty('marshall');
  });

  test("refuses an endpoint and a request handler of the application's own", () => {
    const { dynamoDb } = application();

    expect(() => new dynamoDb.DynamoDBClient({ endpoint: 'http://localhost:8000' })).toThrow(
      'not modelled: a client of @aws-sdk/client-dynamodb with its own endpoint in Stack/Function#1',
    );
    expect(() => new dynamoDb.DynamoDBClient({ requestHandler: { handle: () => {} } as never })).toThrow(
      "not modelled: a request handler of the application's own in Stack/Function#1",
    );
  });

  test.each([
    [
      'an operation',
      (app: ReturnType<typeof application>) => new app.lib.TransactWriteCommand({ TransactItems: [] }),
      'DynamoDB operation TransactWriteItems',
    ],
    [
      'a parameter',
      (app: ReturnType<typeof application>) =>
        new app.lib.PutCommand({ TableName, Item: Key, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
      'DynamoDB PutItem parameter ReturnValuesOnConditionCheckFailure',
    ],
  ])('stops the drill for %s it lacks, although the application catches the error', async (_, command, what) => {
    const app = application();
    const client = app.lib.DynamoDBDocumentClient.from(new app.dynamoDb.DynamoDBClient({}));
    const handler = client.send(command(app) as never).catch(() => app.context.scheduler.sleep(10));

    await expect(settle(app.context, handler)).rejects.toThrow(`not modelled: ${what}`);
  });
});

describe('answers', () => {
  test('have no date of the real world: the SDK finds no clock skew to correct', async () => {
    const { error, app } = await read({
      script: () => answer(400, { __type: 'com.amazonaws.dynamodb.v20120810#ValidationException', message: 'no' }),
    });

    expect(error?.name).toBe('ValidationException');
    expect(error?.$metadata).not.toHaveProperty('clockSkewCorrected', true);
    expect(app.sent).toHaveLength(1);
  });
});
