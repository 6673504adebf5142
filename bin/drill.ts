import { BAD_INPUT_EXIT_CODE, runCommand } from '../lib/bad-input';
import {
  DEFAULT_ASSEMBLY,
  type DrillCommand,
  HELP,
  type OutputFiles,
  readCommandLine,
} from '../lib/drill/command-line';
import { drillTopology, type TopologyOptions } from '../lib/drill/drill-topology';
import { checkWritable, writeWhole } from '../lib/drill/json-file';
import { renderOutages } from '../lib/drill/list-outages';
import { NotModelled, refuseNotModelled } from '../lib/drill/not-modelled';
import { progressLine } from '../lib/drill/progress';
import { renderReport } from '../lib/drill/render-report';
import { renderTopology } from '../lib/drill/render-topology';
import { runDrill } from '../lib/drill/run-drill';
import { renderMatrix, renderMatrixMarkdown } from '../lib/matrix/render-matrix';
import { runMatrix } from '../lib/matrix/run-matrix';
import { type Synthesis, synthesize } from './synthesize';

/** Exit code when the declared objectives were not met. */
const NOT_MET_EXIT_CODE = 1;

/** Exit codes of a topology: what could not be judged at all is no better than input that cannot be used. */
const TOPOLOGY_EXIT_CODES = {
  'nothing-lost': 0,
  lost: NOT_MET_EXIT_CODE,
  'nothing-judged': BAD_INPUT_EXIT_CODE,
} as const;

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
    if (command.kind === 'run') return drill(command);
    if (command.kind === 'topology') return topology(command);
    return command.kind === 'matrix' ? matrix(command) : 0;
  }),
);

async function drill({ options, files }: DrillCommand & { kind: 'run' }): Promise<number> {
  checkFiles(files);
  const progress = progressLine('replaying the outage', process.stderr);
  try {
    const report = await runDrill({ ...options, onProgress: progress.show }).finally(progress.end);
    show(files, report, renderReport(report));
    return report.objectives.met === false || (report.violations ?? []).length > 0 ? NOT_MET_EXIT_CODE : 0;
  } catch (error) {
    // A schedule of faults is about what clients meet, of which nothing can be said then.
    if (!(error instanceof NotModelled) || options.schedule) throw error;
    process.stderr.write(`${error.message}\n`);
    await topology({ options, files }, error.what);
    return BAD_INPUT_EXIT_CODE;
  }
}

/** @param refusal What stopped a drill. @default - none was tried */
async function topology({ options, files }: TopologyCommand, refusal?: string): Promise<number> {
  checkFiles(files);
  const report = await drillTopology(options, refusal);
  show(files, report, renderTopology(report));
  return TOPOLOGY_EXIT_CODES[report.verdict.outcome];
}

interface TopologyCommand {
  readonly options: TopologyOptions;
  readonly files: OutputFiles;
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
  const report = await runMatrix({
    ...options,
    assemblyDirectories,
    ...(outageId === undefined ? {} : { outageId }),
    ...(struckRegion === undefined ? {} : { struckRegion }),
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

function show(files: OutputFiles, report: object, text: string): void {
  write(files, report, `\`\`\`text\n${text}\n\`\`\`\n`);
  process.stdout.write(`${text}\n`);
}

function write({ json, markdown }: OutputFiles, report: object, text: string): void {
  if (json !== undefined) writeWhole(json, `${JSON.stringify(report, null, 2)}\n`);
  if (markdown !== undefined) writeWhole(markdown, text);
}
