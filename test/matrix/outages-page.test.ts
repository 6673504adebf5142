import { readFileSync } from 'node:fs';
import { matrixSection, OUTAGES_PAGE, withMatrix } from '../../bin/outages-docs';
import type { MatrixReport } from '../../lib/matrix/matrix-report';
import { runMatrix } from '../../lib/matrix/run-matrix';
import { synthesizeInto } from '../drill/synthesized';
import { qualified } from '../helpers/configs';

/** Of three quarters of an hour, which makes it the shortest that reaches the design. */
const SHORT = { outageId: 'aws-2021-12-15-backbone-us-west', struckRegion: 'us-east-2' };

const page = readFileSync(OUTAGES_PAGE, 'utf8');

let report: MatrixReport;

beforeAll(async () => {
  report = await runMatrix({ assemblyDirectories: [synthesizeInto(qualified())], ...SHORT });
}, 120_000);

/** The rows of the matrix for an outage with strong tables, without the blanks that make columns even. */
function rowsOf(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith(`| ${SHORT.outageId} `) && / \| strong +\| us-/.test(line))
    .map((line) => line.replaceAll(/ +/g, ' '));
}

test('the matrix in docs/outages.md has the verdict and the event log that a replay of today gives', () => {
  const [fresh, ...others] = rowsOf(matrixSection(report));

  expect(others).toEqual([]);
  expect(fresh).toMatch(/ \| us-east-2 \+ us-west-2 \| .+ \| NOT met \| NOBODY \| `[\da-f]{8}` \|$/);
  expect(rowsOf(page)).toContain(fresh);
});

test('the page is written between its marks alone, and is refused without them', () => {
  const [before = '', after = ''] = page.split(/<!-- matrix: [^>]+-->[\s\S]*<!-- end of matrix -->/);
  const written = withMatrix(page, report);

  expect(written.startsWith(before)).toBe(true);
  expect(written.endsWith(after)).toBe(true);
  expect(rowsOf(written)).toHaveLength(1);
  expect(written).toContain('\n\nSeed 7, 20 requests a second, sampled as by default; one draw each.\n\n| outage ');
  expect(written).toContain('\n### What became of every phase\n');
  expect(withMatrix(written, report)).toBe(written);
  expect(() => withMatrix('# Another page\n', report)).toThrow('needs the lines');
});
