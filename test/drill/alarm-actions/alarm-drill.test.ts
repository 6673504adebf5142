import type { Assembly } from '../../../lib/assembly';
import type { WorkloadDefinition } from '../../../lib/drill/clients/file/workload-definition';
import { runWorld, type WorldResult } from '../../../lib/drill/run-world';
import { outageScenario } from '../../../lib/drill/scenarios/outage-scenario';
import { LogRecords } from '../log-records';
import { outOfDns } from '../out-of-dns';
import { EAST, healedService, WEST } from './healed-service';

const READS: WorkloadDefinition = {
  name: 'reads',
  operations: [{ name: 'read', share: 1, request: { method: 'GET', path: '/parcels/p-1' } }],
};

/** More errors in a minute than are made, and fewer than those made stand for. */
const THRESHOLD = 250;

/** Seconds from the beginning of a run to the strike, and of the outage that is replayed. */
const [WARM_UP, LIMIT] = [600, 720];

/** The beginning of 20 October 2025 on us-east-2, one operation in ten made. */
async function drill(assembly: Assembly, onlyRegion?: string): Promise<WorldResult & { readonly log: LogRecords }> {
  const log = new LogRecords();
  const result = await runWorld({
    assembly,
    scenario: outageScenario({ outageId: 'aws-2025-10-20-dynamodb', struckRegion: EAST }),
    seed: '7',
    ratePerSecond: 10,
    sampling: { nearChanges: 1, elsewhere: 0.1, atRest: 10 },
    limitSeconds: LIMIT,
    workload: READS,
    onLog: log.onLog,
    ...(onlyRegion === undefined ? {} : { onlyRegion }),
  });
  return { ...result, log };
}

const service = (permission?: null): Assembly =>
  healedService({ way: 'topic', alarm: { Threshold: THRESHOLD }, ...(permission === null ? { permission } : {}) });

test('an outage is left by what an alarm on sampled traffic sets going, and not without', async () => {
  const [healed, forbidden] = [await drill(service()), await drill(service(null))];
  const { log } = healed;

  expect(outOfDns(healed)).toMatchObject([{ region: EAST }]);
  expect(healed.clients.availability).toBeGreaterThan(forbidden.clients.availability);
  expect(outOfDns(forbidden)).toEqual([]);
  // What happened is told in order: the alarm, the topic, the function.
  const told = [...log.of('alarm'), ...log.of('notification'), ...log.of('alarm-action')]
    .filter(({ alarm, state }) => alarm === `${EAST}/Errors` && state === 'ALARM')
    .sort((left, right) => left.t - right.t);
  expect([...new Set(told.map(({ is }) => is))]).toEqual(['alarm', 'notification', 'alarm-action']);
  expect(told.at(-1)).toMatchObject({ outcome: 'answer' });
  expect(log.of('parameter')).toMatchObject([{ region: EAST, value: 'yes' }]);
  expect(forbidden.log.of('alarm-action')).toMatchObject([{ alarm: `${EAST}/Errors`, outcome: 'forbidden' }]);
  const failedPerMinute = new Map<number, number>();
  for (const { tries, startMs } of forbidden.log.of('operation')) {
    if (startMs < 1000 * WARM_UP) continue;
    const minute = Math.floor(startMs / 60_000);
    const failed = tries.filter(({ failure }) => failure !== undefined).length;
    failedPerMinute.set(minute, (failedPerMinute.get(minute) ?? 0) + failed);
  }
  expect(Math.max(...failedPerMinute.values())).toBeLessThan(THRESHOLD);
});

test('alarms of other Regions set nothing going in the single-Region twin', async () => {
  const { log } = await drill(service(), EAST);

  expect(new Set(log.of('alarm').map(({ region }) => region))).toEqual(new Set([EAST]));
  expect(new Set(log.of('alarm-action').map(({ region }) => region))).toEqual(new Set([EAST]));
  expect(log.of('parameter').some(({ region }) => region === WEST)).toBe(false);
});
