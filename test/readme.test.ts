import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { MODEL_PAGE, withConstants } from '../bin/model-docs';
import config from '../blueprint.config';
import { DEFAULT_OUTAGE, HELP } from '../lib/drill/command-line';
import { TABLE_LABELS } from '../lib/drill/report/render-report';
import { DRILL_DEFAULTS } from '../lib/drill/run-drill';
import { listOutages } from '../lib/outages';
import { filesIn, ROOT, textOf } from './helpers/source-files';

const PAGES = ['README.md', 'CONTRIBUTING.md', ...filesIn('docs', '.md')];

/** Programs that a reader of a shell block has, besides the package's own. */
const SHELL_PROGRAMS = ['npm', 'npx', 'curl', 'git', 'aws', 'gh'];

/** Commands of the AWS CLI and of GitHub's that the pages use, from their references. */
const CLOUD_COMMANDS = [
  'aws fis list-experiment-templates',
  'aws fis start-experiment',
  'aws ssm put-parameter',
  'gh run download',
];

/** Commands of the CDK's command line that the pages use. */
const CDK_COMMANDS = ['synth', 'bootstrap', 'deploy', 'destroy', 'diff', 'list'];

/** Commands of npm that need no script. */
const NPM_COMMANDS = ['ci', 'start', 'test', 'view'];

interface Block {
  readonly page: string;
  readonly language: string;
  readonly text: string;
}

const project = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
const blocks = PAGES.flatMap((page) => blocksOf(page, textOf(page)));
const shell = blocks.filter(({ language }) => language === 'sh');
/** Prose and code of all pages, but the catalogue of dates in which commands are only quoted. */
const everything = PAGES.map((page) => ({ page, text: textOf(page) }));

