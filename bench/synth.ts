import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { print } from './measure';

/** Runs of each synthesis; the cheapest counts, since noise only ever adds. */
const SYNTH_RUNS = 3;

/**
 * `cdk synth` of the blueprint and of an empty app with the same flags, in one run. The runs take turns, so that a busy machine slows all
 * of them alike.
 */
export function benchSynth(directory: string): void {
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

/** Synthesizes the blueprint with a config file. */
export function synthesize(output: string, config: string): void {
  synth(output, ['-c', `config=${config}`]);
}
