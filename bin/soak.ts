import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../lib/bad-input';
import { checkDirectory, writeWhole } from '../lib/drill/json-file';
import { refuseNotModelled } from '../lib/drill/not-modelled';
import { readSoakCommandLine, SOAK_HELP } from '../lib/soak/command-line';
import { renderProgress, renderSoak, type WrittenFailure } from '../lib/soak/render-soak';
import { runSoak, type SoakFailure } from '../lib/soak/run-soak';

/** Exit code when an invariant did not hold, or a rare state was not reached. */
const FAILED_EXIT_CODE = 1;

/** Seeds between two lines of progress where a line cannot be redrawn. */
const QUIET_SEEDS = 10;

void runCommand(() =>
  refuseNotModelled(async () => {
    const command = readSoakCommandLine(process.argv.slice(2));
    if (command.kind === 'help') {
      process.stdout.write(SOAK_HELP);
      return 0;
    }
    const { options, directory } = command;
    checkDirectory(directory, '--out');
    const interrupt = new AbortController();
    process.once('SIGINT', () => interrupt.abort());
    const written = new Map<number, WrittenFailure>();
    const report = await runSoak({
      ...options,
      signal: interrupt.signal,
      onProgress: (sofar) => {
        for (const failure of sofar.failures)
          if (written.get(failure.seed)?.schedule !== failure.schedule)
            written.set(failure.seed, write(failure, directory));
        const line = renderProgress(sofar, options.seeds);
        if (process.stderr.isTTY) process.stderr.write(`\r${line}`);
        else if (sofar.done % QUIET_SEEDS === 0) process.stderr.write(`${line}\n`);
      },
    });
    if (process.stderr.isTTY) process.stderr.write('\n');
    process.stdout.write(`${renderSoak(report, options.seeds, [...written.values()], options.assemblyDirectory)}\n`);
    return report.failures.length > 0 || report.unreached.length > 0 ? FAILED_EXIT_CODE : 0;
  }),
);

/** Writes a failing schedule at once, and anew when it was made smaller, so that nothing ends what was found. */
function write(failure: SoakFailure, directory: string): WrittenFailure {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `seed-${failure.seed}.json`);
  writeWhole(file, `${JSON.stringify(failure.schedule, null, 2)}\n`);
  return { ...failure, file };
}
