import { type Assembly, readAssembly } from '../../../lib/assembly';
import { plannedMs } from '../../../lib/drill/experiments/action-models';
import type { ExperimentDefinition } from '../../../lib/drill/experiments/experiment-definition';
import { readExperiments } from '../../../lib/drill/experiments/read-experiments';
import type { WorldResult } from '../../../lib/drill/run-world';
import type { ActedResult } from '../../../lib/drill/verdict/acted-result';
import { qualified } from '../../helpers/configs';
import { outOfDns } from '../out-of-dns';
import { synthesizeInto } from '../synthesized';
import { runInThreads } from '../world-threads';

jest.setTimeout(600_000);

const REGION = 'us-east-2';

/** Checks every 30 s are most of what happens in a quiet world, and enough here. */
const RARELY_CHECKED = { intervalSeconds: 30, failureThreshold: 3 } as const;

/** Seconds after the end of an experiment that are judged: room for one window of recovery. */
const AFTERWARDS = 600;

/** The same of an experiment after which the Region must be back with all its clients: its switch returns them in two steps. */
const RETURN = 900;

const NAMES = [
  'table-replication-pause',
  'bucket-replication-pause',
  'region-impairment',
  'slow-dependency',
  'failing-dependency-10',
  'failing-dependency-50',
  'fail-after-commit',
] as const;

let experiments: readonly ExperimentDefinition[];
let results: readonly WorldResult[];

beforeAll(async () => {
  const assemblyDirectory = synthesizeInto(qualified({ healthCheck: RARELY_CHECKED, chaos: { fisExtension: true } }));
  const assembly: Assembly = readAssembly(assemblyDirectory);
  experiments = readExperiments(assembly).filter(({ region }) => region === REGION);
  results = await runInThreads(
    experiments.map((experiment) => ({
      assemblyDirectory,
      scenario: { kind: 'experiment', id: experiment.id },
      seed: 7,
      ratePerSecond: 1,
      sampling: { nearChanges: 1, elsewhere: 1 },
      limitSeconds: plannedMs(experiment) / 1000 + (experiment.name === 'region-impairment' ? RETURN : AFTERWARDS),
      shortCut: true,
    })),
  );
});

function resultOf(name: string): WorldResult & { readonly acted: ActedResult } {
  const result = results[experiments.findIndex((experiment) => experiment.name === name)];
  if (!result?.acted) throw new Error(`no result of ${name}`);
  return result as WorldResult & { readonly acted: ActedResult };
}

test('the blueprint has these experiments', () => {
  expect(experiments.map(({ name }) => name)).toEqual(NAMES);
});

describe.each(NAMES)('%s', (name) => {
  test('finds its targets, is completed or halted by its alarm, and takes everything back', () => {
    const { outcome } = resultOf(name).acted;
    const [stop] = outcome.stopAlarms;

    expect(outcome.targets.length).toBeGreaterThan(0);
    for (const { resources } of outcome.targets) expect(resources.length).toBeGreaterThan(0);
    expect(outcome.stopAlarms).toHaveLength(1);
    // An alarm without data could not stop anything.
    expect(stop).toMatchObject({ alarm: 'dispatch-objective-missed', stateAtStart: 'OK' });
    expect(outcome.status).toBe(stop?.rangSeconds === null ? 'completed' : 'stopped');
    for (const { status, reason } of outcome.actions) expect([status, reason]).toEqual([outcome.status, undefined]);
    expect(outcome.rolledBack).toBe(true);
  });

  test('loses and doubles nothing that clients saw acknowledged', () => {
    const { data } = resultOf(name);

    expect(data).toMatchObject({ lostAcknowledgedWrites: 0, lostAcknowledgedObjects: 0, divergentItems: 0 });
    expect(data.acknowledgedWrites).toBeGreaterThan(300);
    expect(data.consistency?.linearizability).toMatchObject({ verdict: 'holds' });
    expect(data.consistency?.deliveries).toMatchObject({ verdict: 'holds', violations: 0 });
  });

  test('leaves the steady state as it was, and has every alarm evaluated', () => {
    const { steadyState, alarmsLeftOut, recoverySeconds } = resultOf(name).acted;

    expect([steadyState.before.held, steadyState.after.held]).toEqual([true, true]);
    expect(recoverySeconds).not.toBeNull();
    expect(alarmsLeftOut).toEqual([]);
  });
});

test('a pause of the table holds a strong table of the Region back, whose clients are served elsewhere', () => {
  const { data, acted, dns } = resultOf('table-replication-pause');
  const unhealthy = outOfDns({ dns });

  // It takes effect at the latest after five of its twenty minutes.
  expect(data.replicationHeldSeconds).toBeGreaterThan(15 * 60);
  expect(data.replicationHeldSeconds).toBeLessThan(20 * 60 * 1.1);
  expect(unhealthy).toMatchObject([{ region: REGION }]);
  expect(acted.steadyState.during.held).toBe(true);
});

test('a pause of the bucket holds photos back until it ends, and no client feels it', () => {
  const { data, clients, dns } = resultOf('bucket-replication-pause');
  const unhealthy = outOfDns({ dns });

  expect(data.objectReplicationLagSeconds).toBeGreaterThan(50 * 60);
  expect([clients.failed, unhealthy]).toEqual([0, []]);
});

test('an impaired Region is left within the time that its checks need after the ramp-up, and is back at the end', () => {
  const { causes, dns } = resultOf('region-impairment');
  const unhealthy = outOfDns({ dns });
  const [span] = unhealthy;

  expect(unhealthy).toHaveLength(1);
  expect(span?.fromSeconds).toBeLessThan(60 + 3 * 30 + 30);
  expect(span?.toSeconds).toBeGreaterThan(30 * 60);
  expect(span?.toSeconds).toBeLessThan(30 * 60 + RETURN);
  expect(new Set(causes.map(({ phaseId }) => phaseId))).toEqual(new Set(['answer-503']));
});

test('a slow Region is left, too', () => {
  const { acted, clients, dns } = resultOf('slow-dependency');
  const unhealthy = outOfDns({ dns });

  expect(unhealthy).toMatchObject([{ region: REGION }]);
  expect(acted.steadyState.during.p99Ms).toBeGreaterThan(3000);
  expect(acted.steadyState.before.p99Ms).toBeLessThan(1000);
  expect(clients.failed).toBe(0);
});

// Half of the invocations may fail three checks of most checkers at once: whether they do is a matter of chance.
test.each([
  ['failing-dependency-10', 0],
  ['fail-after-commit', 0],
  ['failing-dependency-50', 1],
])('what %s does is left to the judge by endpoint checks', (name, mostSeen) => {
  const { seenByEndpointChecks, evacuations } = resultOf(name);

  expect(seenByEndpointChecks.length).toBeLessThanOrEqual(mostSeen);
  expect(evacuations[0]).toMatchObject({ region: REGION });
  expect(evacuations[0]?.fromSeconds).toBeGreaterThan(0);
  expect(evacuations[0]?.fromSeconds).toBeLessThan(10 * 60);
});
