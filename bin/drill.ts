import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Assembly, readAssembly } from '../lib/assembly';
import { BAD_INPUT_EXIT_CODE, runCommand } from '../lib/bad-input';
import { type DrillCommand, HELP, readCommandLine } from '../lib/drill/command-line';
import { drillTopology, type TopologyOptions } from '../lib/drill/drill-topology';
import { writeWhole } from '../lib/drill/json-file';
import { renderExperiments } from '../lib/drill/list-experiments';
import { renderOutages } from '../lib/drill/list-outages';
import { NotModelled, refuseNotModelled } from '../lib/drill/not-modelled';
import { checkOutputFiles, type OutputFiles } from '../lib/drill/output-files';
import {
  DRILL_RENDERINGS,
  EXPERIMENT_RENDERINGS,
  missedOutputs,
  renderRefusalJUnit,
  withOutputs,
  writeOutputs,
} from '../lib/drill/outputs';
import { progressLine } from '../lib/drill/progress';
import { DEFAULT_ASSEMBLY } from '../lib/drill/report/command-options';
import { renderExperiment } from '../lib/drill/report/render-experiment';
import { renderReport } from '../lib/drill/report/render-report';
import { renderTopology } from '../lib/drill/report/render-topology';
import { runDrill } from '../lib/drill/run-drill';
import { runExperiment } from '../lib/drill/run-experiment';
import { exitCodeOf } from '../lib/matrix/exit-code';
import { renderMatrix, renderMatrixMarkdown } from '../lib/matrix/render-matrix';
import { renderMatrixJUnit } from '../lib/matrix/render-matrix-junit';
import { runMatrix } from '../lib/matrix/run-matrix';
import { assembliesOfMatrix } from './both-profiles';

/** Exit code when the declared objectives were not met, or something speaks against an experiment. */
const NOT_MET_EXIT_CODE = 1;

/** Exit codes of a topology: what could not be judged at all is no better than input that cannot be used. */
const TOPOLOGY_EXIT_CODES = {
  'nothing-lost': 0,
  lost: NOT_MET_EXIT_CODE,
  'nothing-judged': BAD_INPUT_EXIT_CODE,
} as const;

/** What an hour of virtual time takes a processor, in seconds, with the default rate and sampling; measured, and only said as an estimate. */
const PROCESSOR_SECONDS_OF_AN_HOUR = 2;

void runCommand(() =>
  refuseNotModelled(async () => {
    const command = readCommandLine(process.argv.slice(2));
    if (command.kind === 'help') process.stdout.write(HELP);
    if (command.kind === 'list') process.stdout.write(renderOutages(assemblyOfList(command)));
    if (command.kind === 'experiments') process.stdout.write(renderExperiments(command.assemblyDirectory));
    if (command.kind === 'experiment') return rehearse(command);
    if (command.kind === 'run') return drill(command);
    if (command.kind === 'topology') return topology(command);
    return command.kind === 'matrix' ? matrix(command) : 0;
  }),
);

/** The assembly that was named, or the default one where it has been synthesized. */
function assemblyOfList({ assemblyDirectory }: DrillCommand & { kind: 'list' }): Assembly | undefined {
  if (assemblyDirectory !== undefined) return readAssembly(assemblyDirectory);
  return existsSync(join(DEFAULT_ASSEMBLY, 'manifest.json')) ? readAssembly(DEFAULT_ASSEMBLY) : undefined;
}

async function drill(command: DrillCommand & { kind: 'run' }): Promise<number> {
  const { options, files, explains } = command;
  try {
    const { report, explanation } = await withOutputs(
      files,
      explains,
      (outputs) => {
        const progress = progressLine('replaying the outage', process.stderr);
        return runDrill({ ...options, ...outputs, onProgress: progress.show }).finally(progress.end);
      },
      DRILL_RENDERINGS,
    );
    print(renderReport(report), explanation);
    return report.objectives.met === false || (report.violations ?? []).length > 0 ? NOT_MET_EXIT_CODE : 0;
  } catch (error) {
    if (!(error instanceof NotModelled)) throw error;
    // A schedule of faults is about what clients meet, of which nothing can be said then.
    if (options.schedule) return withoutVerdict(error, options.schedule.file, files, explains);
    const { log } = files;
    say(error.message, ...missedOutputs(log === undefined ? {} : { log }, explains));
    await topology({ options, files }, error.what);
    return BAD_INPUT_EXIT_CODE;
  }
}

