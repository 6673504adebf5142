import type { Assembly } from '../../../lib/assembly';
import { FaultPlan } from '../../../lib/drill/faults/fault-plan';
import { readScenario } from '../../../lib/drill/scenarios/scenario-source';

const STRIKE_MS = 600_000;
const assembly = {} as Assembly;
const scenario = readScenario({ kind: 'region-loss', struckRegion: 'us-west-2' }, assembly);
const faultsUntil = (limitMs: number) => scenario.faultsIn(assembly, STRIKE_MS, limitMs);

test('takes everything that the drill knows of a Region, from the strike on and for an hour', () => {
  const { faults, reach } = faultsUntil(10_000_000);

  expect(faults.map(({ target }) => target).sort()).toEqual([
    'api-gateway',
    'cloudwatch',
    'dynamodb',
    'dynamodb-replication',
    'lambda',
    'network',
    's3',
    'scheduler',
    'ssm',
  ]);
  for (const { region, share, startMs, endMs } of faults) {
    expect({ region, share, startMs, endMs }).toEqual({
      region: 'us-west-2',
      share: 1,
      startMs: STRIKE_MS,
      endMs: STRIKE_MS + 3_600_000,
    });
  }
  expect(reach.map(({ outcome }) => outcome)).toEqual(faults.map(() => 'modelled'));
  expect(scenario).toMatchObject({ struckRegions: ['us-west-2'], durationSeconds: 3600 });
});

test('leaves clients without an answer, and holds replication for as long as it lasts', () => {
  const plan = new FaultPlan(faultsUntil(10_000_000).faults);

  expect(plan.strikes('network', 'us-west-2', STRIKE_MS, () => 0.99)).toMatchObject({ phaseId: 'p1' });
  expect(plan.strikes('network', 'us-east-2', STRIKE_MS, () => 0)).toBeUndefined();
  expect(plan.replicationArrivalMs('us-east-2', 'us-west-2', STRIKE_MS, STRIKE_MS + 500)).toBe(STRIKE_MS + 3_600_000);
});

test('ends where the replay does', () => {
  for (const { endMs } of faultsUntil(1000).faults) expect(endMs).toBe(STRIKE_MS + 1000);
});
