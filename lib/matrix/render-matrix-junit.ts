import { junitFile, type TestCase, type TestSuite } from '../drill/outputs';
import { objectiveRows } from '../drill/report/report-objectives';
import type { MatrixReport, MatrixRow } from './matrix-report';
import { seenBy } from './render-matrix';

/**
 * Writes a matrix as JUnit's XML: each row is a test suite with a test case for each objective. What cannot reach the design, and what is
 * not modelled, is skipped with the reason and never counts as passed.
 */
export function renderMatrixJUnit(report: MatrixReport): string {
  const { rows, wallSeconds, seed } = report;
  const replayed = rows.filter(({ verdict }) => verdict).length;
  const suites = rows.map(
    (row): TestSuite => ({
      name: `${row.outage.id} onto ${row.struckRegions.join(' + ') || 'everywhere'}, ${row.profile} tables`,
      properties: { seed: String(seed), profile: row.profile, outcome: row.outcome },
      cases: testCases(row),
      seconds: row.verdict ? wallSeconds / replayed : 0,
    }),
  );
  return junitFile(suites, Date.now() - 1000 * wallSeconds);
}

function testCases({ outcome, reach, verdict, outage }: MatrixRow): readonly TestCase[] {
  const [name, why] = ['objectives', [...new Set(reach.map((service) => service.why))].join('; ')];
  if (!verdict) {
    const what = outcome === 'not-modelled' ? 'not modelled, so that nothing is known' : 'cannot reach this design';
    return [{ name, skipped: `${what}: ${why}` }];
  }
  const { objectives } = verdict;
  if (objectives.met === null) return [{ name, skipped: 'the assembly declares none' }];
  return objectiveRows(objectives).map((row) => {
    const message = `${row.name}: ${row.reached} against ${row.objective}`;
    const text = [outage.title, message, `seen by ${seenBy(verdict)}`].join('\n');
    return { name: row.name, ...(row.met ? {} : { failure: { message, text } }) };
  });
}
