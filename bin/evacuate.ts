import { runCommand } from '../lib/bad-input';
import { parameterStore } from '../lib/operations/parameter-store';
import { runEvacuate } from '../lib/operations/switch-commands';

void runCommand(() =>
  runEvacuate(process.argv.slice(2), { fetch, parameters: (region) => parameterStore(region) }, (line) =>
    process.stdout.write(`${line}\n`),
  ),
);