/** The fenced blocks of a page, without the indentation of a list they may stand in. */
function blocksOf(page: string, text: string): Block[] {
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)].map(([, indent = '', language = '', body = '']) => ({
    page,
    language,
    text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** What is wrong with a command, if anything. */
function mistakesIn(command: string): string[] {
  const [program = '', first = '', second = ''] = command.trim().split(/\s+/);
  if (!SHELL_PROGRAMS.includes(program)) return [`${command}: ${program} is not known`];
  if (program === 'npm') {
    const script = first === 'run' ? second : first;
    const known = first === 'run' ? second in project.scripts : NPM_COMMANDS.includes(first);
    if (!known) return [`${command}: no script ${script}`];
    return script === 'drill' ? unknownFlags(command) : [];
  }
  if (program === 'npx') {
    if (!existsSync(join(ROOT, 'node_modules/.bin', first))) return [`${command}: no program ${first}`];
    if (first === 'cdk' && !CDK_COMMANDS.includes(second)) return [`${command}: cdk has no command ${second}`];
  }
  if (program === 'aws' || program === 'gh') {
    if (!CLOUD_COMMANDS.includes(`${program} ${first} ${second}`))
      return [`${command}: ${program} has no ${first} ${second}`];
    if (program === 'aws' && !/ --region [a-z]/.test(command)) return [`${command}: says no Region`];
  }
  return [];
}

/** Flags of a command that `npm run drill -- --help` does not list. */
function unknownFlags(command: string): string[] {
  const [, rest = ''] = command.split(' -- ');
  const flags = rest.match(/(?<=^|\s)--[a-z-]+/g) ?? [];
  return flags.filter((flag) => !HELP.includes(`  ${flag} `)).map((flag) => `${command}: no option ${flag}`);
}

describe('commands', () => {
  test('every command of a shell block can be run', () => {
    const commands = shell.flatMap(({ text }) => text.split('\n')).flatMap((line) => line.split('&&'));
    const meant = commands
      .map((command) => command.trim())
      .filter((command) => command !== '' && !command.startsWith('#'));

    expect(meant.length).toBeGreaterThan(8);
    expect(meant.flatMap(mistakesIn)).toEqual([]);
  });

  test('every command named in a sentence or table can be run', () => {
    const named = everything.flatMap(({ text }) =>
      [...text.matchAll(/`((?:npm|npx) [^`\n]+)`/g)].map(([, command]) => command ?? ''),
    );

    expect(named.length).toBeGreaterThan(15);
    expect(named.flatMap((command) => command.split('&&')).flatMap(mistakesIn)).toEqual([]);
  });

  test('a command that does not exist would be found', () => {
    expect(mistakesIn('npm run frobnicate')).toHaveLength(1);
    expect(mistakesIn('npx frobnicate')).toHaveLength(1);
    expect(mistakesIn('npx cdk frobnicate')).toHaveLength(1);
    expect(mistakesIn('npm run drill -- --frobnicate 3 --seed 1')).toHaveLength(1);
    expect(mistakesIn('frobnicate now')).toHaveLength(1);
    expect(mistakesIn('aws ssm frobnicate --region us-east-2')).toHaveLength(1);
    expect(mistakesIn('aws ssm put-parameter --name a')).toHaveLength(1);
    expect(mistakesIn('npm run drill -- --seed 1')).toEqual([]);
  });

  test('every script of the package leads to a file or an installed program', () => {
    const missing = Object.values(project.scripts)
      .flatMap((script) => script.split('&&'))
      .map((command) => command.trim().split(/\s+/))
      .filter(([program = '', ...args]) => {
        if (program === 'npm') return false;
        const started = args.find((arg) => /\.[jt]s$/.test(arg)) ?? 'no file';
        const file = /node$/.test(program) ? join(ROOT, started) : join(ROOT, 'node_modules/.bin', program);
        return !existsSync(file);
      });

    expect(missing).toEqual([]);
  });

  test('the continuous integration script can be run', () => {
    expect(() => accessSync(join(ROOT, '.ci/run'), constants.X_OK)).not.toThrow();
    const lines = textOf('.ci/run')
      .split('\n')
      .filter((line) => /^(?:npm|npx) /.test(line));

    expect(lines.map((line) => line.split(' -- ')[0] ?? '').flatMap(mistakesIn)).toEqual([]);
    expect(lines.map((line) => line.split(' -- ')[0])).toEqual([
      'npm ci',
      'npm run lint',
      'npm run typecheck',
      'npm run deadcode',
      'npm start',
      'npm test',
    ]);
  });
});

describe('code blocks', () => {
  test('TypeScript compiles as it stands', () => {
    const sources = blocks.filter(({ language }) => language === 'ts');

    expect(sources.length).toBeGreaterThan(0);
    expect(sources.flatMap(({ text }) => errorsIn(text))).toEqual([]);
    expect(
      errorsIn("import type { BlueprintConfig } from './lib/config';\nexport const x: BlueprintConfig = {};"),
    ).toHaveLength(1);
  });

  test('JSON parses', () => {
    for (const { text } of blocks.filter(({ language }) => language === 'json'))
      expect(() => JSON.parse(text)).not.toThrow();
  });

  test('every block says what it is', () => {
    expect(blocks.filter(({ language }) => !['sh', 'ts', 'json', 'md', 'text', 'mermaid'].includes(language))).toEqual(
      [],
    );
  });

  test('pictures are flow charts whose nodes are all declared and whose brackets close', () => {
    const pictures = blocks.filter(({ language }) => language === 'mermaid');

    expect(pictures.length).toBeGreaterThan(0);
    expect(pictures.flatMap(({ text }) => mistakesInChart(text))).toEqual([]);
    expect(mistakesInChart('flowchart LR\n  a["A"] --> b\n')).toEqual(['b is not declared']);
    expect(mistakesInChart('flowchart LR\n  subgraph s["S"]\n  a["A"]\n')).toEqual(['1 subgraph without end']);
    expect(mistakesInChart('flowchart LR\n  a["A)\n')).toHaveLength(1);
  });
});

/** What the compiler says of a text that stands as a file in the repository's directory. */
function errorsIn(text: string): string[] {
  const file = join(ROOT, 'block-of-a-page.ts');
  const { config: raw } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(raw, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (path) => path === file || fileExists(path);
  host.getSourceFile = (path, ...rest) =>
    path === file ? ts.createSourceFile(path, text, ts.ScriptTarget.ES2022) : getSourceFile(path, ...rest);
  const program = ts.createProgram([file], { ...options, types: ['node'] }, host);
  const source = program.getSourceFile(file);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '),
  );
}

/** A flow chart of the kind that the pages draw: a line declares nodes or joins them. */
function mistakesInChart(text: string): string[] {
  const [head = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  if (!/^flowchart (?:LR|TB)$/.test(head)) return [`${head}: not a flow chart`];
  const shape = /(\w+)(?:\(\["[^"]*"\]\)|\[\("[^"]*"\)\]|\["[^"]*"\])/g;
  const declared = new Set<string>();
  const used: string[] = [];
  const mistakes: string[] = [];
  let open = 0;
  for (const line of lines.map((one) => one.trim())) {
    if (line === 'end') open--;
    else {
      const isSubgraph = line.startsWith('subgraph ');
      if (isSubgraph) open++;
      for (const [, name = ''] of line.matchAll(shape)) declared.add(name);
      const bare = line.replace(/^subgraph /, '').replaceAll(shape, '$1');
      const names = bare.split(/\s*(?:<-->|-->|-\.->)(?:\|"?[^|"]*"?\|)?\s*/);
      if (names.every((name) => /^\w+$/.test(name))) used.push(...names);
      else mistakes.push(`${line}: not understood`);
    }
  }
  if (open > 0) mistakes.push(`${open} subgraph without end`);
  return [...mistakes, ...used.filter((name) => !declared.has(name)).map((name) => `${name} is not declared`)];
}

describe('links', () => {
  test('every relative link leads to a file, and every anchor to a heading', () => {
    const broken = everything.flatMap(({ page, text }) =>
      [...text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !/^https:\/\//.test(target))
        .filter((target) => {
          const [path = '', anchor] = target.split('#');
          const file = path === '' ? page : join(dirname(page), path);
          if (!existsSync(join(ROOT, file))) return true;
          return anchor !== undefined && !headingsOf(textOf(file)).includes(anchor);
        })
        .map((target) => `${page}: ${target}`),
    );

    expect(broken).toEqual([]);
  });

  test('the list of decisions is complete', () => {
    const decisions = filesIn('docs/decisions', '.md').map((path) => path.slice('docs/decisions/'.length));
    const listed = textOf('docs/decisions/README.md').match(/(?<=\()\d{4}-[a-z0-9-]+\.md(?=\))/g);

    expect(listed).toEqual(decisions.filter((name) => name !== 'README.md'));
  });
});

function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .trim()
      .replaceAll(/\s+/g, '-'),
  );
}

/** The fenced text between two marks of the README. */
function marked(name: string): string {
  const between = new RegExp(`<!-- ${name} -->\n\`\`\`text\n([\\s\\S]*?)\`\`\`\n<!-- end of ${name} -->`).exec(
    textOf('README.md'),
  );
  if (!between?.[1]) throw new Error(`README.md has no block marked ${name}`);
  return between[1];
}

describe('what the README shows of the program', () => {
  test('is the help text as it is printed', () => {
    const { stdout, status } = spawnSync(process.execPath, ['-r', 'ts-node/register', 'bin/drill.ts', '--help'], {
      cwd: ROOT,
      encoding: 'utf8',
    });

    expect({ stdout, status }).toEqual({ stdout: HELP, status: 0 });
    expect(marked('help')).toBe(HELP);
  });

  test('is a verdict with the table that the program prints, row by row', () => {
    const lines = marked('verdict').split('\n');
    const first = lines.findIndex((line) => /^ +blueprint +only /.test(line));
    const rows = lines.slice(first + 1, first + 1 + TABLE_LABELS.length);

    expect(rows.map((row) => row.trim().split(/ {3,}/)[0])).toEqual([...TABLE_LABELS]);
    expect(rows.map((row) => row.trim().split(/ {3,}/).length)).toEqual(TABLE_LABELS.map(() => 3));
  });

  test('is the verdict of the default run: its outage, Region, seed and objectives', () => {
    const text = marked('verdict');
    const outage = listOutages().find(({ id }) => id === DEFAULT_OUTAGE);
    const [owner = ''] = config.regions;
    const { availability, rtoSeconds } = config.objectives;

    expect(text).toContain(outage?.title);
    expect(text).toContain(`strikes ${owner} `);
    expect(text).toContain(`only ${owner}`);
    expect(text).toContain(`--outage ${DEFAULT_OUTAGE} --strike ${owner} --seed ${DRILL_DEFAULTS.seed} `);
    expect(text).toContain(`against ${Number((availability * 100).toFixed(3))} %`);
    expect(text).toContain(`against ${rtoSeconds / 60} min`);
    expect(
      text
        .split('\n')
        .filter((line) => line.startsWith('Repeat or vary:'))
        .flatMap((line) => mistakesIn(line.slice(15))),
    ).toEqual([]);
  });

  test('is a config that differs from blueprint.config.ts in nothing it sets', () => {
    const block = blocks.find(({ page, language }) => page === 'README.md' && language === 'ts');
    const module: { exports: { default?: object } } = { exports: {} };
    const { outputText } = ts.transpileModule(block?.text ?? '', {
      compilerOptions: { module: ts.ModuleKind.CommonJS },
    });
    new Function('module', 'exports', outputText)(module, module.exports);

    expect(module.exports.default).toHaveProperty('regions');
    expect(config).toMatchObject(module.exports.default ?? {});
  });

  test('counts the outages of the catalogue', () => {
    expect(textOf('README.md')).toContain(`Of the ${listOutages().length} outages in the catalogue`);
  });
});

test('docs/model.md shows the constants as the drill reads them', () => {
  const page = readFileSync(MODEL_PAGE, 'utf8');

  expect(page).toBe(withConstants(page));
  expect(withConstants(page.replace(/\| 16 +\|/, '| 12 |'))).toBe(page);
});
