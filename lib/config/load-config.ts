import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { BadInput } from '../bad-input';
import type { QualifiedConfig } from './qualified-config';
import { qualifyConfig } from './qualify-config';

/** File that is read when no other is named. */
const DEFAULT_CONFIG_FILE = 'blueprint.config.ts';

/**
 * Reads and qualifies a config file.
 *
 * @param file Path of a TypeScript or JavaScript module that default-exports a `BlueprintConfig`, relative to the working directory.
 * @throws BadInput when the file is missing, cannot be run, exports no default or breaks a rule.
 */
export function loadConfig(file: string = DEFAULT_CONFIG_FILE): QualifiedConfig {
  const path = resolve(file);
  const source = isAbsolute(file) ? file : relative(process.cwd(), path);
  if (!existsSync(path)) {
    throw unusable(source, 'no such file', `create it, or leave out \`-c config=…\` to use ${DEFAULT_CONFIG_FILE}`);
  }
  return qualifyConfig(defaultExport(path, source), source);
}

function defaultExport(path: string, source: string): unknown {
  let exported: { readonly default?: unknown };
  try {
    exported = require(path);
  } catch (error) {
    throw unusable(
      source,
      `a module that cannot be run: ${firstLines(error)}`,
      'correct the file; `npm run typecheck` shows the place',
    );
  }
  if (exported?.default === undefined) {
    throw unusable(source, 'no default export', 'end the file with `export default config`');
  }
  return exported.default;
}

function unusable(source: string, found: string, remedy: string): BadInput {
  return new BadInput(source, [
    {
      field: 'config',
      found,
      allowed: 'a TypeScript or JavaScript module that default-exports a BlueprintConfig',
      remedy,
    },
  ]);
}

/** The message of an error without its stack, at most three lines of it and without the compiler's colours. */
function firstLines(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (
    message
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of colours are control characters
      .replace(/\u001b\[[0-9;]*m/g, '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .slice(0, 3)
      .join(' ')
  );
}
