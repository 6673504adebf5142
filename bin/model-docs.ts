import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allConstants, type ModelConstant } from '../lib/drill/model/constants';

const ROOT = join(__dirname, '..');

/** Page that holds the table. */
export const MODEL_PAGE = join(ROOT, 'docs/model.md');

const BEGIN = '<!-- constants: written by npm run docs:model -->';
const END = '<!-- end of constants -->';

/**
 * The page with the table of constants that the drill's code names, written anew between its two marks.
 *
 * @throws when the page has no marks.
 */
export function withConstants(page: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`docs/model.md needs the lines ${BEGIN} and ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${constantsTable()}\n\n${page.slice(end)}`;
}

const HEADINGS = ['constant', 'value', 'unit', 'known how, how well', 'read in'];

function constantsTable(): string {
  const sources = drillSources();
  const used = allConstants().flatMap((constant) => {
    const files = sources.filter(
      ({ text }) => text.includes(`'${constant.id}'`) || text.includes(`\`${constant.id}\``),
    );
    return files.length === 0
      ? []
      : [
          cellsOf(
            constant,
            files.map(({ path }) => path),
          ),
        ];
  });
  return [
    `${used.length} of the ${allConstants().length} constants in [model-constants.json](../lib/drill/model/model-constants.json):`,
    '',
    ...aligned([HEADINGS, ...used]),
  ].join('\n');
}

function cellsOf(constant: ModelConstant, files: readonly string[]): string[] {
  const { id, name, unit, source, basis, confidence } = constant;
  const known = source === null ? basis : `[${basis}](${source})`;
  const cells = [`\`${id}\`<br>${name}`, shownValue(constant), unit, `${known}, ${confidence}`, files.join(', ')];
  return cells.map((cell) => cell.replaceAll('|', '\\|'));
}

/** Rows of a Markdown table, the first one its heading, in columns as the formatter leaves them. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[], filler: string): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width, filler)).join(' | ')} |`;
  const [heading = [], ...body] = rows;
  return [line(heading, ' '), line([], '-'), ...body.map((cells) => line(cells, ' '))];
}

function shownValue({ value, distribution }: ModelConstant): string {
  if (distribution === undefined) return show(value);
  const { kind, ...parameters } = distribution;
  return `${kind}: ${show(parameters)}`;
}

function show(value: unknown): string {
  if (Array.isArray(value))
    return value.map((part) => (Array.isArray(part) ? `(${show(part)})` : show(part))).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, part]) => `${name} ${show(part)}`)
    .join(', ');
}

/** The drill's files, named as in `docs/architecture.md`. */
function drillSources(): { path: string; text: string }[] {
  const directory = join(ROOT, 'lib/drill');
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== join('model', 'constants.ts'))
    .sort()
    .map((file) => ({
      path: file.replace(/\.ts$/, '').replaceAll('\\', '/'),
      text: readFileSync(join(directory, file), 'utf8'),
    }));
}

if (require.main === module) writeFileSync(MODEL_PAGE, withConstants(readFileSync(MODEL_PAGE, 'utf8')));
