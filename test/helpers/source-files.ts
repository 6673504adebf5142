import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

/** Directory of the repository. */
export const ROOT = join(__dirname, '../..');

/** Directories that are made, not written. */
const MADE = new Set(['node_modules', 'cdk.out', 'coverage']);

/** Hidden entries that belong to the project all the same. */
const HIDDEN = new Set(['.ci', '.github', '.gitignore', '.npmrc']);

/** Every written file of the repository below a directory, as paths from the root. */
export function filesIn(directory: string, ending = ''): string[] {
  return readdirSync(join(ROOT, directory), { withFileTypes: true })
    .filter(
      ({ name }) => !MADE.has(name) && !name.startsWith('cdk.out.') && (!name.startsWith('.') || HIDDEN.has(name)),
    )
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? filesIn(path, ending) : path.endsWith(ending) ? [path] : [];
    })
    .sort();
}

/** Text of a file of the repository. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** What a source file imports: files of the repository as paths from the root, packages by their specifier. */
export function importsOf(path: string, text: string = textOf(path)): { files: string[]; packages: string[] } {
  const specifiers = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  return {
    files: specifiers.filter(isFile).map((specifier) => fileBehind(path, specifier)),
    packages: specifiers.filter((specifier) => !isFile(specifier)),
  };
}

/** Files of the repository that a source file loads when it is loaded: what it imports for types alone is left out. */
export function loadsOf(path: string, text: string = textOf(path)): string[] {
  return parse(path, text)
    .statements.filter((statement) => ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))
    .filter((statement) => !isErased(statement))
    .flatMap(({ moduleSpecifier }) =>
      moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : [],
    )
    .filter(isFile)
    .map((specifier) => fileBehind(path, specifier));
}

/** A source file as a syntax tree in which every node knows its parent. */
export function parse(path: string, text: string = textOf(path)): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
}

function isFile(specifier: string): boolean {
  return specifier.startsWith('.');
}

/** Whether the compiler drops an import or a re-export, because all it names are types. */
function isErased(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
  const { importClause } = statement;
  if (!importClause || importClause.isTypeOnly) return importClause !== undefined;
  const { name, namedBindings } = importClause;
  return (
    !name &&
    !!namedBindings &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.every((one) => one.isTypeOnly)
  );
}

function fileBehind(path: string, specifier: string): string {
  const target = relative(ROOT, resolve(ROOT, dirname(path), specifier));
  const candidates = [`${target}.ts`, `${target}.d.ts`, target, `${target}/index.ts`];
  const found = candidates.find((candidate) => ts.sys.fileExists(join(ROOT, candidate)));
  if (found === undefined) throw new Error(`${path} imports ${specifier}, which leads nowhere`);
  return found;
}
