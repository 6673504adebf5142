import { createHash } from 'node:crypto';
import { type Assembly, readAssembly } from '../../../lib/assembly';
import type { HttpAnswer } from '../../../lib/drill/api/http-event';
import { World } from '../../../lib/drill/world/world';
import { qualified } from '../../helpers/configs';
import { drillContext } from '../drill-context';
import { synthesizeInto } from '../synthesized';

jest.setTimeout(60_000);

const HOST = 'api.example.com';
const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;
const PHOTO = 'bytes of a photo';
const SHA256 = createHash('sha256').update(PHOTO).digest('base64');

let blueprint: Assembly;
beforeAll(() => {
  blueprint = readAssembly(synthesizeInto(qualified()));
});

/** The default blueprint with one delivery in it, and ways to ask it. */
async function stand() {
  const context = drillContext({ epochMs: Date.UTC(2026, 10, 22) });
  const { scheduler } = context;
  const world = await World.build(blueprint, context);
  const settle = <T>(work: Promise<T>): Promise<T> => scheduler.runUntilSettled(work, scheduler.nowMs + 86_400_000);
  const ask = (region: string, method: string, path: string, body?: object): Promise<HttpAnswer> =>
    settle(world.ask(region, { method, path, host: HOST, ...(body ? { body: JSON.stringify(body) } : {}) }));
  const transfer = (method: string, url: string, headers: Record<string, string>, body: string) => {
    const { hostname, pathname, searchParams } = new URL(url);
    const query = Object.fromEntries(searchParams);
    return settle(world.objects.answer({ hostname, method, path: pathname, query, headers, body }));
  };
  await ask(EAST, 'PUT', '/parcels/p-1', { driverId: 'd-1', recipient: 'Ada', address: '12 Analytical Row' });
  const deliveredAt = '2026-11-22T00:00:00Z';
  await ask(EAST, 'POST', '/deliveries', { deliveryId: 'x:1', parcelId: 'p-1', driverId: 'd-1', deliveredAt });
  const announce = async () => {
    const answer = await ask(EAST, 'POST', '/deliveries/x:1/photo', { sha256: SHA256, bytes: PHOTO.length });
    return { status: answer.status, ...JSON.parse(answer.body) };
  };
  return { world, ask, transfer, announce, settle };
}

test("a photo goes to the serving Region's bucket and is shown in the other once it has arrived", async () => {
  const { world, ask, transfer, announce, settle } = await stand();

  const { status, uploadUrl, headers, key, region } = await announce();
  expect([status, region]).toEqual([201, EAST]);
  expect(await ask(EAST, 'GET', '/deliveries/x:1/photo')).toMatchObject({
    status: 404,
    headers: { 'retry-after': '15' },
  });

  expect(await transfer('PUT', uploadUrl, headers, PHOTO)).toMatchObject({ statusCode: 200 });
  expect(await ask(EAST, 'GET', '/deliveries/x:1/photo')).toMatchObject({ status: 200 });
  await settle(world.objects.settled());

  const shown = await ask(WEST, 'GET', '/deliveries/x:1/photo');
  const { downloadUrl, ...rest } = JSON.parse(shown.body);
  expect(rest).toMatchObject({ key, region: WEST });
  expect(await transfer('GET', downloadUrl, {}, '')).toMatchObject({ statusCode: 200, body: PHOTO });
});

test('nothing but the announced photo can be uploaded', async () => {
  const { transfer, announce } = await stand();
  const { uploadUrl, headers } = await announce();

  const other = 'bytes of a virus';
  const sha256 = createHash('sha256').update(other).digest('base64');
  expect(await transfer('PUT', uploadUrl, headers, other)).toMatchObject({ statusCode: 400 });
  expect(await transfer('PUT', uploadUrl, { ...headers, 'x-amz-checksum-sha256': sha256 }, other)).toMatchObject({
    statusCode: 403,
  });
  expect(await transfer('PUT', uploadUrl.replace('deliveries', 'invoices'), headers, PHOTO)).toMatchObject({
    statusCode: 403,
  });
});

test('a Region that is alone has nothing to replicate to', async () => {
  const context = drillContext({ epochMs: Date.UTC(2026, 10, 22) });
  const world = await World.build(blueprint, context, { onlyRegion: EAST });

  await context.scheduler.runUntilSettled(world.objects.settled(), 1);
  expect(world.objects.longestLagMs).toBe(0);
});
