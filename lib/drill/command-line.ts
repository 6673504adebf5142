import { parseArgs } from 'node:util';
import { BadInput, type Problem, quoteFound } from '../bad-input';
import { findOutage } from '../outages';
import type { TopologyOptions } from './drill-topology';
import { type OutputFiles, outputFiles } from './output-files';
import { DEFAULT_ASSEMBLY } from './report/command-options';
import { DRILL_DEFAULTS, type DrillOptions } from './run-drill';
import type { ExperimentOptions } from './run-experiment';
import { readSchedule } from './scenarios/fault-schedule';

/** The outage that the drill replays when none is named. */
export const DEFAULT_OUTAGE = 'aws-2025-10-20-dynamodb-dns-us-east-1';

/** What a command line asks for. */
export type DrillCommand =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'list';
      /** Assembly that outages would be replayed against. @default - none was named */
      readonly assemblyDirectory?: string;
    }
  | { readonly kind: 'experiments'; readonly assemblyDirectory: string }
  | {
      readonly kind: 'experiment';
      readonly options: ExperimentOptions;
      readonly files: OutputFiles;
      /** Whether one client's worst minute is told. */
      readonly explains: boolean;
    }
  | {
      readonly kind: 'matrix';
      /** Assemblies to drill. @default - those of both kinds of table */
      readonly assemblyDirectories?: readonly string[];
      /** @default - every outage */
      readonly outageId?: string;
      /** @default - every Region that an assembly uses */
      readonly struckRegion?: string;
      readonly options: Pick<
        DrillOptions,
        'seed' | 'ratePerSecond' | 'madePerSecond' | 'libraryShare' | 'hours' | 'workloadFile'
      >;
      readonly files: OutputFiles;
    }
  | {
      readonly kind: 'topology';
      readonly options: TopologyOptions;
      readonly files: OutputFiles;
    }
  | {
      readonly kind: 'run';
      readonly options: DrillOptions;
      readonly files: OutputFiles;
      /** Whether one client's worst minute is walked through. */
      readonly explains: boolean;
    };

/** The help text. */
export const HELP = `Rehearses an outage against synthesized templates, in virtual time and without an AWS account.

  npm run drill -- [options]

  --outage ID        outage of the catalogue, or the beginning of its id (default ${DEFAULT_OUTAGE});
                     'all' for every one, as a table and without the single-Region twin
  --strike REGION    Region to strike: any that the assembly uses (default: the first that serves clients);
                     'each' for one after the other
  --schedule FILE    replay a schedule of faults instead, as npm run soak writes them, with its own seed and traffic
  --experiment NAME  rehearse an experiment of AWS FIS that the assembly declares instead, with every request made
  --region REGION    Region of the experiment, where several have one of the name
  --seed N           whole number; the same seed gives the same event log (default ${DRILL_DEFAULTS.seed})
  --rate R           requests per second of all clients together (default ${DRILL_DEFAULTS.ratePerSecond}, or what the workload file says)
  --sample S         requests per second really made around changes, a tenth of it elsewhere, each counted for
                     those left out; so is a tenth of what health checkers ask where nothing is broken; 'all' makes every one (default ${DRILL_DEFAULTS.madePerSecond})
  --clients WHO      'dns': clients rely on the shared name; 'client': they use lib/client; '30%': so many of
                     them do, the others rely on DNS (default dns)
  --hours H          only the outage's first H hours (default: all of it)
  --assembly DIR     cloud assembly to read (default ${DEFAULT_ASSEMBLY}; for all outages: the blueprint with both kinds of table,
                     synthesized anew); may be given several times
  --workload FILE    what clients ask for and what they were promised (default: Dispatch's drivers); see docs/workload.md
  --topology         judge only what needs no code to run, for the loss of all that is in the Region: where names
                     lead, health checks, replicas; also shown when something is not modelled; see docs/topology.md
  --explain          walk through the worst minute that one client had
  --json FILE        write the verdict as JSON, too; every file is written whole or not at all
  --junit FILE       write it as JUnit's XML, for CI systems
  --markdown FILE    write it as Markdown, for example to "$GITHUB_STEP_SUMMARY"
  --log FILE         write the event log of the blueprint's world as JSON Lines (docs/event-log.md)
  --full-sdk         leave the AWS SDK untouched: slower, same event log
  --list             list the outages of the catalogue, and whether they can reach the assembly
  --experiments      list the experiments of the assembly
  --help             show this text

Exit code: 0 the declared objectives were met, 1 they were not, 2 the input cannot be used or is not modelled.
With --experiment: 0 nothing speaks against it, 1 something does.
With --topology: 0 nothing that was judged is lost with the Region, 1 something is, 2 nothing could be judged.
`;

