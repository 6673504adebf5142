import { createHash, createHmac } from 'node:crypto';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { canary } from '../../lib/operations/canary';
import { regionalCaller } from '../../lib/operations/regional-caller';
import { qualified } from '../helpers/configs';
import { VirtualClock } from './recorded-alarms';

const HOST = 'us-east-2.api.example.com';
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI', sessionToken: 'session' };

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Signature Version 4 as API Gateway computes it, from what arrived. */
function signatureOf(request: Request, body: string): string {
  const headers = request.headers;
  const [, date = '', region = '', service = '', signed = ''] =
    /Credential=[^/]+\/(\d+)\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+),/.exec(
      headers.get('authorization') ?? '',
    ) ?? [];
  const { host, pathname } = new URL(request.url);
  const values = signed.split(';').map((name) => `${name}:${name === 'host' ? host : headers.get(name)}\n`);
  const canonical = [request.method, pathname, '', values.join(''), signed, sha256(body)].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', headers.get('x-amz-date'), scope, sha256(canonical)].join('\n');
  const key = [region, service, 'aws4_request'].reduce(hmac, hmac(`AWS4${KEYS.secretAccessKey}`, date));
  return hmac(key, toSign).toString('hex');
}

/** One Region's API: it checks signatures, keeps probes, and goes wrong as a test says. */
class RegionalApi {
  readonly asked: string[] = [];
  readonly #marks = new Map<string, string>();
  #requests = 0;

  /** @param fault What a request gets instead of its answer, by its number from 1, if anything. */
  constructor(
    readonly region: string,
    readonly fault: (request: number, path: string) => Response | Error | undefined = () => undefined,
  ) {}

