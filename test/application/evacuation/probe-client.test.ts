import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ProbeClient } from '../../../lib/application/evacuation/probe-client';
import { holdTimeOuts } from '../../helpers/held-time-outs';
import { close, listen, TEST_CREDENTIALS } from '../dispatch-fixture';

const ADDRESS = { host: 'us-east-2.api.example.com', region: 'us-east-2' };

interface Arrived {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly socket: Socket;
}

type Reaction = 'answer' | 'silence' | 'stall' | 'drop' | 'redirect';

const servers: Server[] = [];
beforeEach(holdTimeOuts);
afterEach(async () => {
  jest.useRealTimers();
  for (const server of servers.splice(0)) await close(server);
});

/** A server that reacts in turn, the last way for ever, and a client whose every name leads to it, over Node's own `fetch`. */
async function serverAndClient(reactions: readonly Reaction[] = ['answer']) {
  const arrived: Arrived[] = [];
  const server = createServer(async (request, response) => {
    const reaction = reactions[Math.min(arrived.length, reactions.length - 1)];
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method, url, headers, socket } = request;
    arrived.push({ method, url, headers, body, socket });
    server.emit('arrived');
    if (reaction === 'silence') return;
    if (reaction === 'drop') return void socket.destroy();
    const status = reaction === 'redirect' ? 302 : 200;
    response.writeHead(status, { 'content-type': 'application/json', location: 'https://elsewhere.example.com/' });
    if (reaction === 'stall') response.write('{"region":');
    else response.end('{"region":"us-east-2"}');
  });
  servers.push(await listen(server));
  const { port } = server.address() as AddressInfo;
  const client = new ProbeClient({
    fetch: ((url: string, init: RequestInit) =>
      fetch(url.replace(/^https:\/\/[^/]+/, `http://127.0.0.1:${port}`), init)) as typeof fetch,
    credentials: () => TEST_CREDENTIALS,
  });
  return { arrived, client, server };
}

/**
 * Signature of a request by the steps of the documentation, with nothing of the SDK.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
function signatureOf({ method, url, headers, body }: Arrived, host: string): string {
  const credential = /Credential=ASIATEST\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request, SignedHeaders=([\w;-]+)/;
  const [, date = '', region = '', service = '', signed = ''] = credential.exec(String(headers.authorization)) ?? [];
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const headerOf = (name: string) => (name === 'host' ? host : String(headers[name]));
  const canonical = [
    method,
    url,
    '',
    ...signed.split(';').map((name) => `${name}:${headerOf(name)}`),
    '',
    signed,
    sha256(body),
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [region, service, 'aws4_request'].reduce(
    (signing, part) => hmac(signing, part),
    hmac(`AWS4${TEST_CREDENTIALS.secretAccessKey}`, date),
  );
  return createHmac('sha256', key).update(toSign).digest('hex');
}

test('signs writes and reads for the API of the Region that is asked, with the session of the role', async () => {
  const { arrived, client } = await serverAndClient();

  const written = await client.write(ADDRESS, 'us-west-2-us-east-2', '2026-11-22T09:30:00.000Z', 2_000);
  await client.read(ADDRESS, 'us-west-2-us-east-2', 2_000);

  expect(written).toEqual({ status: 200, body: { region: 'us-east-2' }, latencyMs: expect.any(Number) });
  expect(arrived.map(({ method, url, body }) => ({ method, url, body }))).toEqual([
    { method: 'PUT', url: '/probes/us-west-2-us-east-2', body: '{"mark":"2026-11-22T09:30:00.000Z"}' },
    { method: 'GET', url: '/probes/us-west-2-us-east-2', body: '' },
  ]);
  for (const request of arrived) {
    const { authorization, 'x-amz-security-token': token, 'x-amz-date': date } = request.headers;
    expect(token).toBe('session');
    expect(authorization).toContain(
      `Credential=ASIATEST/${String(date).slice(0, 8)}/us-east-2/execute-api/aws4_request`,
    );
    expect(authorization).toMatch(/SignedHeaders=[\w;-]*\bhost;/);
    expect(authorization).toMatch(/Signature=(\w+)$/);
    expect(String(authorization).split('Signature=')[1]).toBe(signatureOf(request, ADDRESS.host));
  }
});

test('asks for health without a signature', async () => {
  const { arrived, client } = await serverAndClient();

  const answer = await client.health('api.example.com', 2_000);

  expect(answer?.body).toEqual({ region: 'us-east-2' });
  expect(arrived[0]).toMatchObject({ method: 'GET', url: '/health' });
  expect(arrived[0]?.headers).not.toHaveProperty('authorization');
});

test('connects anew for each request, as a new client must', async () => {
  const { arrived, client } = await serverAndClient();

  await client.health(ADDRESS.host, 2_000);
  for (let round = 0; round < 2; round += 1) {
    await client.write(ADDRESS, 'probe', 'mark', 2_000);
    await client.read(ADDRESS, 'probe', 2_000);
  }

  expect(new Set(arrived.map(({ socket }) => socket)).size).toBe(5);
});

test.each(['silence', 'stall'] as const)(
  'gives up at the limit when the answer is %s, hangs up and does not ask again',
  async (reaction) => {
    const { arrived, client, server } = await serverAndClient([reaction]);
    const settled = jest.fn();
    const reading = client.read(ADDRESS, 'probe', 250).finally(settled);
    await once(server, 'arrived');

    await jest.advanceTimersByTimeAsync(249);
    expect(settled).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);

    expect(await reading).toBeUndefined();
    expect(arrived).toHaveLength(1);
    const { socket } = arrived[0] as Arrived;
    if (!socket.destroyed) await once(socket, 'close');
  },
);

test('has no answer when the connection is dropped, and does not ask again', async () => {
  const { arrived, client } = await serverAndClient(['drop']);

  expect(await client.write(ADDRESS, 'probe', 'mark', 2_000)).toBeUndefined();
  expect(arrived).toHaveLength(1);
});

test('takes what leads elsewhere for an answer and does not follow it', async () => {
  const { arrived, client } = await serverAndClient(['redirect']);

  expect((await client.read(ADDRESS, 'probe', 2_000))?.status).toBe(302);
  expect(arrived).toHaveLength(1);
});

test('gives what is no JSON no body', async () => {
  const client = new ProbeClient({
    fetch: async () => new Response('<html>', { status: 200 }),
    credentials: () => TEST_CREDENTIALS,
  });

  expect(await client.health('api.example.com', 2_000)).toMatchObject({ status: 200, body: undefined });
});
