import type { HttpAnswer, HttpRequest } from '../../../lib/drill/api/http-event';
import { photoReadBack, takePhoto } from '../../../lib/drill/clients/delivery-photo';
import type { Workload } from '../../../lib/drill/clients/workload';
import { settleObjects } from '../../../lib/drill/verdict/object-ledger';
import type { World } from '../../../lib/drill/world/world';
import { drillContext } from '../drill-context';
import { bucketIn, EAST, request, ruleTo, TestObjects, WEST } from '../objects/fixture';

/** Two photos acknowledged in the first Region, and what a ledger says once they had the time to arrive. */
async function settle(rules: readonly string[], survivors: readonly string[]) {
  const context = drillContext();
  const objects = new TestObjects(context, [
    bucketIn(
      EAST,
      rules.map((region) => ruleTo(region)),
    ),
    bucketIn(WEST),
  ]);
  const photos = ['delivery-1', 'delivery-2'].map((id) => ({ ...takePhoto(id), acknowledgedMs: 0 }));
  const keyOf = (path: string): string => `${path.slice(1)}.jpg`;
  const readBacks = photos.map(photoReadBack);
  for (const [index, { body }] of photos.entries()) {
    const path = readBacks[index]?.request.path ?? '';
    await objects.ask('PUT', EAST, keyOf(path), { body });
  }
  const asked: string[] = [];
  const world = {
    context,
    objects: objects.s3,
    async ask(region: string, { path, host }: HttpRequest): Promise<HttpAnswer> {
      asked.push(`${region} ${host} ${path}`);
      const { statusCode } = await objects.s3.answer(request('HEAD', region, keyOf(path)));
      const photo = photos.find(({ deliveryId }) => path.includes(deliveryId));
      const hex = Buffer.from(photo?.sha256 ?? '', 'base64').toString('hex');
      return { status: statusCode, headers: {}, body: JSON.stringify({ key: `deliveries/${hex}.jpg` }) };
    },
  } as unknown as World;
  const workload = { acknowledgedObjects: photos.length, objectReadBacks: () => readBacks } as unknown as Workload;
  const work = settleObjects(world, workload, survivors, 'api.example.com');
  const data = await context.scheduler.runUntilSettled(work, 24 * 3_600_000);
  return { data, asked, objects };
}

test('waits for what is on its way, and asks every survivor for every upload', async () => {
  const { data, asked, objects } = await settle([WEST], [EAST, WEST]);

  expect(data).toEqual({
    acknowledgedObjects: 2,
    lostAcknowledgedObjects: 0,
    objectReplicationLagSeconds: objects.s3.longestLagMs / 1000,
  });
  expect(data.objectReplicationLagSeconds).toBeGreaterThan(0);
  expect(asked.sort()).toEqual(
    [EAST, WEST].flatMap((region) =>
      [1, 2].map((index) => `${region} api.example.com /deliveries/delivery-${index}/photo`),
    ),
  );
});

test('counts an upload as lost that a survivor never gets', async () => {
  const { data } = await settle([], [WEST]);

  expect(data).toEqual({ acknowledgedObjects: 2, lostAcknowledgedObjects: 2, objectReplicationLagSeconds: 0 });
});

test('does not ask a Region that was struck', async () => {
  const { data } = await settle([], [EAST]);

  expect(data.lostAcknowledgedObjects).toBe(0);
});
