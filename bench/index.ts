import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from '../lib/assembly';
import { DEFAULT_OUTAGE } from '../lib/drill/command-line';
import { cpuSecondsSince, DRILL_DEFAULTS, samplingOf } from '../lib/drill/run-drill';
import { servingRegions, type WorldResult } from '../lib/drill/run-world';
import { readScenario, type ScenarioSource } from '../lib/drill/scenarios/scenario-source';
import type { InterruptionSummary } from '../lib/drill/verdict/interruptions';
import { runTask, type WorldTask } from '../lib/drill/world-worker';
import { findOutage } from '../lib/outages';

/** Runs of each synthesis; the cheapest counts, since noise only ever adds. */
const SYNTH_RUNS = 3;

/** Requests a second of every replay. */
const RATE = 20;

/** Seeds of every measurement of recovery. */
const RECOVERY_SEEDS = [7, 8, 9];

/** Hours of an outage in which clients recover: the first loss and its aftermath. */
const RECOVERY_HOURS = 0.5;

/** Hours of the outage in which the untouched SDK is held against the short cut. */
const SDK_HOURS = 1;

/** `npm run bench` measures both parts; `npm run bench -- synth` the first alone, which takes a minute. */
async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'outlast-bench-'));
  try {
    benchSynth(directory);
    if (process.argv.includes('synth')) return;
    await benchReplay(join(directory, 'blueprint'));
    await benchRecovery(join(directory, 'blueprint'));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * `cdk synth` of the blueprint and of an empty app with the same flags, in one run. The runs take turns, so that a busy machine slows all
 * of them alike.
 */
function benchSynth(directory: string): void {
  const withConfig = (name: string): readonly string[] => ['-c', `config=bench/${name}.config.ts`];
  const [empty, blueprint, two, three, six] = cheapest([
    () => synth(join(directory, 'empty'), ['--app', 'ts-node bench/empty-app.ts']),
    () => synth(join(directory, 'blueprint'), []),
    () => synth(join(directory, 'two'), withConfig('two-regions')),
    () => synth(join(directory, 'three'), withConfig('three-regions')),
    () => synth(join(directory, 'six'), withConfig('six-regions')),
  ]) as [number, number, number, number, number];
  print('cdk synth, CPU seconds');
  print(`  empty app                    ${empty.toFixed(2)}`);
  print(`  blueprint                    ${blueprint.toFixed(2)}`);
  print(`  blueprint with 3 Regions     ${three.toFixed(2)}`);
  print(`  3 Regions / empty app        ${(three / empty).toFixed(2)} (goal: at most 1.5)`);
  print(`  2 Regions, eventual          ${two.toFixed(2)}`);
  print(`  6 Regions, eventual          ${six.toFixed(2)}`);
  print(`  6 Regions / 2 Regions        ${(six / two).toFixed(2)} (goal: at most 1.6)`);
}

/** CPU seconds of one synthesis, its child processes included. */
function synth(output: string, options: readonly string[]): number {
  const command = [
    process.execPath,
    require.resolve('aws-cdk/bin/cdk'),
    'synth',
    '--quiet',
    '--output',
    output,
    ...options,
  ];
  const timed = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>&1', 'bench', ...command], {
    encoding: 'utf8',
  });
  const [user, system] = timed.stderr.trim().split(/\s+/).slice(-2).map(Number);
  if (timed.status !== 0 || user === undefined || system === undefined)
    throw new Error(`cdk synth failed: ${timed.stderr}`);
  return user + system;
}

/** The least that each measurement gave over all rounds. */
function cheapest(measurements: readonly (() => number)[]): number[] {
  const rounds = Array.from({ length: SYNTH_RUNS }, () => measurements.map((measure) => measure()));
  return measurements.map((_, index) => Math.min(...rounds.map((round) => round[index] ?? Number.POSITIVE_INFINITY)));
}

/** The whole October 2025 outage, sampled and unsampled, and the two ways through the SDK over a part of it. */
async function benchReplay(assemblyDirectory: string): Promise<void> {
  const outage = findOutage(DEFAULT_OUTAGE);
  const [struckRegion = ''] = servingRegions(readAssembly(assemblyDirectory));
  const task: WorldTask = {
    assemblyDirectory,
    scenario: { kind: 'outage', outageId: outage.id, struckRegion },
    seed: DRILL_DEFAULTS.seed,
    ratePerSecond: RATE,
    sampling: samplingOf(RATE, DRILL_DEFAULTS.madePerSecond),
    limitSeconds: (outage.durationMinutes ?? 0) * 60,
    shortCut: true,
  };
  const every = samplingOf(RATE, Number.POSITIVE_INFINITY);
  print(`\n${outage.id} strikes ${struckRegion}, ${RATE} requests/s, one world in one thread`);
  const part = { ...task, limitSeconds: SDK_HOURS * 3600 };
  const shortCut = await replay(`first hour, short cut through the SDK`, part);
  const untouched = await replay(`first hour, untouched SDK`, { ...part, shortCut: false });
  print(`  event logs of the two: ${shortCut.eventLogSha256 === untouched.eventLogSha256 ? 'equal' : 'DIFFERENT'}`);
  await replay('whole outage, sampled as npm start does (goal: at most 60 s)', task);
  await replay('whole outage, every request made', { ...task, sampling: every });
}

/** How long clients who met a failure are without service: those who rely on DNS, and those with lib/client, in the very same worlds. */
async function benchRecovery(assemblyDirectory: string): Promise<void> {
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

function medianAndRange(values: readonly number[]): string {
  const [least = 0, ...rest] = [...values].sort((left, right) => left - right);
  const sorted = [least, ...rest];
  const median = sorted[Math.floor(sorted.length / 2)] ?? least;
  const show = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : 'not by the end');
  return `${show(median)} (${show(least)} to ${show(sorted.at(-1) ?? least)})`;
}

async function replay(name: string, task: WorldTask): Promise<WorldResult> {
  const startedMs = Date.now();
  const startedCpu = process.cpuUsage();
  const result = await runTask(task, () => {});
  const wallSeconds = (Date.now() - startedMs) / 1000;
  const { clients, events, virtualSeconds, eventLogSha256 } = result;
  print(`  ${name}`);
  print(
    `    ${cpuSecondsSince(startedCpu).toFixed(1)} s CPU, ${wallSeconds.toFixed(1)} s wall; ` +
      `${clients.sampledRequests.toLocaleString('en-US')} requests made for ${Math.round(clients.requests).toLocaleString('en-US')}, ` +
      `${events.toLocaleString('en-US')} events, ${Math.round(virtualSeconds / wallSeconds)} virtual seconds a second; ` +
      `log ${eventLogSha256.slice(0, 12)}`,
  );
  return result;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();
