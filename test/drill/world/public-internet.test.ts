import type { HttpApi } from '../../../lib/drill/api/http-api';
import type { DnsAnswer, DnsRecord, Route53, Zone } from '../../../lib/drill/dns';
import type { Geography } from '../../../lib/drill/model/round-trips';
import { PublicInternet } from '../../../lib/drill/world/public-internet';
import { latency } from '../dns/records';
import { drillContext } from '../drill-context';

const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;

/** An internet whose zone has `api.example.com`; the test says what it is answered with. */
function internet(answer: (from: Geography) => string | undefined, reached: string[] = [EAST, WEST]) {
  const context = drillContext();
  const questions: string[] = [];
  const route53 = {
    answer: (name: string, _type: string, from: Geography): DnsAnswer => {
      questions.push(`${name} from ${from.id}`);
      const region = answer(from);
      return region === undefined ? { ttlSeconds: 60 } : { record: latency(name, region), ttlSeconds: 60 };
    },
  } as unknown as Route53;
  const zone = { has: (name: string) => name === 'api.example.com' } as unknown as Zone;
  const api = { handle: async ({ host }: { host: string }) => ({ status: 200, headers: {}, body: host }) };
  const endpointOf = ({ region }: DnsRecord) =>
    reached.includes(region) ? { region, api: api as unknown as HttpApi } : undefined;
  return { context, questions, net: new PublicInternet({ zone, route53, endpointOf, context }) };
}

test('a name leads to the API and Region that the resolver of the asking Region was told', async () => {
  const { net, questions } = internet(({ proxy }) => proxy);

  expect(net.serverOf('api.example.com', EAST)?.region).toBe(EAST);
  expect(net.serverOf('api.example.com', WEST)?.region).toBe(WEST);
  expect(questions).toEqual([`api.example.com from ${EAST}`, `api.example.com from ${WEST}`]);
  const server = net.serverOf('api.example.com', EAST);
  expect(await server?.handle({ method: 'GET', host: 'api.example.com', path: '/', headers: {} }, 0)).toMatchObject({
    body: 'api.example.com',
  });
});

test('an answer is kept for its life and no longer', async () => {
  let now: string = EAST;
  const { net, context } = internet(() => now);
  const seen = [net.serverOf('api.example.com', EAST)?.region];
  now = WEST;
  await context.scheduler.run(60_000);
  seen.push(net.serverOf('api.example.com', EAST)?.region);
  now = EAST;
  await context.scheduler.run(119_999);
  seen.push(net.serverOf('api.example.com', EAST)?.region);
  await context.scheduler.run(120_000);
  seen.push(net.serverOf('api.example.com', EAST)?.region);

  expect(seen).toEqual([EAST, WEST, WEST, EAST]);
});

test('a name below one of the zone that has no record has no address', () => {
  const { net } = internet(() => undefined);

  expect(net.serverOf('us-west-2.api.example.com', EAST)).toBeUndefined();
});

test.each(['example.com', 'example.org', 'notapi.example.com'])(
  '%s, which nobody of the assembly answers for, is not modelled',
  (name) => {
    expect(() => internet(() => EAST).net.serverOf(name, EAST)).toThrow(
      `not modelled: a request to ${name}, which no record of the assembly serves`,
    );
  },
);

test('a name that leads to something else than an API is not modelled', () => {
  expect(() => internet(() => EAST, []).net.serverOf('api.example.com', EAST)).toThrow(
    'not modelled: a request to api.example.com, which leads to no API of the assembly',
  );
});
