import { spawnSync } from 'node:child_process';

/** A profile of the blueprint's tables, and where its assembly goes. */
export interface Synthesis {
  /** Directory for the cloud assembly. */
  readonly directory: string;
  /** Profile to take the config in. @default - the config's own */
  readonly profile?: 'eventual';
}

/**
 * Runs `cdk synth` and says how long it took.
 *
 * @param what What is synthesized, for people.
 * @returns the exit code; what went wrong is on standard error.
 */
export function synthesize(what: string, { directory, profile }: Synthesis): number {
  process.stderr.write(`synthesizing ${what} … `);
  const startedMs = Date.now();
  const context = profile === undefined ? [] : ['-c', `profile=${profile}`];
  const { status, stderr } = spawnSync(
    process.execPath,
    [require.resolve('aws-cdk/bin/cdk'), 'synth', '--quiet', '--output', directory, ...context],
    { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
  );
  if (status === 0) process.stderr.write(`done in ${((Date.now() - startedMs) / 1000).toFixed(1)} s\n`);
  else process.stderr.write(`failed\n${stderr}`);
  return status ?? 1;
}