const OPTIONS = {
  outage: { type: 'string' },
  strike: { type: 'string' },
  schedule: { type: 'string' },
  experiment: { type: 'string' },
  region: { type: 'string' },
  seed: { type: 'string' },
  rate: { type: 'string' },
  sample: { type: 'string' },
  clients: { type: 'string' },
  hours: { type: 'string' },
  assembly: { type: 'string' },
  explain: { type: 'boolean' },
  workload: { type: 'string' },
  topology: { type: 'boolean' },
  json: { type: 'string' },
  junit: { type: 'string' },
  markdown: { type: 'string' },
  log: { type: 'string' },
  'full-sdk': { type: 'boolean' },
  list: { type: 'boolean' },
  experiments: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** Largest seed: seeds are written into file names and messages as they are. */
const MAX_SEED = Number.MAX_SAFE_INTEGER;

/** Most requests a second that one drill takes on. */
const MAX_RATE = 1000;

/**
 * Reads the drill's arguments.
 *
 * @throws BadInput with every problem at once.
 */
export function readCommandLine(args: readonly string[]): DrillCommand {
  const { tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const problems: Problem[] = [];
  const values = new Map<string, string>();
  const assemblies: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      problems.push(
        problem(quoteFound(token.value), 'a word without an option', 'options that start with --', SEE_HELP),
      );
    } else if (!(token.name in OPTIONS)) {
      problems.push(problem(token.rawName, 'an unknown option', 'the options that --help lists', SEE_HELP));
    } else if (values.has(token.name) && token.name !== 'assembly') {
      problems.push(problem(token.rawName, 'the option twice', 'each option once', 'keep one of them'));
    } else {
      const { type } = OPTIONS[token.name as keyof typeof OPTIONS];
      const value = token.value;
      if (type === 'string' && (value === undefined || value === '' || value.startsWith('--'))) {
        problems.push(problem(token.rawName, quoteFound(value), 'a value', `write ${token.rawName} VALUE`));
      } else if (type === 'boolean' && value !== undefined) {
        problems.push(problem(token.rawName, quoteFound(value), 'no value', `write ${token.rawName} alone`));
      } else {
        values.set(token.name, value ?? 'true');
        if (token.name === 'assembly' && value !== undefined) assemblies.push(value);
      }
    }
  }
  const number = (name: string, allowed: string, isAllowed: (value: number) => boolean): number | undefined => {
    const text = values.get(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && isAllowed(value)) return value;
    problems.push(problem(`--${name}`, quoteFound(text), allowed, `give ${allowed}`));
    return undefined;
  };
  const seed = number(
    'seed',
    `a whole number from 0 to ${MAX_SEED}`,
    (value) => Number.isSafeInteger(value) && value >= 0,
  );
  const ratePerSecond = number(
    'rate',
    `a number above 0, at most ${MAX_RATE}`,
    (value) => value > 0 && value <= MAX_RATE,
  );
  const madePerSecond =
    values.get('sample') === 'all'
      ? Number.POSITIVE_INFINITY
      : number('sample', `a number above 0, at most ${MAX_RATE}, or all`, (value) => value > 0 && value <= MAX_RATE);
  const libraryShare = libraryShareOf(values.get('clients'));
  if (Number.isNaN(libraryShare)) {
    const allowed = 'dns, client, or a percentage such as 30%';
    problems.push(problem('--clients', quoteFound(values.get('clients')), allowed, `give ${allowed}`));
  }
  const hours = number('hours', 'a number above 0', (value) => value > 0);
  for (const [alone, others, decides] of EXCLUSIVE) {
    for (const name of others) {
      if (values.has(alone) && values.has(name)) {
        problems.push(
          problem(`--${name}`, `beside --${alone}`, 'one of both', `leave --${name} out: the ${decides} decides it`),
        );
      }
    }
  }
  const isMatrix = values.get('outage') === ALL || values.get('strike') === EACH || assemblies.length > 1;
  for (const name of ['explain', 'log', 'schedule', 'full-sdk']) {
    if (isMatrix && values.has(name)) {
      problems.push(
        problem(
          `--${name}`,
          'beside several drills',
          'one drill',
          `leave --${name} out, or drill one outage, assembly and Region`,
        ),
      );
    }
  }
  if (values.has('topology')) {
    for (const name of [...CLIENTS_OPTIONS, 'explain', 'log', 'junit'].filter((each) => values.has(each))) {
      problems.push(
        problem(`--${name}`, 'beside --topology', 'one of both', 'leave one out: no client asks for anything'),
      );
    }
    if (isMatrix)
      problems.push(
        problem('--topology', 'for several drills', 'one of each', 'name one outage, one Region, one assembly'),
      );
  }
  if (values.has('region') && !values.has('experiment')) {
    problems.push(problem('--region', 'without --experiment', 'both, or none', 'name the experiment, too'));
  }
  if (values.has('experiment') && assemblies.length > 1) {
    problems.push(problem('--assembly', 'several times', 'one assembly for an experiment', 'keep one of them'));
  }
  problems.push(...outageProblems(values.get('outage'), hours, isMatrix || values.has('list')));
  if (problems.length > 0) throw new BadInput('the command line', problems);
  if (values.has('help')) return { kind: 'help' };
  const [named] = assemblies;
  if (values.has('list')) return { kind: 'list', ...(named === undefined ? {} : { assemblyDirectory: named }) };
  const assemblyDirectory = values.get('assembly') ?? DEFAULT_ASSEMBLY;
  if (values.has('experiments')) return { kind: 'experiments', assemblyDirectory };
  const strike = values.get('strike');
  const files = outputFiles(values);
  const scheduleFile = values.get('schedule');
  const workloadFile = values.get('workload');
  const outage = values.get('outage');
  const drill = {
    ...(seed === undefined ? {} : { seed }),
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
    ...(madePerSecond === undefined ? {} : { madePerSecond }),
    ...(libraryShare === undefined ? {} : { libraryShare }),
    ...(hours === undefined ? {} : { hours }),
    ...(workloadFile === undefined ? {} : { workloadFile }),
  };
  const experiment = values.get('experiment');
  if (experiment !== undefined) {
    const region = values.get('region');
    const shortCut = !values.has('full-sdk');
    const place = { name: experiment, ...(region === undefined ? {} : { region }) };
    return {
      kind: 'experiment',
      options: { assemblyDirectory, ...place, shortCut, ...drill },
      files,
      explains: values.has('explain'),
    };
  }
  if (isMatrix) {
    return {
      kind: 'matrix',
      options: drill,
      files,
      ...(assemblies.length === 0 ? {} : { assemblyDirectories: assemblies }),
      ...(outage === ALL ? {} : { outageId: outage ?? DEFAULT_OUTAGE }),
      ...(strike === EACH || strike === undefined ? {} : { struckRegion: strike }),
    };
  }
  const what = { assemblyDirectory: values.get('assembly') ?? DEFAULT_ASSEMBLY, outageId: outage ?? DEFAULT_OUTAGE };
  const where = strike === undefined ? {} : { struckRegion: strike };
  if (values.has('topology')) {
    return {
      kind: 'topology',
      options: {
        ...what,
        ...where,
        ...(seed === undefined ? {} : { seed }),
        ...(hours === undefined ? {} : { hours }),
      },
      files,
    };
  }
  return {
    kind: 'run',
    options: {
      ...what,
      ...where,
      shortCut: !values.has('full-sdk'),
      ...(scheduleFile === undefined ? {} : { schedule: { file: scheduleFile, schedule: readSchedule(scheduleFile) } }),
      ...drill,
    },
    files,
    explains: values.has('explain'),
  };
}

