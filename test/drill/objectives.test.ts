import type { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import type { IConstruct } from 'constructs';
import { readAssembly } from '../../lib/assembly';
import { samplingOf } from '../../lib/drill/clients/sampling';
import { TABLE_LABELS, verdictCells } from '../../lib/drill/report/render-report';
import { DRILL_DEFAULTS } from '../../lib/drill/run-drill';
import type { WorldResult } from '../../lib/drill/run-world';
import { declaredObjectives, judge, type ObjectiveSummary } from '../../lib/drill/verdict/objectives';
import type { WorldTask } from '../../lib/drill/world-worker';
import type { Blueprint } from '../../lib/stacks';
import { DEFAULT_BLUEPRINT, qualified } from '../helpers/configs';
import { textOf } from '../helpers/source-files';
import { outOfDns } from './out-of-dns';
import { synthesizeInto } from './synthesized';
import { runInThreads } from './world-threads';

jest.setTimeout(1_200_000);

const OUTAGES = ['aws-2025-10-20-dynamodb-dns-us-east-1', 'aws-2021-12-07-internal-network-us-east-1'] as const;

/** Longer than both outages: all of them. */
const WHOLE_SECONDS = 100_000;

const profiles = {
  strong: qualified(),
  // What was acknowledged in the second before the Region was lost, and the seconds in which replication is slow.
  eventual: qualified({
    consistency: 'eventual',
    witnessRegion: undefined,
    objectives: { ...DEFAULT_BLUEPRINT.objectives, rpoSeconds: 5 },
  }),
};

/** As `npm start` drills: the default rate, sampling and seed. */
function task(assemblyDirectory: string, outageId: string, struckRegion: string): WorldTask {
  return {
    assemblyDirectory,
    scenario: { kind: 'outage', outageId, struckRegion },
    seed: DRILL_DEFAULTS.seed,
    ratePerSecond: DRILL_DEFAULTS.ratePerSecond,
    sampling: samplingOf(DRILL_DEFAULTS.ratePerSecond, DRILL_DEFAULTS.madePerSecond),
    limitSeconds: WHOLE_SECONDS,
    shortCut: true,
  };
}

function verdictOf({ assemblyDirectory }: WorldTask, { clients, recovery, data }: WorldResult): ObjectiveSummary {
  return judge(declaredObjectives(readAssembly(assemblyDirectory)), clients, recovery, data);
}

/** Takes the judge's hand off every switch: the parameter says that the ward stays in service, whatever the judge sees. */
function withoutAutomaticHand({ foundations }: Blueprint): void {
  for (const construct of foundations.flatMap((stack): IConstruct[] => stack.node.findAll())) {
    const { cfnResourceType, name } = construct as Partial<CfnParameter>;
    if (cfnResourceType === 'AWS::SSM::Parameter' && name?.endsWith('/hand')) {
      (construct as CfnParameter).value = 'in-service';
    }
  }
}

describe('over the whole length of both outages', () => {
  // Every pair of a profile, an outage and a struck Region; `docs/outages.md` has all that they combine to.
  const [east, west] = profiles.strong.regions as [string, string];
  const [dynamodb, network] = OUTAGES;
  const scenarios = [
    { profile: 'strong', outageId: dynamodb, region: east },
    { profile: 'strong', outageId: network, region: west },
    { profile: 'eventual', outageId: dynamodb, region: west },
    { profile: 'eventual', outageId: network, region: east },
  ] as const;
  let tasks: readonly WorldTask[];
  let results: readonly WorldResult[];

  beforeAll(async () => {
    const assemblies = { strong: synthesizeInto(profiles.strong), eventual: synthesizeInto(profiles.eventual) };
    tasks = scenarios.map(({ profile, outageId, region }) => task(assemblies[profile], outageId, region));
    results = await runInThreads(tasks);
  });

  test.each(scenarios)('the $profile profile meets its objectives in $outageId in $region', (scenario) => {
    const index = scenarios.indexOf(scenario);
    const result = results[index] as WorldResult;

    expect(verdictOf(tasks[index] as WorldTask, result)).toMatchObject({
      met: true,
      availability: { met: true },
      rtoSeconds: { met: true },
      rpoSeconds: { met: true },
    });
    expect(result.data).toMatchObject({
      lostAcknowledgedWrites: 0,
      divergentItems: 0,
      consistency: {
        linearizability: { verdict: scenario.profile === 'strong' ? 'holds' : 'not-promised', undecided: 0 },
        convergence: { verdict: 'holds' },
        deliveries: { verdict: 'holds' },
      },
    });
    expect(outOfDns(result).filter(({ region }) => region === scenario.region).length).toBeGreaterThan(0);
  });

  test('and the README shows the verdict of the default run as it is today', () => {
    const index = scenarios.findIndex(({ profile, outageId }) => profile === 'strong' && outageId === OUTAGES[0]);
    const result = results[index] as WorldResult;
    const cells = verdictCells({ ...result, objectives: verdictOf(tasks[index] as WorldTask, result) });
    const rows = textOf('README.md').split('\n');
    const shown = TABLE_LABELS.map(
      (label) =>
        rows
          .find((row) => row.trim().startsWith(`${label}   `))
          ?.trim()
          .split(/ {3,}/)[1],
    );

    expect(shown).toEqual(cells);
  });
});

describe("without the switches' automatic hand", () => {
  let results: readonly WorldResult[];
  let tasks: readonly WorldTask[];

  beforeAll(async () => {
    const assembly = synthesizeInto(profiles.strong, withoutAutomaticHand);
    tasks = OUTAGES.map((outageId) => task(assembly, outageId, 'us-east-2'));
    results = await runInThreads(tasks);
  });

  test.each(OUTAGES.map((outageId, index) => ({ outageId, index })))(
    'the objectives are missed in $outageId: endpoint checks do not see three or four errors in ten',
    ({ index }) => {
      expect(verdictOf(tasks[index] as WorldTask, results[index] as WorldResult)).toMatchObject({ met: false });
    },
  );
});
