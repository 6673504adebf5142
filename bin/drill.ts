import { runCommand } from '../lib/bad-input';
import { HELP, readCommandLine } from '../lib/drill/command-line';
import { checkWritable, writeWhole } from '../lib/drill/json-file';
import { renderOutages } from '../lib/drill/list-outages';
import { refuseNotModelled } from '../lib/drill/not-modelled';
import { progressLine } from '../lib/drill/progress';
import { renderReport } from '../lib/drill/render-report';
import { runDrill } from '../lib/drill/run-drill';

/** Exit code when the declared objectives were not met. */
const NOT_MET_EXIT_CODE = 1;

void runCommand(() =>
  refuseNotModelled(async () => {
    const command = readCommandLine(process.argv.slice(2));
    if (command.kind === 'help') process.stdout.write(HELP);
    if (command.kind === 'list') process.stdout.write(renderOutages());
    if (command.kind !== 'run') return 0;
    const { options, jsonFile } = command;
    if (jsonFile !== undefined) checkWritable(jsonFile);
    const progress = progressLine('replaying the outage', process.stderr);
    const report = await runDrill({ ...options, onProgress: progress.show }).finally(progress.end);
    if (jsonFile !== undefined) writeWhole(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
    process.stdout.write(`${renderReport(report)}\n`);
    return report.objectives.met === false || (report.violations ?? []).length > 0 ? NOT_MET_EXIT_CODE : 0;
  }),
);