/** Says that there is no verdict, on the screen and to CI systems, where nothing else can be said. */
function withoutVerdict({ message, what }: NotModelled, name: string, files: OutputFiles, explains: boolean): number {
  const { junit, ...others } = files;
  say(message, ...missedOutputs(others, explains));
  if (junit !== undefined) writeWhole(junit, renderRefusalJUnit({ name, what }));
  return BAD_INPUT_EXIT_CODE;
}

function say(...lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`);
}

/** @param refusal What stopped a drill. @default - none was tried */
async function topology({ options, files }: TopologyCommand, refusal?: string): Promise<number> {
  checkOutputFiles(files);
  const report = await drillTopology(options, refusal);
  const text = renderTopology(report);
  const { id, struckRegions } = report.scenario;
  const name = `${id} onto ${struckRegions.join(' + ')}`;
  writeOutputs(report, files, {
    markdown: () => `\`\`\`text\n${text}\n\`\`\`\n`,
    ...(refusal === undefined ? {} : { junit: () => renderRefusalJUnit({ name, what: refusal, text }) }),
  });
  print(text);
  return TOPOLOGY_EXIT_CODES[report.verdict.outcome];
}

interface TopologyCommand {
  readonly options: TopologyOptions;
  readonly files: OutputFiles;
}

async function rehearse({ options, files, explains }: DrillCommand & { kind: 'experiment' }): Promise<number> {
  try {
    const { report, explanation } = await withOutputs(
      files,
      explains,
      (outputs) => {
        const progress = progressLine('rehearsing the experiment', process.stderr);
        return runExperiment({ ...options, ...outputs, onProgress: progress.show }).finally(progress.end);
      },
      EXPERIMENT_RENDERINGS,
    );
    print(renderExperiment(report), explanation);
    return report.findings.length > 0 ? NOT_MET_EXIT_CODE : 0;
  } catch (error) {
    if (!(error instanceof NotModelled)) throw error;
    const where = options.region === undefined ? '' : ` in ${options.region}`;
    return withoutVerdict(error, `experiment ${options.name}${where}`, files, explains);
  }
}

function print(text: string, explanation?: string): void {
  process.stdout.write(`${text}\n`);
  if (explanation !== undefined) process.stdout.write(`\n${explanation}\n`);
}

async function matrix(command: DrillCommand & { kind: 'matrix' }): Promise<number> {
  const { files, options, outageId, struckRegion } = command;
  checkOutputFiles(files);
  const assemblyDirectories = assembliesOfMatrix(command.assemblyDirectories);
  if (typeof assemblyDirectories === 'number') return assemblyDirectories;
  const progress = progressLine('replaying outages', process.stderr);
  const onPlan = (worlds: number, virtualHours: number): void => {
    const minutes = Math.ceil((virtualHours * PROCESSOR_SECONDS_OF_AN_HOUR) / availableParallelism() / 60);
    process.stderr.write(
      `${worlds} worlds, ${Math.round(virtualHours)} h of virtual time: about ${minutes} min of every processor\n`,
    );
  };
  const report = await runMatrix({
    ...options,
    assemblyDirectories,
    ...(outageId === undefined ? {} : { outageId }),
    ...(struckRegion === undefined ? {} : { struckRegion }),
    onPlan,
    onProgress: progress.show,
  }).finally(progress.end);
  writeOutputs(report, files, { junit: renderMatrixJUnit, markdown: renderMatrixMarkdown });
  print(renderMatrix(report));
  return exitCodeOf(report.rows);
}
