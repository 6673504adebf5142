import { BAD_INPUT_EXIT_CODE, BadInput, runCommand } from '../lib/bad-input';
import { readWorkloadFile } from '../lib/drill/clients/file/read-workload-file';
import { checkDirectory } from '../lib/drill/json-file';
import { refuseNotModelled } from '../lib/drill/not-modelled';
import { readSoakCommandLine, SOAK_HELP, type SoakCommand } from '../lib/soak/command-line';
import { type KeptFailure, KeptFailures } from '../lib/soak/kept-failures';
import { renderFound, renderProgress, renderSoak, renderStart } from '../lib/soak/render-soak';
import { runSoak, type SoakReport } from '../lib/soak/run-soak';
import { ThreadsLost } from '../lib/soak/schedule-runners';
import { SoakProgress } from './soak-progress';

/** Exit code when an invariant did not hold, or a rare state was not reached. */
const FAILED_EXIT_CODE = 1;

/** What ends a search and keeps what it found: Ctrl-C, `kill`, and a terminal that is closed. */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Time in milliseconds in which a signal repeats the first: npm passes on to its command what the terminal has sent there already. */
const ECHO_MS = 1_000;

void runCommand(() =>
  refuseNotModelled(async () => {
    const command = readSoakCommandLine(process.argv.slice(2));
    if (command.kind === 'run') return soak(command);
    process.stdout.write(SOAK_HELP);
    return 0;
  }),
);

async function soak({ options, workloadFile, directory }: SoakCommand & { kind: 'run' }): Promise<number> {
  checkDirectory(directory, '--out');
  const workload = workloadFile === undefined ? {} : { workload: readWorkloadFile(workloadFile) };
  const kept = new KeptFailures(directory, printUnwritten);
  let sofar: SoakReport | undefined;
  const progress = new SoakProgress(process.stderr, (seconds) =>
    sofar ? renderProgress(sofar, options.seeds, seconds) : 'the first schedules are under way',
  );
  process.stderr.write(`${renderStart(options, directory)}\n`);
  const report = await runSoak({
    ...options,
    ...workload,
    signal: endingSignal(),
    onProgress: (now) => {
      sofar = now;
      for (const failure of kept.keep(now.failures)) progress.say(renderFound(failure));
    },
  }).finally(() => progress.end());
  if (report.done > 0) {
    const asked = { ...options, ...(workloadFile === undefined ? {} : { workloadFile }) };
    process.stdout.write(`${renderSoak(report, kept.failures, asked)}\n`);
  }
  const unwritten = kept.failures.filter((failure) => failure.unwritten !== undefined);
  if (unwritten.length > 0) {
    process.stderr.write(
      `${unwritten.length} of ${kept.failures.length} failing schedules could not be written to ${directory}; they are printed on standard output\n`,
    );
  }
  if (report.stoppedBy) process.stderr.write(`${stopMessage(report.stoppedBy)}\n`);
  if (report.failures.length > 0) return FAILED_EXIT_CODE;
  if (report.stoppedBy) return BAD_INPUT_EXIT_CODE;
  return report.unreached.length > 0 ? FAILED_EXIT_CODE : 0;
}

/** A signal that the first Ctrl-C gives; a later one ends the process as it does any other. */
function endingSignal(): AbortSignal {
  const ending = new AbortController();
  let firstMs: number | undefined;
  const heard = (signal: NodeJS.Signals): void => {
    ending.abort();
    firstMs ??= Date.now();
    if (Date.now() - firstMs < ECHO_MS) return;
    for (const each of ENDING_SIGNALS) process.removeListener(each, heard);
    process.kill(process.pid, signal);
  };
  for (const signal of ENDING_SIGNALS) process.on(signal, heard);
  return ending.signal;
}

/** What cannot be written is not lost: it goes to standard output at once. */
function printUnwritten({ seed, file, unwritten }: KeptFailure, text: string): void {
  process.stdout.write(
    `the failing schedule of seed ${seed}, which could not be written to ${file} (${unwritten}):\n${text}`,
  );
}

function stopMessage(error: Error): string {
  if (!(error instanceof ThreadsLost)) return error.message;
  return new BadInput('the soak', [
    {
      field: '--threads',
      found: `no thread that could be started or stayed alive (${error.message})`,
      allowed: 'as many threads as the machine can bear',
      remedy: 'free memory, or ask for fewer threads',
    },
  ]).message;
}
