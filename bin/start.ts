import { spawnSync } from 'node:child_process';
import { runCommand } from '../lib/bad-input';
import { DEFAULT_ASSEMBLY, DEFAULT_OUTAGE } from '../lib/drill/command-line';
import { refuseNotModelled } from '../lib/drill/not-modelled';
import { progressLine } from '../lib/drill/progress';
import { renderReport } from '../lib/drill/render-report';
import { runDrill } from '../lib/drill/run-drill';

/** The whole loop on one screen: templates for every Region, a lost Region, the verdict. */
void runCommand(() =>
  refuseNotModelled(async () => {
    process.stderr.write('synthesizing the blueprint … ');
    const startedMs = Date.now();
    const synth = spawnSync(process.execPath, [require.resolve('aws-cdk/bin/cdk'), 'synth', '--quiet'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    if (synth.status !== 0) {
      process.stderr.write(`failed\n${synth.stderr}`);
      return synth.status ?? 1;
    }
    process.stderr.write(`done in ${((Date.now() - startedMs) / 1000).toFixed(1)} s\n`);
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
