import type { DrillReport } from '../report/drill-report';
import { objectiveRows } from '../report/report-objectives';
import type { ConsistencySummary } from '../verdict/consistency';
import { consistencyOf, type Expectation } from './expectations';
import { junitFile, type TestCase } from './junit-file';
import { tellStory } from './story';

/** Writes a drill's verdict as JUnit's XML: each objective is a test case, and so are consistency and the invariants of a schedule. */
export function renderJUnit(report: DrillReport): string {
  const { scenario, seed, profile, wallSeconds: seconds, eventLogSha256 } = report;
  const name = scenario.kind === 'schedule' ? scenario.id : `${scenario.id} onto ${scenario.struckRegion}`;
  const properties = { seed: String(seed), profile, eventLogSha256 };
  return junitFile([{ name, properties, cases: testCases(report), seconds }], Date.now() - 1000 * seconds);
}

function testCases(report: DrillReport): readonly TestCase[] {
  const { objectives, violations } = report;
  return [
    ...(objectives.met === null ? [{ name: 'objectives', skipped: 'the assembly declares none' }] : []),
    ...objectiveRows(objectives).map(({ name, reached, objective, met }) =>
      caseOf(
        name,
        `${name}: ${reached} against ${objective}`,
        { asked: `${name} of ${objective}`, reached, met },
        report,
      ),
    ),
    ...(report.data.consistency ? [consistencyCase(report.data.consistency, report)] : []),
    ...(violations ? [invariantCase(violations, report)] : []),
  ];
}

function consistencyCase(consistency: ConsistencySummary, report: DrillReport): TestCase {
  const expectation = consistencyOf(consistency);
  return caseOf('consistency', expectation.reached, expectation, report);
}

function invariantCase(violations: NonNullable<DrillReport['violations']>, report: DrillReport): TestCase {
  const reached = violations.map(({ invariant, found }) => `${invariant} (${found})`).join(', ');
  return caseOf('invariants', reached, { asked: 'every invariant', reached, met: violations.length === 0 }, report);
}

function caseOf(name: string, message: string, expectation: Expectation, report: DrillReport): TestCase {
  return { name, ...(expectation.met ? {} : { failure: { message, text: tellStory(report, [expectation]) } }) };
}
