import ts from 'typescript';
import { filesIn, importsOf, loadsOf, parse, textOf } from './helpers/source-files';

/** What a folder may import; `docs/architecture.md` shows the same table, and a test compares them. */
interface Row {
  /** Folder or file, the longest match counts. */
  readonly place: string;
  /** Other places it may import. */
  readonly ours: readonly string[];
  /** Packages, by the start of their names. */
  readonly packages: readonly string[];
}

const IMPORTS: readonly Row[] = [
  { place: 'lib/bad-input.ts', ours: [], packages: [] },
  { place: 'lib/client', ours: [], packages: [] },
  { place: 'lib/config', ours: ['lib/bad-input.ts'], packages: ['node', 'zod'] },
  {
    place: 'lib/application',
    ours: ['lib/bad-input.ts'],
    packages: ['node', '@aws-sdk', '@smithy', '@aws-lambda-powertools', 'aws-lambda', 'zod'],
  },
  { place: 'lib/constructs', ours: ['lib/config'], packages: ['node', 'aws-cdk-lib', 'constructs', 'esbuild'] },
  {
    place: 'lib/stacks',
    ours: ['lib/config', 'lib/constructs'],
    packages: ['node', 'aws-cdk-lib', 'cdk-nag', 'constructs'],
  },
  { place: 'lib/operations', ours: ['lib/config', 'lib/bad-input.ts'], packages: ['node', '@aws-sdk', '@smithy'] },
  { place: 'lib/assembly', ours: ['lib/bad-input.ts'], packages: ['node'] },
  { place: 'lib/outages', ours: ['lib/bad-input.ts'], packages: ['node'] },
  { place: 'lib/histories', ours: [], packages: [] },
  {
    place: 'lib/drill',
    ours: ['lib/assembly', 'lib/client', 'lib/outages', 'lib/histories', 'lib/bad-input.ts'],
    packages: ['node', 'ajv', 'dynalite', 'esbuild', 'zod'],
  },
  { place: 'lib/matrix', ours: ['lib/assembly', 'lib/drill', 'lib/outages'], packages: ['node'] },
  { place: 'lib/soak', ours: ['lib/assembly', 'lib/drill', 'lib/bad-input.ts'], packages: ['node'] },
  { place: 'lib/testing', ours: ['lib/drill', 'lib/bad-input.ts'], packages: [] },
  { place: 'blueprint.config.ts', ours: ['lib/config'], packages: [] },
];

/**
 * The rooms of the drill. Each may import those before it and none after it; `*.ts` are the files beside the rooms.
 * `docs/architecture.md` lists the same rooms in the same order, and a test compares them.
 */
const DRILL_ROOMS: readonly string[] = [
  'not-modelled.ts',
  'kernel',
  'model',
  'faults',
  'world/context.ts',
  'sandbox',
  'monitoring',
  'dns',
  'data',
  'parameters',
  'network',
  'objects',
  'sdk',
  'compute',
  'schedules',
  'alarm-actions',
  'api',
  'world',
  'experiments',
  'scenarios',
  'topology',
  'clients',
  'recording',
  'verdict',
  'report',
  '*.ts',
  'explain',
  'outputs',
];

/** Longest file of `lib`, in lines. */
const MAX_LINES = 400;

const library = filesIn('lib', '.ts');
const program = [...library, ...filesIn('bin', '.ts'), ...filesIn('bench', '.ts'), 'blueprint.config.ts'];
const tests = filesIn('test', '.ts');

/** The entry of a list that a path lies in; the longest one, when several match. */
function placeOf(path: string, places: readonly string[]): string | undefined {
  return places
    .filter((place) => path === place || path.startsWith(`${place}/`))
    .sort((left, right) => right.length - left.length)[0];
}

function rowOf(path: string): Row | undefined {
  const place = placeOf(
    path,
    IMPORTS.map((row) => row.place),
  );
  return IMPORTS.find((row) => row.place === place);
}

function forbiddenImports(path: string, text?: string): string[] {
  const row = rowOf(path);
  if (!row) return [`${path}: no row in the table of imports`];
  const { files, packages } = importsOf(path, text);
  const places = [row.place, ...row.ours];
  return [
    ...files.filter((file) => placeOf(file, places) === undefined),
    ...packages.filter((name) => !row.packages.some((start) => name.split(/[/:]/)[0] === start)),
  ].map((wrong) => `${path} imports ${wrong}`);
}

function backwardImports(path: string, text?: string): string[] {
  const own = roomOf(path);
  if (own === -1) return [`${path}: no room in the list`];
  return importsOf(path, text)
    .files.filter((file) => file.startsWith('lib/drill/') && roomOf(file) > own)
    .map((file) => `${path} imports ${file}`);
}

