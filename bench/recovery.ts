import { readAssembly } from '../lib/assembly';
import { samplingOf } from '../lib/drill/clients/sampling';
import { DEFAULT_OUTAGE } from '../lib/drill/command-line';
import { servingRegions, type WorldResult } from '../lib/drill/run-world';
import { readScenario, type ScenarioSource } from '../lib/drill/scenarios/scenario-source';
import type { InterruptionSummary } from '../lib/drill/verdict/interruptions';
import { runTask } from '../lib/drill/world-worker';
import { medianAndRange, print } from './measure';

/** Requests a second. */
const RATE = 20;

/** Seeds of every measurement of recovery. */
const RECOVERY_SEEDS = [7, 8, 9];

/** Hours of an outage in which clients recover: the first loss and its aftermath. */
const RECOVERY_HOURS = 0.5;

/** How long clients who met a failure are without service: those who rely on DNS, and those with lib/client, in the very same worlds. */
export async function benchRecovery(assemblyDirectory: string): Promise<void> {
  const assembly = readAssembly(assemblyDirectory);
  const [struckRegion = ''] = servingRegions(assembly);
  const scenarios: readonly ScenarioSource[] = [
    { kind: 'outage', outageId: DEFAULT_OUTAGE, struckRegion },
    { kind: 'region-loss', struckRegion },
  ];
  print(
    `\nclients without service, half of them with lib/client, first ${RECOVERY_HOURS} h, ${RATE} requests/s, all made`,
  );
  for (const scenario of scenarios) {
    const results: WorldResult[] = [];
    for (const seed of RECOVERY_SEEDS) {
      const sampling = samplingOf(RATE, Number.POSITIVE_INFINITY);
      const limitSeconds = 3600 * RECOVERY_HOURS;
      const task = { assemblyDirectory, scenario, seed, ratePerSecond: RATE, sampling, limitSeconds, shortCut: true };
      results.push(await runTask({ ...task, libraryShare: 0.5 }, () => {}));
    }
    print(`  ${readScenario(scenario, assembly).title}`);
    for (const reliance of ['dns', 'library'] as const) {
      const found = results.flatMap(({ populations }) => populations.filter(({ reliesOn }) => reliesOn === reliance));
      const seconds = (pick: (one: InterruptionSummary) => number | null | undefined): string =>
        medianAndRange(found.map(({ interruptions }) => pick(interruptions) ?? Number.POSITIVE_INFINITY));
      print(
        `    ${reliance.padEnd(8)} p50 ${seconds(({ p50Seconds }) => p50Seconds)}, p99 ${seconds(({ p99Seconds }) => p99Seconds)}` +
          `${reliance === 'library' ? ' (goal: at most 5 s)' : ''}; operations that failed: ` +
          `${medianAndRange(found.map(({ failed, requests }) => (100 * failed) / requests))} %`,
      );
    }
  }
}
