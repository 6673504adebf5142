import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Assembly, readAssembly } from '../../lib/assembly';
import { BadInput } from '../../lib/bad-input';

const written: string[] = [];

afterAll(() => {
  for (const directory of written.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** Writes files (objects as JSON) into a new temporary directory, which goes when the tests of the file are done. */
export function writeFiles(files: Readonly<Record<string, unknown>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'outlast-assembly-'));
  written.push(directory);
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return directory;
}

/** The manifest entry of a stack. */
export function stackArtifact(environment: string, templateFile: string, more: object = {}): object {
  const { properties, ...rest } = { properties: {}, ...more };
  return { type: 'aws:cloudformation:stack', environment, properties: { templateFile, ...properties }, ...rest };
}

/** Reads an assembly of one stack `Stack` in us-east-2 that holds the given template. */
export function readTemplate(
  template: unknown,
  environment = 'aws://111122223333/us-east-2',
  more: object = {},
): Assembly {
  return readAssembly(
    writeFiles({
      'manifest.json': { version: '55.0.0', artifacts: { Stack: stackArtifact(environment, 'Stack.json', more) } },
      'Stack.json': template,
    }),
  );
}

/** Reads an assembly of several stacks, by name, in account 111122223333. */
export function readStacks(
  stacks: Readonly<Record<string, { region: string; template: object; account?: string }>>,
): Assembly {
  const entries = Object.entries(stacks);
  return readAssembly(
    writeFiles({
      'manifest.json': {
        version: '55.0.0',
        artifacts: Object.fromEntries(
          entries.map(([name, { region, account = '111122223333' }]) => [
            name,
            stackArtifact(`aws://${account}/${region}`, `${name}.json`),
          ]),
        ),
      },
      ...Object.fromEntries(entries.map(([name, { template }]) => [`${name}.json`, template])),
    }),
  );
}

/** The properties of resource `It`, whose only property is the given value, beside the rest of a template. */
export function resolveValue(value: unknown, template: object = {}, environment?: string): unknown {
  const { Resources = {}, ...rest } = template as { Resources?: object };
  const it = { Type: 'Test::It', Properties: { Value: value } };
  const assembly = readTemplate({ ...rest, Resources: { ...Resources, It: it } }, environment);
  return assembly.stacks[0]?.resource('It')?.properties.Value;
}

/** The problems for which an assembly is refused. */
export function problemsOf(read: () => unknown): BadInput['problems'] {
  try {
    read();
  } catch (error) {
    if (error instanceof BadInput) return error.problems;
    throw error;
  }
  throw new Error('it was not refused');
}
