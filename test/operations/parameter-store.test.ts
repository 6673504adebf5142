import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { parameterStore } from '../../lib/operations/parameter-store';
import { serving } from './outside';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

interface Seen {
  readonly target: string | undefined;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** Systems Manager on the loopback interface, which answers the same to everything. */
async function answered<Result>(
  { status, body }: { status: number; body: object },
  act: (store: ReturnType<typeof parameterStore>) => Promise<Result>,
): Promise<{ seen: Seen[]; result: Result }> {
  const seen: Seen[] = [];
  const record = async (request: IncomingMessage) => {
    const { 'x-amz-target': target, authorization } = request.headers;
    seen.push({ target: String(target), authorization, body: JSON.parse(await text(request)) });
  };
  const result = await serving(
    (request, response) => {
      void record(request).then(() => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
      });
    },
    (endpoint) => act(parameterStore('us-west-2', { endpoint, credentials })),
  );
  return { seen, result };
}

describe('the parameters of a Region', () => {
  test('are read in one call, those that exist', async () => {
    const { seen, result } = await answered(
      { status: 200, body: { Parameters: [{ Name: '/a', Value: 'automatic' }], InvalidParameters: ['/b'] } },
      (store) => store.read(['/a', '/b']),
    );

    expect([...result]).toEqual([['/a', 'automatic']]);
    expect(seen).toEqual([
      {
        target: 'AmazonSSM.GetParameters',
        authorization: expect.stringContaining('/us-west-2/ssm/aws4_request'),
        body: { Names: ['/a', '/b'] },
      },
    ]);
  });

  test('are overwritten, and never created: that would need a type', async () => {
    const { seen } = await answered({ status: 200, body: { Version: 2 } }, (store) => store.write('/a', 'evacuated'));

    expect(seen).toEqual([
      {
        target: 'AmazonSSM.PutParameter',
        authorization: expect.any(String),
        body: { Name: '/a', Value: 'evacuated', Overwrite: true },
      },
    ]);
  });

  test('say why they refuse', async () => {
    const body = { __type: 'AccessDeniedException', message: 'not authorized to perform ssm:PutParameter' };

    await expect(answered({ status: 400, body }, (store) => store.write('/a', 'evacuated'))).rejects.toThrow(
      'not authorized to perform ssm:PutParameter',
    );
  });

  test('are asked twice at most', async () => {
    let asked = 0;
    const outcome = serving(
      (_, response) => {
        asked += 1;
        response.writeHead(503).end('{}');
      },
      (endpoint) => parameterStore('us-west-2', { endpoint, credentials }).read(['/a']),
    );

    await expect(outcome).rejects.toThrow();
    expect(asked).toBe(2);
  });
});
