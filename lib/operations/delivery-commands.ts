import { BadInput, type Problem, quoteFound } from '../bad-input';
import { loadConfig } from '../config';
import { activeRegion } from './active-region';
import { readArguments } from './arguments';
import { type BakeSurroundings, bake } from './bake';
import { BLIND_MINUTES, SETTLED_MINUTES } from './bake-decision';
import { type CanarySurroundings, canary } from './canary';
import { deliveryPlan, type PlannedStack } from './delivery-plan';
import type { ExitCode } from './evacuate';

/** Help text of `npm run bake`. */
export const BAKE_HELP = `Watches the composite alarm of a changed Region and its peers', and says whether the change may stay.

  npm run bake -- REGION --minutes N [options]

  --minutes N        how long, 1 to 1440
  --since TIME       when the change began, as 2026-11-24T12:00:00Z: a Region whose alarm rang before was not
                     harmed by it (default: only peers are excused, if they ring when baking begins)
  --config FILE      config of the application (default blueprint.config.ts)
  --help             show this text

The change must go as soon as the Region's alarm, or that of a peer, changes to ALARM, or when the Region cannot be
watched for ${BLIND_MINUTES} minutes. It may stay when the Region's alarm is OK at the end and has been for ${SETTLED_MINUTES} minutes.

Exit code: 0 it may stay, 1 it must go, 2 the input cannot be used.
`;

/** Help text of `npm run canary`. */
export const CANARY_HELP = `Tries a Region out on its own name: health, a signed write and a read of it, several times.

  npm run canary -- REGION [options]

  --rounds N         how often, 1 to 1000 (default 10)
  --config FILE      config of the application (default blueprint.config.ts)
  --help             show this text

The caller's credentials need execute-api:Invoke on the Region's probe routes.

Exit code: 0 nine rounds of ten and the last one were served, 1 they were not, 2 the input cannot be used.
`;

/** Help text of `bin/plan.ts`. */
export const PLAN_HELP = `Prints, as one line of JSON, in which order an assembly is deployed.

  npx ts-node bin/plan.ts ASSEMBLY [options]

  --regions LIST     only these Regions, separated by blanks or commas (default: all of the config)
  --config FILE      config of the application (default blueprint.config.ts)
  --help             show this text
`;

const DEFAULT_ROUNDS = '10';

/**
 * Runs `npm run bake`.
 *
 * @throws BadInput when the arguments or the config cannot be used.
 */
export async function runBake(args: readonly string[], surroundings: BakeSurroundings): Promise<ExitCode> {
  const { word, values, flags } = readArguments(args, {
    word: 'REGION',
    values: ['minutes', 'since', 'config'],
    flags: [],
  });
  if (flags.has('help')) return help(BAKE_HELP, surroundings.print);
  const problems: Problem[] = [];
  const minutes = wholeNumber('--minutes', values.get('minutes'), 1_440, problems);
  const changedMs = pastTime('--since', values.get('since'), surroundings.now(), problems);
  if (problems.length > 0) throw new BadInput('the command line', problems);
  const config = loadConfig(values.get('config'));
  return bake({ config, region: activeRegion(config, word), minutes, changedMs }, surroundings);
}

/**
 * Runs `npm run canary`.
 *
 * @throws BadInput when the arguments or the config cannot be used.
 */
export async function runCanary(args: readonly string[], surroundings: CanarySurroundings): Promise<ExitCode> {
  const { word, values, flags } = readArguments(args, { word: 'REGION', values: ['rounds', 'config'], flags: [] });
  if (flags.has('help')) return help(CANARY_HELP, surroundings.print);
  const problems: Problem[] = [];
  const rounds = wholeNumber('--rounds', values.get('rounds') ?? DEFAULT_ROUNDS, 1_000, problems);
  if (problems.length > 0) throw new BadInput('the command line', problems);
  const config = loadConfig(values.get('config'));
  return canary({ config, region: activeRegion(config, word), rounds }, surroundings);
}

/**
 * Runs `bin/plan.ts`.
 *
 * @param stacksIn Reads the stacks of the assembly in a directory.
 * @throws BadInput when the arguments, the config or the assembly cannot be used.
 */
export function runPlan(
  args: readonly string[],
  stacksIn: (directory: string) => readonly PlannedStack[],
  print: (line: string) => void,
): ExitCode {
  const { word, values, flags } = readArguments(args, { word: 'ASSEMBLY', values: ['regions', 'config'], flags: [] });
  if (flags.has('help')) return help(PLAN_HELP, print);
  const config = loadConfig(values.get('config'));
  const listed = (values.get('regions') ?? '').split(/[\s,]+/).filter((region) => region !== '');
  const selected = listed.map((region) => activeRegion(config, region, '--regions'));
  print(JSON.stringify(deliveryPlan(stacksIn(word), config, selected.length > 0 ? selected : config.regions)));
  return 0;
}

function wholeNumber(field: string, text: string | undefined, most: number, problems: Problem[]): number {
  const value = Number(text);
  if (text?.trim() && Number.isInteger(value) && value >= 1 && value <= most) return value;
  const allowed = `a whole number from 1 to ${most}`;
  problems.push({ field, found: quoteFound(text), allowed, remedy: `give ${field} ${allowed}` });
  return Number.NaN;
}

function pastTime(field: string, text: string | undefined, nowMs: number, problems: Problem[]): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (ms <= nowMs) return ms;
  const allowed = 'a time in the past with its zone, for example 2026-11-24T12:00:00Z';
  problems.push({
    field,
    found: quoteFound(text),
    allowed,
    remedy: 'give what `date -u +%FT%TZ` printed before the change',
  });
  return undefined;
}

function help(text: string, print: (line: string) => void): ExitCode {
  print(text.trimEnd());
  return 0;
}
