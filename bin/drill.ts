import { runCommand } from '../lib/bad-input';
import { DEFAULT_ASSEMBLY, type DrillCommand, HELP, readCommandLine } from '../lib/drill/command-line';
import { writeFiles } from '../lib/drill/json-file';
import { renderOutages } from '../lib/drill/list-outages';
import { refuseNotModelled } from '../lib/drill/not-modelled';
import { checkOutputFiles } from '../lib/drill/output-files';
import { withOutputs } from '../lib/drill/outputs';
import { progressLine } from '../lib/drill/progress';
import { renderReport } from '../lib/drill/render-report';
import { runDrill } from '../lib/drill/run-drill';
import { renderMatrix, renderMatrixMarkdown } from '../lib/matrix/render-matrix';
import { renderMatrixJUnit } from '../lib/matrix/render-matrix-junit';
import { runMatrix } from '../lib/matrix/run-matrix';
import { type Synthesis, synthesize } from './synthesize';

/** Exit code when the declared objectives were not met. */
const NOT_MET_EXIT_CODE = 1;

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
    return command.kind === 'matrix' ? matrix(command) : 0;
  }),
);

async function drill({ options, files, explains }: DrillCommand & { kind: 'run' }): Promise<number> {
  const { report, explanation } = await withOutputs(files, explains, (outputs) => {
    const progress = progressLine('replaying the outage', process.stderr);
    return runDrill({ ...options, ...outputs, onProgress: progress.show }).finally(progress.end);
  });
  process.stdout.write(`${renderReport(report)}\n`);
  if (explanation !== undefined) process.stdout.write(`\n${explanation}\n`);
  return report.objectives.met === false || (report.violations ?? []).length > 0 ? NOT_MET_EXIT_CODE : 0;
}

async function matrix(command: DrillCommand & { kind: 'matrix' }): Promise<number> {
  const { files, options, outageId, struckRegion } = command;
  checkOutputFiles(files);
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
  writeFiles({
    ...(files.json === undefined ? {} : { [files.json]: `${JSON.stringify(report, null, 2)}\n` }),
    ...(files.junit === undefined ? {} : { [files.junit]: renderMatrixJUnit(report) }),
    ...(files.markdown === undefined ? {} : { [files.markdown]: renderMatrixMarkdown(report) }),
  });
  process.stdout.write(`${renderMatrix(report)}\n`);
  return report.rows.some(({ verdict }) => verdict?.objectives.met === false) ? NOT_MET_EXIT_CODE : 0;
}