/** Position of a file's room, -1 when it has none. */
function roomOf(path: string): number {
  const inside = path.slice('lib/drill/'.length);
  const beside = inside.includes('/') ? undefined : '*.ts';
  return DRILL_ROOMS.indexOf(placeOf(inside, DRILL_ROOMS) ?? beside ?? inside);
}

/** A way from a file back to itself, if there is one. */
function cycleIn(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const follow = (file: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const cycle = follow(next, [...way, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = follow(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

function isExported(node: ts.Node): boolean {
  return ts.canHaveModifiers(node) && !!ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

function hasDocumentation(node: ts.Node): boolean {
  return ts.getJSDocCommentsAndTags(node).length > 0;
}

function undocumentedExports(path: string, text?: string): string[] {
  return parse(path, text)
    .statements.filter((statement) => isExported(statement) && !hasDocumentation(statement))
    .map((statement) => `${path}: ${statement.getText().split('\n')[0]}`);
}

/** Optional properties of what a file exports that do not say what happens without them. */
function optionsWithoutDefault(path: string, text?: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isPropertySignature(node) && node.questionToken) {
      const says = ts.getJSDocTags(node).some((tag) => tag.tagName.text === 'default' && !!tag.comment);
      if (!says) found.push(`${path}: ${node.name.getText()}`);
    }
    ts.forEachChild(node, visit);
  };
  for (const statement of parse(path, text).statements) {
    if ((ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) && isExported(statement)) {
      visit(statement);
    }
  }
  return found;
}

describe('import directions', () => {
  test('each folder imports only what the table allows', () => {
    expect([...library, 'blueprint.config.ts'].flatMap((path) => forbiddenImports(path))).toEqual([]);
  });

  test('an import across the wings would be found', () => {
    expect(forbiddenImports('lib/drill/run-world.ts', "import type { X } from '../config';")).toHaveLength(1);
    expect(forbiddenImports('lib/assembly/json.ts', "import { App } from 'aws-cdk-lib/core';")).toHaveLength(1);
    expect(forbiddenImports('lib/application/handler.ts', "const names = require('../config/names');")).toHaveLength(1);
    expect(forbiddenImports('lib/elsewhere/file.ts', '')).toHaveLength(1);
  });

  test('the rooms of the drill import in one direction', () => {
    expect(library.filter((path) => path.startsWith('lib/drill/')).flatMap((path) => backwardImports(path))).toEqual(
      [],
    );
    expect(backwardImports('lib/drill/kernel/random.ts', "import { World } from '../world/world';")).toHaveLength(1);
    expect(backwardImports('lib/drill/attic/chest.ts', '')).toHaveLength(1);
  });

  test('no file loads itself over others', () => {
    const graph = new Map(program.map((path) => [path, loadsOf(path)] as const));

    expect(cycleIn(graph)).toBeUndefined();
    expect(
      cycleIn(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
    ).toEqual(['b', 'c', 'b']);
    expect(loadsOf('lib/x.ts', "import type { A } from './config';\nimport { type B } from './config';")).toEqual([]);
    expect(loadsOf('lib/x.ts', "import { type B, loadConfig } from './config';")).toEqual(['lib/config/index.ts']);
  });

  test('nothing but tests imports from tests', () => {
    expect(program.filter((path) => importsOf(path).files.some((file) => file.startsWith('test/')))).toEqual([]);
  });

  test('the table and the rooms in docs/architecture.md are the ones kept here', () => {
    const rows = tableRows(textOf('docs/architecture.md'));
    const cell = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ') || 'nothing';

    expect(rows.filter(([first]) => IMPORTS.some(({ place }) => first === `\`${place}\``))).toEqual(
      IMPORTS.map(({ place, ours, packages }) => [`\`${place}\``, cell(ours), cell(packages)]),
    );
    expect(
      rows.map(([first]) => first).filter((first) => DRILL_ROOMS.some((room) => first === `\`drill/${room}\``)),
    ).toEqual(DRILL_ROOMS.map((room) => `\`drill/${room}\``));
  });
});

/** Cells of every table row of a Markdown text. */
function tableRows(markdown: string): string[][] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe('documentation in the code', () => {
  test('everything exported has a doc comment', () => {
    expect(program.flatMap((path) => undocumentedExports(path))).toEqual([]);
    expect(undocumentedExports('x.ts', '// no\nexport const x = 1;\n/** Yes. */\nexport const y = 1;')).toHaveLength(1);
  });

  test('every optional property of what is exported says what happens without it', () => {
    expect(program.flatMap((path) => optionsWithoutDefault(path))).toEqual([]);
    expect(
      optionsWithoutDefault('x.ts', 'export interface X {\n/** A. @default 1 */\na?: 1;\n/** B. */\nb?: 1;\nc: 1;\n}'),
    ).toEqual(['x.ts: b']);
    expect(optionsWithoutDefault('x.ts', 'export type X = { readonly in: { readonly b?: number } };')).toHaveLength(1);
  });

  test('constants of the model that comments name exist', () => {
    const known = new Set(
      JSON.parse(textOf('lib/drill/model/model-constants.json')).map(({ id }: { id: string }) => id),
    );
    const families = [...new Set([...known].map((id) => String(id).split('.')[0]))].join('|');
    const named = library
      .filter((path) => path.startsWith('lib/drill/'))
      .flatMap((path) => textOf(path).match(new RegExp(`(?<=\`)(?:${families})\\.[A-Za-z0-9.]+(?=\`)`, 'g')) ?? []);

    expect(named.filter((id) => !known.has(id))).toEqual([]);
    expect(named.length).toBeGreaterThan(5);
  });
});

describe('what must come out alike on every version of Node.js', () => {
  // Measured: these leave the same bits on V8 11.3 to 14.6, and powers do not. A power of two is exact everywhere.
  const SAME = 'abs|ceil|cos|exp|floor|imul|log|max|min|PI|random|round|sign|sqrt|trunc';
  const pattern = new RegExp(`\\bMath\\.(?!(?:${SAME})\\b)\\w+|(?<![*/]|\\b2 )\\*\\*(?![*/])`);
  const virtual = library.filter((path) => /^lib\/(?:drill|soak)\//.test(path));
  const code = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');

  test('is computed with functions whose last bit is the same on all of them', () => {
    expect(virtual.filter((path) => pattern.test(code(textOf(path))))).toEqual([]);
    expect(['x ** 3', 'Math.pow(x, 2)', 'Math.log2(x)', '1.5 **n'].every((text) => pattern.test(text))).toBe(true);
    expect(['2 ** n', 'Math.log(x)', '/** Doc. */'].some((text) => pattern.test(code(text)))).toBe(false);
  });
});

describe('what no file holds', () => {
  const words = {
    'an open end': /(?:\/\/|\/?\*|#|<!--).*\b(?:TODO|FIXME|XXX|HACK)\b/,
    // But for the home that Lambda gives every function, and the one in examples of AWS.
    'a path of one machine': /(?<![\w.\]])\/(?:work|root|home|Users|mnt)\/(?!sbx_user|user\/\.aws)\w/,
    'the host of a registry': /registry\.[a-z]+js\.|registry\.yarn|artifactory|jfrog|codeartifact|\/npm-proxy/i,
    'a switched-off rule': /@ts-nocheck|@ts-ignore|eslint-disable/,
  };
  const files = filesIn('.').filter((path) => path !== 'test/tidy.test.ts' && !/\.(?:snap|png)$/.test(path));

  test.each(Object.entries(words))('%s', (_what, pattern) => {
    expect(files.filter((path) => pattern.test(textOf(path)))).toEqual([]);
  });

  test('the patterns find what they are for', () => {
    const examples = [
      '// TODO: later',
      "readFileSync('/home/me/x')",
      `https://registry.${'npmjs'}.org/x`,
      '// @ts-ignore',
    ];

    expect(Object.values(words).map((pattern, index) => pattern.test(examples[index] ?? ''))).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test('a skipped or focused test', () => {
    const pattern = /\b(?:describe|test|it)(?:\.each)?\.(?:skip|only|todo)\b|\b(?:xit|xdescribe|xtest|fit|fdescribe)\(/;

    expect(tests.filter((path) => path !== 'test/tidy.test.ts' && pattern.test(textOf(path)))).toEqual([]);
    expect(['test.only(', 'describe.skip(', 'test.each.skip`', 'xit('].every((example) => pattern.test(example))).toBe(
      true,
    );
  });
});

describe('files', () => {
  test(`no file of lib is longer than ${MAX_LINES} lines`, () => {
    expect(library.filter((path) => textOf(path).split('\n').length > MAX_LINES)).toEqual([]);
  });

  test('files are named in kebab case', () => {
    expect([...program, ...tests].filter((path) => !/^(?:[a-z0-9]+[-./])*[a-z0-9]+\.ts$/.test(path))).toEqual([]);
  });

  test('every test file tests something, and lies where its subject lies', () => {
    const folders = new Set(library.map((path) => path.split('/')[1]));
    const suites = tests.filter((path) => path.endsWith('.test.ts'));
    const misplaced = suites.filter((path) => {
      const [, folder = '', ...rest] = path.split('/');
      return rest.length > 0 && !folders.has(folder) && !['bin', 'bench'].includes(folder);
    });

    expect(misplaced).toEqual([]);
    expect(suites.filter((path) => !/\bexpect\(|\bassert\(/.test(textOf(path)))).toEqual([]);
  });
});