/** Options about what clients do. */
const CLIENTS_OPTIONS = ['schedule', 'workload', 'rate', 'sample', 'clients', 'full-sdk'];

/** Options that leave no room for others, which what they name decides. */
const EXCLUSIVE = [
  ['schedule', ['outage', 'strike', 'seed', 'rate', 'sample', 'hours'], 'file'],
  ['experiment', ['outage', 'strike', 'schedule', 'sample', 'hours', 'topology'], 'experiment'],
] as const;

/** Words that stand for every outage and for every Region. */
const ALL = 'all';
const EACH = 'each';

/** What is wrong with an outage that is named, and with how much of it is to be replayed. */
function outageProblems(id: string | undefined, hours: number | undefined, areMany: boolean): readonly Problem[] {
  if (id === undefined || id === ALL) return [];
  try {
    const { end, id: found } = findOutage(id);
    if (end !== null || hours !== undefined || areMany) return [];
    const allowed = `a number above 0, for ${found} is not over`;
    return [problem('--hours', 'nothing', allowed, 'say how many hours of it are to be replayed')];
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return error.problems.map((one) => ({ ...one, field: '--outage' }));
  }
}

/** Share of clients that use lib/client; NaN when that cannot be read. */
function libraryShareOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === 'dns') return 0;
  if (text === 'client') return 1;
  const [, percent] = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text) ?? [];
  const share = Number(percent ?? Number.NaN) / 100;
  return share <= 1 ? share : Number.NaN;
}

const SEE_HELP = 'see npm run drill -- --help';

function problem(field: string, found: string, allowed: string, remedy: string): Problem {
  return { field, found, allowed, remedy };
}
