import { spawn } from 'node:child_process';
import type { WorldResult } from '../lib/drill/run-world';
import type { WorldTask } from '../lib/drill/world-worker';

/** What a world took, in a process of its own. */
export interface MeasuredWorld {
  readonly result: WorldResult;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  /** Most memory that the process held at once, in megabytes of a million bytes. */
  readonly peakMegabytes: number;
}

/** Runs a world in a process of its own, in one thread, so that nothing of another one is in its memory. */
export async function measureWorld(task: WorldTask): Promise<MeasuredWorld> {
  const child = spawn(process.execPath, ['--require', 'ts-node/register', require.resolve('./one-world')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(task));
  let output = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) output += chunk;
  if (output === '') throw new Error('a world ended without a result');
  return JSON.parse(output);
}

/** Median and range, for example `2.10 (1.90 to 2.40)`. */
export function medianAndRange(values: readonly number[], digits = 2): string {
  const sorted = [...values].sort((left, right) => left - right);
  const show = (value = Number.NaN): string => (Number.isFinite(value) ? value.toFixed(digits) : 'not by the end');
  return `${show(sorted[Math.floor(sorted.length / 2)])} (${show(sorted[0])} to ${show(sorted.at(-1))})`;
}

/** Prints a line. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
