import { availableParallelism } from 'node:os';
import { runCommand } from '../lib/bad-input';
import {
  DEFAULT_ASSEMBLY,
  type DrillCommand,
  HELP,
  type OutputFiles,
  readCommandLine,
} from '../lib/drill/command-line';
import { checkWritable, writeWhole } from '../lib/drill/json-file';
import { renderExperiments } from '../lib/drill/list-experiments';
import { renderOutages } from '../lib/drill/list-outages';
import { refuseNotModelled } from '../lib/drill/not-modelled';
import { progressLine } from '../lib/drill/progress';
import { renderExperiment } from '../lib/drill/render-experiment';
import { renderReport } from '../lib/drill/render-report';
import { runDrill } from '../lib/drill/run-drill';
import { runExperiment } from '../lib/drill/run-experiment';
import { renderMatrix, renderMatrixMarkdown } from '../lib/matrix/render-matrix';
import { runMatrix } from '../lib/matrix/run-matrix';
import { type Synthesis, synthesize } from './synthesize';

/** Exit code when the declared objectives were not met, or something speaks against an experiment. */
const NOT_MET_EXIT_CODE = 1;

/** What an hour of virtual time takes a processor, in seconds, with the default rate and sampling; measured, and only said as an estimate. */
const PROCESSOR_SECONDS_OF_AN_HOUR = 1;

/** The blueprint with both kinds of table. */
const BOTH_PROFILES: readonly Synthesis[] = [
  { directory: DEFAULT_ASSEMBLY },
  { directory: `${DEFAULT_ASSEMBLY}.eventual`, profile: 'eventual' },
];

void runCommand(() =>
  refuseNotModelled(async () => {
    const command = readCommandLine(process.argv.slice(2));
    if (command.kind === 'help') process.stdout.write(HELP);
    if (command.kind === 'list') process.stdout.write(renderOutages());
    if (command.kind === 'experiments') process.stdout.write(renderExperiments(command.assemblyDirectory));
    if (command.kind === 'experiment') return rehearse(command);
    if (command.kind === 'run') return drill(command);
    return command.kind === 'matrix' ? matrix(command) : 0;
  }),
);

async function drill({ options, files }: DrillCommand & { kind: 'run' }): Promise<number> {
  checkFiles(files);
  const progress = progressLine('replaying the outage', process.stderr);
  const report = await runDrill({ ...options, onProgress: progress.show }).finally(progress.end);
  const text = renderReport(report);
  write(files, report, `\`\`\`text\n${text}\n\`\`\`\n`);
  process.stdout.write(`${text}\n`);
  return report.objectives.met === false || (report.violations ?? []).length > 0 ? NOT_MET_EXIT_CODE : 0;
}

async function rehearse({ options, files }: DrillCommand & { kind: 'experiment' }): Promise<number> {
  checkFiles(files);
  const progress = progressLine('rehearsing the experiment', process.stderr);
  const report = await runExperiment({ ...options, onProgress: progress.show }).finally(progress.end);
  const text = renderExperiment(report);
  write(files, report, `\`\`\`text\n${text}\n\`\`\`\n`);
  process.stdout.write(`${text}\n`);
  return report.findings.length > 0 ? NOT_MET_EXIT_CODE : 0;
}

async function matrix(command: DrillCommand & { kind: 'matrix' }): Promise<number> {
  const { files, options, outageId, struckRegion } = command;
  checkFiles(files);
  let { assemblyDirectories } = command;
  if (!assemblyDirectories) {
    for (const synthesis of BOTH_PROFILES) {
      const status = synthesize(`the blueprint with ${synthesis.profile ?? 'its own'} tables`, synthesis);
      if (status !== 0) return status;
    }
    assemblyDirectories = BOTH_PROFILES.map(({ directory }) => directory);
  }
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
  write(files, report, renderMatrixMarkdown(report));
  process.stdout.write(`${renderMatrix(report)}\n`);
  return report.rows.some(({ verdict }) => verdict?.objectives.met === false) ? NOT_MET_EXIT_CODE : 0;
}

function checkFiles({ json, markdown }: OutputFiles): void {
  if (json !== undefined) checkWritable(json, '--json');
  if (markdown !== undefined) checkWritable(markdown, '--markdown');
}

function write({ json, markdown }: OutputFiles, report: object, text: string): void {
  if (json !== undefined) writeWhole(json, `${JSON.stringify(report, null, 2)}\n`);
  if (markdown !== undefined) writeWhole(markdown, text);
}
