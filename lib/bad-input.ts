/** One thing a person got wrong in a config, an argument, an assembly or a scenario file. */
export interface Problem {
  /** Path of the field as its author wrote it, for example `regions[1]` or `--strike`. */
  readonly field: string;
  /** What was found there, quoted so that an empty or missing value can be seen. */
  readonly found: string;
  /** What is allowed there, and why. */
  readonly allowed: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Exit code of every command that refuses its input. */
export const BAD_INPUT_EXIT_CODE = 2;

/**
 * Input that cannot be used. Carries every problem of the input at once; its message is meant for a person and is
 * printed without a stack trace, and the command that caught it exits with {@link BAD_INPUT_EXIT_CODE}.
 */
export class BadInput extends Error {
  /**
   * @param source The file, directory or command line that holds the problems.
   * @param problems Every problem found there, at least one.
   */
  constructor(
    readonly source: string,
    readonly problems: readonly Problem[],
  ) {
    super(
      [
        `${source}: ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}`,
        ...problems.map(
          (problem) =>
            `  ${problem.field}: found ${problem.found}; allowed: ${problem.allowed}. To mend it: ${problem.remedy}.`,
        ),
      ].join('\n'),
    );
    this.name = 'BadInput';
  }
}

/** How a value is quoted in a {@link Problem}: JSON, cut at 80 characters, or `nothing` when it is missing. */
export function quoteFound(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/**
 * Levenshtein distances from a word to every beginning of another, the empty one first: what a message needs to guess
 * what a misspelt word meant.
 */
export function editDistances(from: string, to: string): readonly number[] {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const substituted = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(substituted, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row;
}

/**
 * Runs a command's main function. A {@link BadInput} becomes one message on standard error and exit code 2; any other
 * error is a defect of ours and keeps its stack trace. Whoever reads the output may close it early, as `head` does:
 * then nobody hears the rest, which is still done, and the exit code is what it would have been.
 */
export async function runCommand(main: () => Promise<number> | number): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.off('error', endQuietly).on('error', endQuietly);
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = BAD_INPUT_EXIT_CODE;
  }
}

/** Lets output that nobody reads any more go unheard. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
