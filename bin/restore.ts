import { runCommand } from '../lib/bad-input';
import { parameterStore } from '../lib/operations/parameter-store';
import { runRestore } from '../lib/operations/switch-commands';

void runCommand(() =>
  runRestore(process.argv.slice(2), { fetch, parameters: (region) => parameterStore(region) }, (line) =>
    process.stdout.write(`${line}\n`),
  ),
);
