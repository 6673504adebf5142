import { readAssembly } from '../lib/assembly';
import { runCommand } from '../lib/bad-input';
import { runPlan } from '../lib/operations/delivery-commands';

void runCommand(() =>
  runPlan(
    process.argv.slice(2),
    (directory) => readAssembly(directory).stacks,
    (line) => process.stdout.write(`${line}\n`),
  ),
);
