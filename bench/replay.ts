import { readAssembly } from '../lib/assembly';
import { samplingOf } from '../lib/drill/clients/sampling';
import { DEFAULT_OUTAGE } from '../lib/drill/command-line';
import { count } from '../lib/drill/report/render-values';
import { DRILL_DEFAULTS } from '../lib/drill/run-drill';
import { servingRegions, type WorldResult } from '../lib/drill/run-world';
import type { WorldTask } from '../lib/drill/world-worker';
import { findOutage } from '../lib/outages';
import { type MeasuredWorld, measureWorld, medianAndRange, print } from './measure';

/** Requests a second of every replay. */
const RATE = 20;

/** Hours of the outage in which the untouched SDK is held against the short cut. */
const SDK_HOURS = 1;

/** Seeds of the sampled replay. */
const SAMPLED_SEEDS = [7, 8, 9];

/** Every request made. */
const EVERY = samplingOf(RATE, Number.POSITIVE_INFINITY);

/** The whole October 2025 outage before three Regions, sampled and unsampled, and the two ways through the SDK over a part of it. */
export async function benchReplay(assemblyDirectory: string): Promise<void> {
  const task = octoberTask(assemblyDirectory);
  print(`\n${DEFAULT_OUTAGE}, 3 Regions, ${RATE} requests/s, one world in one thread`);
  const part = { ...task, limitSeconds: SDK_HOURS * 3600 };
  const [shortCut] = await replay('first hour, short cut through the SDK', [part]);
  const [untouched] = await replay('first hour, untouched SDK', [{ ...part, shortCut: false }]);
  const same = shortCut?.eventLogSha256 === untouched?.eventLogSha256;
  print(`  event logs of the two: ${same ? 'equal' : 'DIFFERENT'}`);
  const sampled = SAMPLED_SEEDS.map((seed) => ({ ...task, seed }));
  await replay('whole outage, sampled as by default (goal: at most 30 s wall, 1,000 MB)', sampled);
  await replay('whole outage, every request made (goal: at most 180 s wall, 1,000 MB)', [{ ...task, sampling: EVERY }]);
}

/**
 * What sampling costs in accuracy: availability as sampled by default against that of the same seed with every request made.
 *
 * @param seeds How many.
 * @param hours Hours of the outage.
 */
export async function benchSampling(assemblyDirectory: string, seeds: number, hours: number): Promise<void> {
  const task = { ...octoberTask(assemblyDirectory), limitSeconds: 3600 * hours };
  const errors: number[] = [];
  const costs: number[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const [sampled, every] = await Promise.all([
      measureWorld({ ...task, seed }),
      measureWorld({ ...task, seed, sampling: EVERY }),
    ]);
    errors.push(100 * (sampled.result.clients.availability - every.result.clients.availability));
    costs.push(every.cpuSeconds / sampled.cpuSeconds);
  }
  print(`\nsampling against every request made, ${seeds} seeds, first ${hours} h, 3 Regions, ${RATE} requests/s`);
  print(`  availability differs by ${medianAndRange(errors, 4)} percentage points (goal: within 0.02)`);
  print(`  every request costs ${medianAndRange(costs, 1)} times the CPU`);
}

function octoberTask(assemblyDirectory: string): WorldTask {
  const [struckRegion = ''] = servingRegions(readAssembly(assemblyDirectory));
  const { id, durationMinutes } = findOutage(DEFAULT_OUTAGE);
  return {
    assemblyDirectory,
    scenario: { kind: 'outage', outageId: id, struckRegion },
    seed: DRILL_DEFAULTS.seed,
    ratePerSecond: RATE,
    sampling: samplingOf(RATE, DRILL_DEFAULTS.madePerSecond),
    limitSeconds: (durationMinutes ?? 0) * 60,
    shortCut: true,
  };
}

async function replay(name: string, tasks: readonly WorldTask[]): Promise<readonly WorldResult[]> {
  const worlds: MeasuredWorld[] = [];
  for (const task of tasks) worlds.push(await measureWorld(task));
  print(`  ${name}`);
  const of = (pick: (world: MeasuredWorld) => number): string => medianAndRange(worlds.map(pick), 1);
  print(
    `    ${of(({ cpuSeconds }) => cpuSeconds)} s CPU, ${of(({ wallSeconds }) => wallSeconds)} s wall, ` +
      `${of(({ peakMegabytes }) => peakMegabytes)} MB at most`,
  );
  const [first] = worlds;
  if (first) {
    const { clients, events, eventLogSha256 } = first.result;
    print(
      `    ${count(clients.sampledRequests)} requests made for ${count(clients.requests)}, ${count(events)} events; ` +
        `log ${eventLogSha256.slice(0, 12)}`,
    );
  }
  return worlds.map(({ result }) => result);
}