  readonly fetch = (async (input: string, init?: RequestInit) => {
    const request = new Request(input, init);
    const { host, pathname } = new URL(request.url);
    const body = await request.text();
    this.asked.push(`${request.method} ${host}${pathname}`);
    const fault = this.fault(++this.#requests, pathname);
    if (fault instanceof Error) throw fault;
    if (fault) return fault;
    if (pathname === '/health') return Response.json({ status: 'healthy', region: this.region });
    const authorization = request.headers.get('authorization') ?? '';
    const valid =
      authorization.includes(`/${this.region}/execute-api/`) &&
      request.headers.get('x-amz-security-token') === KEYS.sessionToken &&
      authorization.endsWith(`Signature=${signatureOf(request, body)}`);
    if (!valid) return Response.json({ message: 'Forbidden' }, { status: 403 });
    const probeId = pathname.slice('/probes/'.length);
    if (request.method === 'PUT') this.#marks.set(probeId, JSON.parse(body).mark);
    const mark = this.#marks.get(probeId);
    if (mark === undefined) return Response.json({ title: 'unknown' }, { status: 404 });
    return Response.json({ probeId, mark, writtenAt: '2026-11-24T12:00:00Z', region: this.region });
  }) as typeof fetch;
}

async function tried(api: RegionalApi, { rounds = 10, secret = KEYS.secretAccessKey } = {}) {
  const clock = new VirtualClock('2026-11-24T12:00:00Z');
  const lines: string[] = [];
  let marks = 0;
  const signing = new CloudWatchClient({ region: 'us-east-2', credentials: { ...KEYS, secretAccessKey: secret } })
    .config;
  const code = await canary(
    { config: qualified(), region: 'us-east-2', rounds },
    {
      caller: (host, region) => regionalCaller(host, region, api.fetch, signing),
      now: clock.now,
      sleep: clock.sleep,
      newMark: () => `mark-${++marks}`,
      print: (line) => lines.push(line),
    },
  );
  const seconds = (clock.now() - Date.parse('2026-11-24T12:00:00Z')) / 1_000;
  return { code, lines, verdict: lines[lines.length - 1], seconds };
}

describe('the canary of a Region', () => {
  test('asks health, writes and reads, signed for the Region, on its own name', async () => {
    const api = new RegionalApi('us-east-2');

    const { code, verdict } = await tried(api, { rounds: 2 });

    expect({ code, verdict }).toEqual({
      code: 0,
      verdict: `GOOD: 2 of 2 rounds were served by us-east-2 on ${HOST}.`,
    });
    const round = [
      `GET ${HOST}/health`,
      `PUT ${HOST}/probes/delivery-us-east-2`,
      `GET ${HOST}/probes/delivery-us-east-2`,
    ];
    expect(api.asked).toEqual([`GET ${HOST}/health`, ...round, ...round]);
  });

  test('fails with credentials that the Region does not take', async () => {
    const { code, lines } = await tried(new RegionalApi('us-east-2'), { rounds: 1, secret: 'another' });

    expect(code).toBe(1);
    expect(lines).toEqual([
      'round 1 of 1: PUT /probes answered 403 {"message":"Forbidden"}, not mark mark-1, region us-east-2',
      `BAD: 0 of 1 rounds were served by us-east-2 on ${HOST}.`,
    ]);
  });

  test('fails when another Region answers on its name', async () => {
    const { code, lines } = await tried(new RegionalApi('us-west-2'), { rounds: 1 });

    expect(code).toBe(1);
    expect(lines[0]).toContain('not region us-east-2');
  });

  const once = (wrong: number, answer: () => Response | Error) => (request: number) =>
    request === wrong ? answer() : undefined;
  const unavailable = () => Response.json({ title: 'The table does not answer' }, { status: 503 });

  test('bears one failed round of ten, but not the last', async () => {
    const health = 1;
    const [firstWrite, lastWrite] = [health + 2, health + 9 * 3 + 2];

    expect(await tried(new RegionalApi('us-east-2', once(firstWrite, unavailable)))).toMatchObject({
      code: 0,
      verdict: `GOOD: 9 of 10 rounds were served by us-east-2 on ${HOST}.`,
    });
    expect(await tried(new RegionalApi('us-east-2', once(lastWrite, unavailable)))).toMatchObject({
      code: 1,
      verdict: `BAD: 9 of 10 rounds were served by us-east-2 on ${HOST}.`,
    });
  });

  test('does not bear two failed rounds of ten, nor one of nine', async () => {
    const twice = (request: number) => (request === 3 || request === 7 ? unavailable() : undefined);

    expect(await tried(new RegionalApi('us-east-2', twice))).toMatchObject({ code: 1 });
    expect(await tried(new RegionalApi('us-east-2', once(3, unavailable)), { rounds: 9 })).toMatchObject({ code: 1 });
  });

  test('looks again for a mark that an eventually consistent read has not seen yet, three times at most', async () => {
    const old = () => Response.json({ mark: 'mark-0', region: 'us-east-2' });
    const stale =
      (...requests: number[]) =>
      (request: number) =>
        requests.includes(request) ? old() : undefined;

    expect(await tried(new RegionalApi('us-east-2', stale(4, 5)), { rounds: 1 })).toMatchObject({
      code: 0,
      seconds: 2,
    });
    expect(await tried(new RegionalApi('us-east-2', stale(4, 5, 6)), { rounds: 1 })).toMatchObject({ code: 1 });
  });

  test('waits three minutes for a name that is new, and no longer', async () => {
    const unknown = new TypeError('fetch failed', { cause: new Error(`getaddrinfo ENOTFOUND ${HOST}`) });

    const late = await tried(new RegionalApi('us-east-2', (request) => (request <= 12 ? unknown : undefined)));
    const never = await tried(new RegionalApi('us-east-2', () => unknown));

    expect([late.code, never.code]).toEqual([0, 1]);
    expect(never.verdict).toBe(
      `BAD: https://${HOST} has not answered for 180 s: fetch failed (getaddrinfo ENOTFOUND ${HOST}).`,
    );
    expect(never.seconds).toBe(180);
  });
});
