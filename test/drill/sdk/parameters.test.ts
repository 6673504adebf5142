import type * as Ssm from '@aws-sdk/client-ssm';
import type { Fault } from '../../../lib/drill/faults/fault-plan';
import { fault, settle } from '../data/fixture';
import { parameter } from '../network/aws-services';
import { application } from './clients';

/** The Systems Manager client of an application in us-east-2. */
function client(faults: readonly Fault[] = [], config: Ssm.SSMClientConfig = { maxAttempts: 1 }) {
  const app = application({ faults, parameters: [parameter({ allowedPattern: /^(automatic|evacuated)$/ })] });
  const ssm = app.require('@aws-sdk/client-ssm') as unknown as typeof Ssm;
  const clientOf = new ssm.SSMClient(config);
  const send = (command: unknown): Promise<object> => settle(app.context, clientOf.send(command as never));
  return { ssm, send, app };
}

const NAME = '/dispatch/hand';
const down = (kind: Fault['kind']): Fault =>
  fault({ target: 'ssm', region: 'us-east-2', kind, startMs: 0, endMs: 10_000, phaseId: 'p9' });

test('the real client reads and writes parameters over the wire', async () => {
  const { ssm, send } = client();

  expect(await send(new ssm.PutParameterCommand({ Name: NAME, Value: 'evacuated', Overwrite: true }))).toMatchObject({
    Version: 2,
    Tier: 'Standard',
  });
  expect(await send(new ssm.GetParametersCommand({ Names: [NAME, '/nobody'] }))).toMatchObject({
    Parameters: [{ Name: NAME, Value: 'evacuated', Version: 2, LastModifiedDate: expect.any(Date) }],
    InvalidParameters: ['/nobody'],
  });
});

test("the service's refusals are the client's own errors", async () => {
  const { ssm, send } = client();

  await expect(send(new ssm.GetParameterCommand({ Name: '/nobody' }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
  });
  await expect(send(new ssm.PutParameterCommand({ Name: NAME, Value: 'x', Overwrite: true }))).rejects.toMatchObject({
    name: 'ParameterPatternMismatchException',
  });
});

test.each([
  ['name', { code: 'ENOTFOUND' }],
  ['error', { name: 'ServiceUnavailable', $metadata: expect.objectContaining({ httpStatusCode: 503 }) }],
] as const)('a fault of its %s reaches the client, one of the tables does not', async (kind, error) => {
  const { ssm, send } = client([down(kind)]);
  const healthy = client([fault({ target: 'dynamodb', region: 'us-east-2', kind, startMs: 0, endMs: 10_000 })]);
  const command = () => new ssm.GetParameterCommand({ Name: NAME });

  await expect(send(command())).rejects.toMatchObject(error);
  expect(await healthy.send(new healthy.ssm.GetParameterCommand({ Name: NAME }))).toHaveProperty('Parameter');
});

test('time-outs of the application hold, in virtual time', async () => {
  const { ssm, app } = client();
  const { NodeHttpHandler } = app.require('@smithy/node-http-handler') as {
    NodeHttpHandler: new (options: object) => object;
  };
  const requestHandler = new NodeHttpHandler({ requestTimeout: 1, throwOnRequestTimeout: true });
  const hasty = new ssm.SSMClient({ maxAttempts: 1, requestHandler } as never);

  await expect(settle(app.context, hasty.send(new ssm.GetParameterCommand({ Name: NAME })))).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});
