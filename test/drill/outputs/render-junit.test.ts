import { missedOutputs, renderJUnit, renderRefusalJUnit } from '../../../lib/drill/outputs';
import type { DrillReport } from '../../../lib/drill/report/drill-report';
import { consistency, report, scheduleReport } from '../written-report';
import { type Element, readXml } from './xml';

/** Attributes of a test suite that the stricter of the two published schemas asks for, and those that both allow. */
const REQUIRED = ['id', 'package', 'name', 'timestamp', 'hostname', 'tests', 'failures', 'errors', 'time'];
const ALLOWED = [...REQUIRED, 'skipped'];

const missed: DrillReport['objectives'] = {
  met: false,
  availability: { objective: 0.999, reached: 0.998_09, met: false },
  rtoSeconds: { objective: 120, reached: null, met: false },
  rpoSeconds: { objective: 0, reached: 0, met: true },
};

function suiteOf(rest: Partial<DrillReport> = {}, from = report): Element {
  const root = readXml(renderJUnit(from(rest)));
  expect([root.name, root.attributes, root.children.length]).toEqual(['testsuites', {}, 1]);
  return root.children[0] as Element;
}

const casesOf = (suite: Element): Element[] => suite.children.filter(({ name }) => name === 'testcase');

test('a drill is a test suite with the elements and attributes that the published schemas have, in their order', () => {
  const suite = suiteOf();

  expect(Object.keys(suite.attributes).filter((name) => !ALLOWED.includes(name))).toEqual([]);
  expect(REQUIRED.filter((name) => !(name in suite.attributes))).toEqual([]);
  expect(suite.attributes.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  expect(suite.children.map(({ name }) => name)).toEqual([
    'properties',
    'testcase',
    'testcase',
    'testcase',
    'testcase',
    'system-out',
    'system-err',
  ]);
  for (const { attributes } of casesOf(suite)) expect(Object.keys(attributes)).toEqual(['name', 'classname', 'time']);
});

test('each objective is a test case, and those that were met pass', () => {
  const suite = suiteOf();

  expect(suite.attributes).toMatchObject({ tests: '4', failures: '0', errors: '0', skipped: '0', time: '21.500' });
  expect(casesOf(suite).map(({ attributes }) => attributes.name)).toEqual([
    'availability',
    'recovery',
    'data loss',
    'consistency',
  ]);
  expect(casesOf(suite).flatMap(({ children }) => children)).toEqual([]);
  expect(suite.children[0]?.children.map(({ attributes }) => [attributes.name, attributes.value])).toEqual([
    ['seed', '7'],
    ['profile', 'strong'],
    ['eventLogSha256', 'a'.repeat(64)],
  ]);
});

test('an objective that was missed fails, with figures in its message and the story in five lines', () => {
  const suite = suiteOf({ objectives: missed });

  expect(suite.attributes).toMatchObject({ tests: '4', failures: '2' });
  const failures = casesOf(suite).map(({ children }) => children[0]);
  expect(failures.map((failure) => failure?.attributes.message)).toEqual([
    'availability: 99.809 % against 99.9 %',
    'recovery: never against 2 min',
    undefined,
    undefined,
  ]);
  const lines = failures[1]?.text.split('\n') ?? [];
  expect(lines).toHaveLength(5);
  expect(lines[1]).toBe('asked: recovery of 2 min, got never (MISSED)');
  expect(lines[4]).toMatch(/^replay: npm run drill -- --outage aws-2025/);
});

test('without objectives there is one test case in their place, and it is skipped', () => {
  const suite = suiteOf({ objectives: { met: null } });

  expect(suite.attributes).toMatchObject({ tests: '2', failures: '0', skipped: '1' });
  expect(casesOf(suite)[0]?.children).toMatchObject([
    { name: 'skipped', attributes: { message: 'the assembly declares none' } },
  ]);
});

test('consistency is a test case, which fails when a promise was not kept', () => {
  const { data } = report();
  const { convergence: found } = consistency();
  const convergence = { ...found, verdict: 'violated', violations: 2 } as const;
  const suite = suiteOf({ data: { ...data, consistency: consistency({ convergence }) } });

  const [failure] = casesOf(suite).find(({ attributes }) => attributes.name === 'consistency')?.children ?? [];
  expect(suite.attributes).toMatchObject({ failures: '1' });
  expect(failure?.attributes.message).toMatch(/^Consistency: NOT as promised\. 2 of [\d,]+ parcels have not converged/);
  expect(failure?.text.split('\n')[1]).toMatch(/^asked: consistency as the tables promise it, got .+ \(MISSED\)$/);
});

test("a schedule's invariants are one more test case", () => {
  const held = suiteOf({}, scheduleReport);
  const broken = suiteOf({ violations: [{ invariant: 'replicas-converge', found: '3 items' }] }, scheduleReport);

  expect(held.attributes).toMatchObject({ name: 'soak/seed-3.json', tests: '5', failures: '0' });
  expect(broken.attributes).toMatchObject({ tests: '5', failures: '1' });
  expect(casesOf(broken).at(-1)?.children[0]?.attributes.message).toBe('replicas-converge (3 items)');
});

test('a drill that stopped is a test case that ended in an error: neither passed, nor failed, nor skipped', () => {
  const root = readXml(
    renderRefusalJUnit({ name: 'an outage', what: 'AWS::SQS::Queue (<Stack>/Q)', text: 'Names: …' }),
  );
  const [suite] = root.children;
  const [testCase, ...others] = suite ? casesOf(suite) : [];

  expect(others).toEqual([]);
  expect(suite?.attributes).toMatchObject({ name: 'an outage', tests: '1', failures: '0', errors: '1', skipped: '0' });
  expect(testCase?.attributes.name).toBe('objectives');
  expect(testCase?.children).toMatchObject([
    {
      name: 'error',
      attributes: { type: 'not-modelled', message: 'not modelled: AWS::SQS::Queue (<Stack>/Q)' },
      text: 'not modelled: AWS::SQS::Queue (<Stack>/Q)\n\nNames: …',
    },
  ]);
});

test('what a drill that stopped could not give is said of each thing that was asked for, and of nothing else', () => {
  expect(missedOutputs({}, false)).toEqual([]);
  expect(missedOutputs({ json: 'a', markdown: 'b', log: 'c' }, true)).toEqual([
    'There is no verdict, so that a and b were not written.',
    'There is no event log, so that c was not written.',
    'There is no minute to explain.',
  ]);
});

test('text that XML would take for markup, and what it cannot hold, is written so that it stays text', () => {
  const title = `<b>"A" & 'B'</b>]]> \u0000\u001b é 🐟`;
  const scenario = { ...report().scenario, title };
  const suite = suiteOf({ scenario, objectives: missed });

  expect(casesOf(suite)[0]?.children[0]?.text).toContain(`(<b>"A" & 'B'</b>]]> \uFFFD\uFFFD é 🐟)`);
});
