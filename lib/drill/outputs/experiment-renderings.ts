import type { ExperimentReport } from '../report/experiment-report';
import { renderExperiment } from '../report/render-experiment';
import { expectationsOfExperiment } from './experiment-expectations';
import { tellExperiment } from './experiment-story';
import { junitFile, type TestCase } from './junit-file';
import type { Renderings } from './with-outputs';

/** How the verdict on an experiment is written to files. */
export const EXPERIMENT_RENDERINGS: Renderings<ExperimentReport> = {
  junit: renderExperimentJUnit,
  markdown: (report) => `\`\`\`text\n${renderExperiment(report)}\n\`\`\`\n`,
};

/** As JUnit's XML: whatever is asked of every experiment is a test case, and so is that nothing else speaks against it. */
function renderExperimentJUnit(report: ExperimentReport): string {
  const { experiment, seed, profile, wallSeconds: seconds, eventLogSha256, findings } = report;
  const asked = [
    ...expectationsOfExperiment(report),
    {
      name: 'findings',
      asked: 'nothing that speaks against it',
      reached: findings.join('; ') || 'nothing',
      met: findings.length === 0,
    },
  ];
  const cases = asked.map(({ name, ...expectation }): TestCase => {
    const message = `${name}: ${expectation.reached}`;
    return { name, ...(expectation.met ? {} : { failure: { message, text: tellExperiment(report, [expectation]) } }) };
  });
  const name = `experiment ${experiment.name} in ${experiment.region}`;
  const properties = { seed: String(seed), profile, eventLogSha256 };
  return junitFile([{ name, properties, cases, seconds }], Date.now() - 1000 * seconds);
}
