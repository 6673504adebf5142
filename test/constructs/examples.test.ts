import { join } from 'node:path';
import { Construct } from 'constructs';
import ts from 'typescript';
import * as constructs from '../../lib/constructs';
import { filesIn, ROOT, textOf } from '../helpers/source-files';

/** What examples use besides what `lib/constructs` exports; a fork imports the same. */
const IMPORTS = [
  "import type { AlarmIdentifier, IHostedZone } from 'aws-cdk-lib/aws-route53';",
  "import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';",
  "import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';",
  "import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';",
  "import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';",
  "import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';",
  "import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';",
  "import type { LogGroup } from 'aws-cdk-lib/aws-logs';",
  "import { Duration, Fn, type Stack } from 'aws-cdk-lib/core';",
  "import type { Construct } from 'constructs';",
  "import type { JudgeSettings } from './lib/config';",
  `import { type Evacuation, ${Object.keys(constructs).join(', ')} } from './lib/constructs';`,
  'export {};',
];

/** The examples in TypeScript in the doc comments of a text. */
function examplesIn(text: string): string[] {
  return [...text.matchAll(/^( *)\* ```ts\n([\s\S]*?)^\1\* ```$/gm)].map(([, , code = '']) =>
    code.replaceAll(/^ *\* ?/gm, ''),
  );
}

const examples = filesIn('lib/constructs', '.ts').flatMap((path) =>
  examplesIn(textOf(path)).map((code, index) => ({ file: `${path}.${index}.ts`.replaceAll('/', '.'), code })),
);

/** What the compiler says of texts that stand as files in the repository's directory, by their names. */
function errorsIn(texts: readonly { readonly file: string; readonly code: string }[]): string[] {
  const sources = new Map(texts.map(({ file, code }) => [join(ROOT, file), [...IMPORTS, code].join('\n')]));
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (path) => sources.has(path) || fileExists(path);
  host.getSourceFile = (path, ...rest) => {
    const text = sources.get(path);
    return text === undefined ? getSourceFile(path, ...rest) : ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
  };
  const program = ts.createProgram([...sources.keys()], { ...options, types: ['node'], noUnusedLocals: false }, host);
  return [...sources.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${path.slice(ROOT.length)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
}

test('every construct that is exported shows how it is made', () => {
  const shown = examples.map(({ code }) => code).join('\n');
  const made = Object.entries(constructs)
    .filter(([, value]) => typeof value === 'function' && value.prototype instanceof Construct)
    .map(([name]) => name);

  expect(made.length).toBeGreaterThan(15);
  expect(made.filter((name) => !shown.includes(`new ${name}(`))).toEqual([]);
});

test('every example compiles, and one that does not would be found', () => {
  const wrong = {
    file: 'wrong.ts',
    code: "declare const scope: Construct;\nnew RegionKey(scope, 'Key', { alias: 'x' });",
  };

  expect(errorsIn([...examples, wrong])).toEqual([expect.stringMatching(/^\/wrong\.ts: .*'alias' does not exist/)]);
});
