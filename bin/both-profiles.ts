import { DEFAULT_ASSEMBLY } from '../lib/drill/report/command-options';
import { type Synthesis, synthesize } from './synthesize';

/** The blueprint with both kinds of table: its own, and eventually consistent ones, each in a directory of its own. */
function bothProfiles(directory: string): readonly Synthesis[] {
  return [{ directory }, { directory: `${directory}.eventual`, profile: 'eventual' }];
}

/** How assemblies are made when none is named. */
export interface SynthesisOptions {
  /** Directory of the assembly with the blueprint's own tables; the other one is beside it. @default cdk.out */
  readonly directory?: string;
  /** Synthesizes one profile, and gives the exit code. @default - `cdk synth` does */
  readonly synthesizing?: typeof synthesize;
}

/**
 * The assemblies that a matrix is made of: those that were asked for, or else the blueprint with both kinds of table, synthesized anew.
 *
 * @returns their directories; or the exit code of the first synthesis that failed, after which no other is tried.
 */
export function assembliesOfMatrix(
  asked: readonly string[] | undefined,
  { directory = DEFAULT_ASSEMBLY, synthesizing = synthesize }: SynthesisOptions = {},
): readonly string[] | number {
  if (asked) return asked;
  const profiles = bothProfiles(directory);
  for (const synthesis of profiles) {
    const status = synthesizing(`the blueprint with ${synthesis.profile ?? 'its own'} tables`, synthesis);
    if (status !== 0) return status;
  }
  return profiles.map((synthesis) => synthesis.directory);
}
