import { parseArgs } from 'node:util';
import { BadInput, type Problem, quoteFound } from '../bad-input';
import { DEFAULT_ASSEMBLY } from '../drill/report/command-options';
import type { SoakOptions } from './run-soak';

/** Defaults of a soak: what a coffee break bears. */
export const SOAK_DEFAULTS = {
  assemblyDirectory: DEFAULT_ASSEMBLY,
  seeds: 100,
  firstSeed: 1,
  ratePerSecond: 1,
  minutes: 60,
  directory: 'soak',
} as const;

/** What a command line asks for. */
export type SoakCommand =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'run';
      readonly options: Omit<SoakOptions, 'signal' | 'onProgress' | 'workload'>;
      /** File that says what clients do. @default - what Dispatch's drivers do */
      readonly workloadFile?: string;
      /** Directory that failing schedules are written to, one file for each. */
      readonly directory: string;
    };

/** The help text. */
export const SOAK_HELP = `Searches random schedules of faults for one that loses an acknowledged write or breaks another invariant.

  npm run soak -- [options]

  --seeds N          how many schedules to draw, one for each seed (default ${SOAK_DEFAULTS.seeds})
  --first N          first seed; the others follow it (default ${SOAK_DEFAULTS.firstSeed})
  --rate R           requests per second of all clients together, every one made (default ${SOAK_DEFAULTS.ratePerSecond}, whatever a
                     workload file says)
  --minutes M        length of a schedule in virtual time; faults end after three fifths of it (default ${SOAK_DEFAULTS.minutes})
  --threads T        schedules run at once (default: one for each processor)
  --assembly DIR     cloud assembly to read (default ${SOAK_DEFAULTS.assemblyDirectory})
  --workload FILE    what clients ask for and what they were promised (default: Dispatch's drivers); see docs/workload.md
  --out DIR          where failing schedules are written, each as seed-N.json; it is made when the first one is found, and a
                     file of the same name is replaced (default ${SOAK_DEFAULTS.directory})
  --help             show this text

A schedule that fails is written at once, and anew when it was made smaller, as the first few are. The result names
each with the command that replays it: npm run drill -- --schedule FILE, and --assembly and --workload as they were here.
Ctrl-C ends the search; what was found until then is kept and told, and decides the exit code.

Exit code: 0 every invariant held and every rare state was reached, 1 not, 2 the input cannot be used or is not modelled,
or no thread can be started.
`;

const OPTIONS = {
  seeds: { type: 'string' },
  first: { type: 'string' },
  rate: { type: 'string' },
  minutes: { type: 'string' },
  threads: { type: 'string' },
  assembly: { type: 'string' },
  workload: { type: 'string' },
  out: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Largest whole number that is taken. */
const MOST = 1_000_000_000;

/**
 * Reads the soak's arguments.
 *
 * @throws BadInput with every problem at once.
 */
export function readSoakCommandLine(args: readonly string[]): SoakCommand {
  const { tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const problems: Problem[] = [];
  const values = new Map<string, string>();
  const refuse = (field: string, found: string, allowed: string, remedy: string): void => {
    problems.push({ field, found, allowed, remedy });
  };
  for (const token of tokens) {
    if (token.kind === 'positional')
      refuse(quoteFound(token.value), 'a word without an option', 'options that start with --', SEE_HELP);
    if (token.kind !== 'option') continue;
    if (!(token.name in OPTIONS)) refuse(token.rawName, 'an unknown option', 'the options that --help lists', SEE_HELP);
    else if (values.has(token.name)) refuse(token.rawName, 'the option twice', 'each option once', 'keep one of them');
    else if (OPTIONS[token.name as keyof typeof OPTIONS].type === 'boolean') {
      if (token.value === undefined) values.set(token.name, 'true');
      else refuse(token.rawName, quoteFound(token.value), 'no value', `write ${token.rawName} alone`);
    } else if (token.value === undefined || token.value === '' || token.value.startsWith('--')) {
      refuse(token.rawName, quoteFound(token.value), 'a value', `write ${token.rawName} VALUE`);
    } else values.set(token.name, token.value);
  }
  const number = (name: string, fallback: number, allowed: string, isAllowed: (value: number) => boolean): number => {
    const text = values.get(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (text.trim() === '' || !isAllowed(value)) refuse(`--${name}`, quoteFound(text), allowed, `give ${allowed}`);
    return value;
  };
  const isWhole = (least: number, most: number) => (value: number) =>
    Number.isSafeInteger(value) && value >= least && value <= most;
  const seeds = number('seeds', SOAK_DEFAULTS.seeds, 'a whole number from 1', isWhole(1, MOST));
  const firstSeed = number('first', SOAK_DEFAULTS.firstSeed, 'a whole number from 0', isWhole(0, MOST));
  const rate = number(
    'rate',
    SOAK_DEFAULTS.ratePerSecond,
    'a number above 0, at most 100',
    (value) => value > 0 && value <= 100,
  );
  const minutes = number(
    'minutes',
    SOAK_DEFAULTS.minutes,
    'a number from 30 to 1440',
    (value) => value >= 30 && value <= 1440,
  );
  const threads = values.has('threads')
    ? number('threads', 1, 'a whole number from 1 to 256', isWhole(1, 256))
    : undefined;
  if (problems.length > 0) throw new BadInput('the command line', problems);
  if (values.has('help')) return { kind: 'help' };
  const workloadFile = values.get('workload');
  return {
    kind: 'run',
    options: {
      assemblyDirectory: values.get('assembly') ?? SOAK_DEFAULTS.assemblyDirectory,
      firstSeed,
      seeds,
      requestsPerSecond: rate,
      durationSeconds: Math.round(60 * minutes),
      ...(threads === undefined ? {} : { threads }),
    },
    ...(workloadFile === undefined ? {} : { workloadFile }),
    directory: values.get('out') ?? SOAK_DEFAULTS.directory,
  };
}

const SEE_HELP = 'see npm run soak -- --help';
