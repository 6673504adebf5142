import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allConstants, type ModelConstant } from '../lib/drill/model/constants';
import { alignedTable, withPart } from './written-page';

const ROOT = join(__dirname, '..');

/** Page that holds the table. */
export const MODEL_PAGE = join(ROOT, 'docs/model.md');

const MARKS = {
  page: 'docs/model.md',
  begin: '<!-- constants: written by npm run docs:model -->',
  end: '<!-- end of constants -->',
};

/**
 * The page with the table of constants that the drill's code names, written anew between its two marks.
 *
 * @throws when the page has no marks.
 */
export function withConstants(page: string): string {
  return withPart(page, MARKS, constantsTable());
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
    ...alignedTable([HEADINGS, ...used]),
  ].join('\n');
}

function cellsOf(constant: ModelConstant, files: readonly string[]): string[] {
  const { id, name, unit, source, basis, confidence } = constant;
  const known = source === null ? basis : `[${basis}](${source})`;
  const cells = [`\`${id}\`<br>${name}`, shownValue(constant), unit, `${known}, ${confidence}`, files.join(', ')];
  return cells.map((cell) => cell.replaceAll('|', '\\|'));
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
