import { resolve } from 'node:path';
import { BadInput, type Problem, quoteFound } from '../bad-input';
import { checkWritable } from './json-file';

/** Files that a drill's result goes to beside the screen. */
export interface OutputFiles {
  /** The verdict as JSON. @default - none */
  readonly json?: string;
  /** The verdict as JUnit's XML, which CI systems read. @default - none */
  readonly junit?: string;
  /** The verdict as Markdown. @default - none */
  readonly markdown?: string;
  /** The event log of the blueprint's world as JSON Lines. @default - none */
  readonly log?: string;
}

/** Options of the command line that name such a file. */
export const OUTPUT_OPTIONS = ['json', 'junit', 'markdown', 'log'] as const satisfies readonly (keyof OutputFiles)[];

/** The files that a command line names. */
export function outputFiles(values: ReadonlyMap<string, string>): OutputFiles {
  const named = OUTPUT_OPTIONS.flatMap((option) => {
    const file = values.get(option);
    return file === undefined ? [] : [[option, file] as const];
  });
  return Object.fromEntries(named);
}

/**
 * Makes sure, before a long run, that all of it can be written.
 *
 * @throws BadInput with every problem at once: a file that cannot be written, or that two options name.
 */
export function checkOutputFiles(files: OutputFiles): void {
  const problems: Problem[] = [];
  const taken = new Map<string, string>();
  for (const option of OUTPUT_OPTIONS) {
    const file = files[option];
    if (file === undefined) continue;
    const other = taken.get(resolve(file));
    if (other !== undefined) {
      const field = `--${option}`;
      const allowed = 'a file of its own for each option';
      problems.push({ field, found: `${quoteFound(file)}, as for ${other}`, allowed, remedy: 'name another file' });
    }
    taken.set(resolve(file), `--${option}`);
    try {
      checkWritable(file, `--${option}`);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new BadInput('the command line', problems);
}
