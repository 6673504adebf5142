import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput, quoteFound, runCommand } from '../lib/bad-input';
import { refuseNotModelled } from '../lib/drill/not-modelled';
import { progressLine } from '../lib/drill/progress';
import type { MatrixReport } from '../lib/matrix/matrix-report';
import { renderMatrixMarkdown } from '../lib/matrix/render-matrix';
import { runMatrix } from '../lib/matrix/run-matrix';
import { findOutage } from '../lib/outages';
import { assembliesOfMatrix } from './both-profiles';
import { alignedTable, withPart } from './written-page';

/** Page that holds the matrix. */
export const OUTAGES_PAGE = join(__dirname, '..', 'docs/outages.md');

const MARKS = {
  page: 'docs/outages.md',
  begin: '<!-- matrix: written by npm run docs:outages -->',
  end: '<!-- end of matrix -->',
};

/**
 * The page with a matrix written anew between its two marks.
 *
 * @throws when the page has no marks.
 */
export function withMatrix(page: string, report: MatrixReport): string {
  return withPart(page, MARKS, matrixSection(report));
}

/** A matrix as a part of the page: its headings one level deeper, its tables in columns. */
export function matrixSection(report: MatrixReport): string {
  const { seed, requestsPerSecond } = report;
  const matrix = renderMatrixMarkdown(report).trimEnd().replaceAll(/^## /gm, '### ');
  return [
    `Seed ${seed}, ${requestsPerSecond} requests a second, sampled as by default; one draw each.`,
    '',
    matrix.replaceAll(/^\|.*\n(?:\|.*\n)*/gm, aligned),
  ].join('\n');
}

/** A Markdown table with columns of even width. */
function aligned(table: string): string {
  const [heading = [], , ...body] = table
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(2, -2).split(' | '));
  return `${alignedTable([heading, ...body]).join('\n')}\n`;
}

/** The only outage to replay, if one is named. */
function onlyOutage([id, ...others]: readonly string[]): string | undefined {
  if (others.length === 0) return id === undefined ? undefined : findOutage(id).id;
  throw new BadInput('the command line', [
    {
      field: 'arguments',
      found: quoteFound([id, ...others].join(' ')),
      allowed: 'one outage, to see its part without writing it, or nothing',
      remedy: 'leave out the rest',
    },
  ]);
}

/** Replays the whole catalogue and writes the page; with an outage's id shows what it would write of that one, and writes nothing. */
async function writeMatrix(args: readonly string[]): Promise<number> {
  const outageId = onlyOutage(args);
  const assemblyDirectories = assembliesOfMatrix(undefined);
  if (typeof assemblyDirectories === 'number') return assemblyDirectories;
  const progress = progressLine('replaying outages', process.stderr);
  const report = await runMatrix({
    assemblyDirectories,
    ...(outageId === undefined ? {} : { outageId }),
    onProgress: progress.show,
  }).finally(progress.end);
  if (outageId === undefined) writeFileSync(OUTAGES_PAGE, withMatrix(readFileSync(OUTAGES_PAGE, 'utf8'), report));
  else process.stdout.write(`${matrixSection(report)}\n`);
  return 0;
}

if (require.main === module) void runCommand(() => refuseNotModelled(() => writeMatrix(process.argv.slice(2))));
