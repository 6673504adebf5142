import { EXPERIMENT_RENDERINGS } from '../../../lib/drill/outputs';
import { renderExperiment } from '../../../lib/drill/report/render-experiment';
import { experimentReport, outcome, stretch } from '../written-experiment';
import { readXml } from './xml';

type Written = Parameters<typeof experimentReport>[0];

/** The only suite of the JUnit file of an experiment, and its cases: name and failure. */
function suiteOf(rest: Written = {}) {
  const [suite] = readXml(EXPERIMENT_RENDERINGS.junit(experimentReport(rest))).children;
  const cases = (suite?.children ?? []).filter(({ name }) => name === 'testcase');
  return {
    attributes: suite?.attributes,
    cases: cases.map(({ attributes, children }) => [attributes.name, children[0]] as const),
  };
}

test('every demand on an experiment is a test case of its JUnit file', () => {
  const { attributes, cases } = suiteOf();

  expect(attributes).toMatchObject({
    name: 'experiment failing-dependency-50 in us-east-2',
    failures: '0',
    tests: '7',
  });
  expect(cases.map(([name, failure]) => [name, failure])).toEqual(
    [
      'completed and taken back',
      'availability before',
      'availability during',
      'availability after',
      'data loss',
      'consistency',
      'findings',
    ].map((name) => [name, undefined]),
  );
});

test('what was missed fails with its story', () => {
  const { steadyState } = experimentReport();
  const { attributes, cases } = suiteOf({
    outcome: outcome({ status: 'stopped', reason: 'Experiment halted by stop condition.' }),
    steadyState: { ...steadyState, during: stretch({ availability: 0.5, held: false }) },
    findings: ['the experiment is stopped', 'the steady state did not hold while it ran'],
  });

  expect(attributes).toMatchObject({ failures: '3' });
  const failures = new Map(cases.flatMap(([name, failure]) => (failure ? [[name, failure] as const] : [])));
  expect([...failures.keys()]).toEqual(['completed and taken back', 'availability during', 'findings']);
  expect(failures.get('availability during')?.attributes.message).toBe('availability during: 50 %');
  expect(failures.get('completed and taken back')?.text.split('\n')).toEqual([
    expect.stringMatching(
      / is stopped after 15 min \(Experiment halted by stop condition\), strong consistency, seed 7$/,
    ),
    'asked: an experiment that is completed and taken back, got stopped (Experiment halted by stop condition), taken back (MISSED)',
    expect.stringMatching(/^why: /),
    expect.stringMatching(/^DNS and alarms: clients were moved away from us-east-2 after /),
    expect.stringMatching(/^replay: npm run drill -- --experiment failing-dependency-50 --region us-east-2 --seed 7 /),
  ]);
});

test('the Markdown is what is printed', () => {
  expect(EXPERIMENT_RENDERINGS.markdown(experimentReport())).toBe(
    `\`\`\`text\n${renderExperiment(experimentReport())}\n\`\`\`\n`,
  );
});
