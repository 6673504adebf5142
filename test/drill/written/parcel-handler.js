// A small service by hand: what it does is fixed here, and no bundler, configuration or construct has a say in it.
const { randomUUID } = require('node:crypto');
const { setTimeout: sleep } = require('node:timers/promises');
const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} = require('@aws-sdk/lib-dynamodb');

const table = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler: { connectionTimeout: 500 } }));
const TableName = process.env.TABLE_NAME;
const started = { atMs: Date.now(), luck: Math.random() };

const routes = {
  'GET /health': async () => ({ status: 'healthy' }),

  'PUT /parcels/{parcelId}': async ({ pathParameters: { parcelId }, body }) => {
    const parcel = { pk: parcelId, ...JSON.parse(body), id: randomUUID(), at: new Date(), tries: 0 };
    parcel.at = parcel.at.toISOString();
    await table.send(new PutCommand({ TableName, Item: parcel, ConditionExpression: 'attribute_not_exists(pk)' }));
    return parcel;
  },

  'POST /parcels/{parcelId}': async ({ pathParameters: { parcelId } }) => {
    await sleep(Math.random() * 20);
    const { Attributes } = await table.send(
      new UpdateCommand({
        TableName,
        Key: { pk: parcelId },
        UpdateExpression: 'SET tries = tries + :one, weight = if_not_exists(weight, :weight)',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':one': 1, ':weight': Math.round(1e6 * Math.random()) / 1e3 },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes;
  },

  'GET /parcels/{parcelId}': async ({ pathParameters: { parcelId } }) => {
    const { Item } = await table.send(new GetCommand({ TableName, Key: { pk: parcelId }, ConsistentRead: true }));
    return { ...Item, started, local: String(new Date(2025, 9, 20)), money: (1234.5).toLocaleString('en-US') };
  },

  'GET /routes/{driverId}': async ({ pathParameters: { driverId } }) => {
    const { Items } = await table.send(
      new QueryCommand({
        TableName,
        IndexName: 'byDriver',
        KeyConditionExpression: 'driverId = :driver',
        ExpressionAttributeValues: { ':driver': driverId },
        Limit: 5,
      }),
    );
    return Items.map(({ pk }) => pk);
  },
};

exports.handler = async (event) => {
  console.log(JSON.stringify({ route: event.routeKey, id: event.requestContext.requestId, atMs: performance.now() }));
  try {
    return { statusCode: 200, body: JSON.stringify(await routes[event.routeKey](event)) };
  } catch (error) {
    return { statusCode: error.name === 'ConditionalCheckFailedException' ? 409 : 503, body: error.name };
  }
};
