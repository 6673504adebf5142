import { loadConfig } from '../config';
import { readArguments } from './arguments';
import { evacuate } from './evacuate';
import { restore } from './restore';
import type { Outside } from './service-survey';

/** Help text of `npm run evacuate`. */
export const EVACUATE_HELP = `Takes a Region out of DNS, by one call in the peer Region that holds its switch.

  npm run evacuate -- REGION [options]

  --config FILE      config of the application (default blueprint.config.ts)
  --dry-run          print what would be done, change nothing
  --help             show this text

Exit code: 0 done, 1 refused (no other Region is in service) or failed, 2 the input cannot be used.
`;

/** Help text of `npm run restore`. */
export const RESTORE_HELP = `Takes the hand off the switch of a Region, so that its judge lets it return once it is fit.

  npm run restore -- REGION [options]

  --hold             hold the Region in service at once and whatever its judge sees, instead
  --config FILE      config of the application (default blueprint.config.ts)
  --dry-run          print what would be done, change nothing
  --help             show this text

Exit code: 0 done, 1 failed, 2 the input cannot be used.
`;

/**
 * Runs `npm run evacuate`.
 *
 * @throws BadInput when the arguments or the config cannot be used.
 */
export async function runEvacuate(args: readonly string[], outside: Outside, print: (line: string) => void) {
  const { word, values, flags } = readArguments(args, { word: 'REGION', values: ['config'], flags: ['dry-run'] });
  if (flags.has('help')) return help(EVACUATE_HELP, print);
  const config = loadConfig(values.get('config'));
  return evacuate({ config, region: word, dryRun: flags.has('dry-run'), outside, print });
}

/**
 * Runs `npm run restore`.
 *
 * @throws BadInput when the arguments or the config cannot be used.
 */
export async function runRestore(args: readonly string[], outside: Outside, print: (line: string) => void) {
  const { word, values, flags } = readArguments(args, {
    word: 'REGION',
    values: ['config'],
    flags: ['dry-run', 'hold'],
  });
  if (flags.has('help')) return help(RESTORE_HELP, print);
  const config = loadConfig(values.get('config'));
  const [dryRun, hold] = [flags.has('dry-run'), flags.has('hold')];
  return restore({ config, region: word, dryRun, hold, outside, print });
}

function help(text: string, print: (line: string) => void): 0 {
  print(text.trimEnd());
  return 0;
}
