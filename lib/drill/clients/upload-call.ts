import { CONNECTION_ROUND_TRIPS } from '../model/handshakes';
import { NotModelled } from '../not-modelled';
import type { World } from '../world/world';
import { drawTripMs } from './client-trip';
import type { Client } from './population';
import { blamed, type Try } from './try';
import { givesUpAfterMs, nextLimits } from './try-limits';
import type { UploadRequest } from './workload';

/**
 * Sends one upload to the bucket that its URL names, over the distance between.
 *
 * Simplified: the bytes take no time beyond the round trips; access networks, which set it, are the same whatever fails. So does the
 * look-up of the bucket's name.
 *
 * @throws NotModelled when the URL leads to no bucket of the assembly.
 */
export function uploadOnce(world: World, client: Client, upload: UploadRequest): Promise<Try> {
  const { scheduler } = world.context;
  const { hostname, pathname, searchParams } = new URL(upload.url);
  const region = world.objects.regionOf(hostname);
  if (region === undefined) throw new NotModelled(`an upload to ${hostname}, which is no bucket of the assembly`);
  const nameless = world.objects.namelessFor(hostname, client.geography.id);
  if (nameless) return Promise.resolve({ region, failure: 'upload no address', phaseId: nameless.phaseId });
  const crossing = world.paths.fromClient(client.geography.id, region, CONNECTION_ROUND_TRIPS + 1);
  const tripMs = drawTripMs(client, region);
  const lateMs = crossing.lateMs / (CONNECTION_ROUND_TRIPS + 1);
  const connectMs = CONNECTION_ROUND_TRIPS * (tripMs + lateMs);
  const endMs = givesUpAfterMs(nextLimits(client), connectMs);
  return new Promise<Try>((resolve, reject) => {
    const timeout = scheduler.after(endMs, () => resolve({ region, failure: 'upload time-out', ...blamed(crossing) }));
    if (connectMs > endMs) return;
    const exchange = async (): Promise<Try> => {
      await scheduler.sleep(connectMs + 0.5 * tripMs + lateMs);
      const { statusCode, phaseId } = await world.objects.answer({
        hostname,
        method: 'PUT',
        path: pathname,
        query: Object.fromEntries(searchParams),
        headers: upload.headers,
        body: upload.body,
      });
      await scheduler.sleep(0.5 * tripMs);
      if (statusCode < 300) return { region };
      return { region, failure: `upload ${statusCode}`, ...(phaseId === undefined ? {} : { phaseId }) };
    };
    exchange().then((result) => {
      scheduler.cancel(timeout);
      resolve(result);
    }, reject);
  });
}
