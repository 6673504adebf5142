import { runCommand } from '../lib/bad-input';
import { DEFAULT_OUTAGE } from '../lib/drill/command-line';
import { refuseNotModelled } from '../lib/drill/not-modelled';
import { progressLine } from '../lib/drill/progress';
import { DEFAULT_ASSEMBLY } from '../lib/drill/report/command-options';
import { renderReport } from '../lib/drill/report/render-report';
import { runDrill } from '../lib/drill/run-drill';
import { synthesize } from './synthesize';

/** The whole loop on one screen: templates for every Region, a lost Region, the verdict. */
void runCommand(() =>
  refuseNotModelled(async () => {
    const status = synthesize('the blueprint', { directory: DEFAULT_ASSEMBLY });
    if (status !== 0) return status;
    const progress = progressLine('replaying 20 October 2025 in two worlds', process.stderr);
    const report = await runDrill({
      assemblyDirectory: DEFAULT_ASSEMBLY,
      outageId: DEFAULT_OUTAGE,
      onProgress: progress.show,
    }).finally(progress.end);
    process.stdout.write(`\n${renderReport(report)}\n`);
    return 0;
  }),
);
