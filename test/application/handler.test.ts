import type { Context } from 'aws-lambda';
import type { ApiRequest } from '../../lib/application/api/operation';
import { recordConsole } from './dispatch-fixture';

const written = recordConsole();

const variables = process.env;
afterEach(() => {
  process.env = variables;
  jest.resetModules();
});

const COMPLETE = {
  AWS_REGION: 'us-east-2',
  PEER_REGION: 'us-west-2',
  TABLE_NAME: 'dispatch',
  BUCKET_NAME: 'dispatch-objects',
  CONSISTENCY: 'strong',
  POWERTOOLS_SERVICE_NAME: 'dispatch',
  POWERTOOLS_METRICS_NAMESPACE: 'Dispatch',
};

function load(): typeof import('../../lib/application/handler') {
  return require('../../lib/application/handler');
}

test('starts from its environment without I/O and answers', async () => {
  process.env = { ...variables, ...COMPLETE, AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' };
  const { handler } = load();
  const request = { routeKey: 'GET /nothing', headers: {}, requestContext: { requestId: 'request-1' } };

  const answers = [1, 2].map(() => handler(request as unknown as ApiRequest, { functionName: 'api' } as Context));

  expect((await Promise.all(answers)).map(({ statusCode }) => statusCode)).toEqual([404, 404]);
  const coldStarts = written.lines().filter((line) => 'ColdStart' in line);
  expect(coldStarts).toEqual([expect.objectContaining({ ColdStart: 1, service: 'dispatch', function_name: 'api' })]);
});

test('refuses to start without its environment', () => {
  process.env = { ...variables, ...COMPLETE, TABLE_NAME: '' };

  expect(load).toThrow(/environment variables of the function: 1 problem\n {2}TABLE_NAME: found ""/);
});
