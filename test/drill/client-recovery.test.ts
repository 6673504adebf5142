import type { WorldResult } from '../../lib/drill/run-world';
import type { ScenarioSource } from '../../lib/drill/scenarios/scenario-source';
import type { Reliance } from '../../lib/drill/verdict/population-score';
import { qualified } from '../helpers/configs';
import { synthesizeInto } from './synthesized';
import { runInThreads } from './world-threads';

jest.setTimeout(300_000);

/** Longest that 99 of 100 clients with lib/client are without service when they meet a failure, in seconds. */
const GOAL_SECONDS = 5;

/** The first eighteen minutes: detection, every client's own loss, and the end of most stale answers. */
const LIMIT_SECONDS = 1080;

const struckRegion = 'us-east-2';
const scenarios: readonly (readonly [what: string, scenario: ScenarioSource])[] = [
  ['20 October 2025', { kind: 'outage', outageId: 'aws-2025-10-20-dynamodb-dns-us-east-1', struckRegion }],
  ['the loss of a whole Region, which answers nothing', { kind: 'region-loss', struckRegion }],
];
const ratePerSecond = 6;
let results: readonly WorldResult[];

beforeAll(async () => {
  const assemblyDirectory = synthesizeInto(qualified());
  const sampling = { nearChanges: ratePerSecond, elsewhere: ratePerSecond };
  // Half of the clients use lib/client, so that both kinds meet the very same world.
  const common = { assemblyDirectory, seed: 7, ratePerSecond, sampling, libraryShare: 0.5, shortCut: true };
  results = await runInThreads(scenarios.map(([, scenario]) => ({ ...common, scenario, limitSeconds: LIMIT_SECONDS })));
});

describe.each(scenarios.map(([what], index) => ({ what, index })))('in $what', ({ index }) => {
  const populationOf = (reliance: Reliance) => {
    const found = results[index]?.populations.find(({ reliesOn }) => reliesOn === reliance);
    if (!found) throw new Error(`no clients of the kind ${reliance}`);
    return found;
  };

  test(`clients with lib/client are served again within ${GOAL_SECONDS} s, 99 in 100, and lose no operation`, () => {
    const { requests, failed, interruptions } = populationOf('library');

    expect(requests).toBeGreaterThan(0.4 * ratePerSecond * LIMIT_SECONDS);
    expect(interruptions.count).toBeGreaterThan(50);
    expect(interruptions.p99Seconds ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(GOAL_SECONDS);
    expect(failed / requests).toBeLessThan(0.001);
  });

  test('clients that rely on DNS need more than ten times as long', () => {
    const { failed, interruptions } = populationOf('dns');

    expect(interruptions.count).toBeGreaterThan(50);
    expect(interruptions.p99Seconds ?? Number.POSITIVE_INFINITY).toBeGreaterThan(10 * GOAL_SECONDS);
    expect(failed).toBeGreaterThan(0);
  });

  test('no acknowledged write is lost, however often and wherever it was repeated', () => {
    expect(results[index]?.data).toMatchObject({ lostAcknowledgedWrites: 0, divergentItems: 0 });
  });
});
