import { statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { BadInput, quoteFound } from '../bad-input';
import type { QualifiedConfig } from './qualified-config';
import { qualifyConfig } from './qualify-config';

/** File that is read when no other is named. */
const DEFAULT_CONFIG_FILE = 'blueprint.config.ts';

/** Recovery point of a config whose tables are made eventual for a drill: the second before a loss, and seconds in which replication is slow. */
const EVENTUAL_RPO_SECONDS = 5;

/**
 * Reads and qualifies a config file.
 *
 * @param profile `eventual` takes the same config with eventually consistent tables, for drills of both kinds.
 * @param file Path of a TypeScript or JavaScript module that default-exports a `BlueprintConfig`, relative to the working directory.
 * @throws BadInput when the file is missing, cannot be run, exports no default or breaks a rule.
 */
export function loadConfig(file: string = DEFAULT_CONFIG_FILE, profile?: string): QualifiedConfig {
  const path = resolve(file);
  const source = isAbsolute(file) ? file : relative(process.cwd(), path) || '.';
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile()) {
    const what = found ? 'no file but a directory' : 'no such file';
    throw unusable(source, what, `name a file, or leave the option out to use ${DEFAULT_CONFIG_FILE}`);
  }
  const raw = defaultExport(path, source);
  if (profile === undefined) return qualifyConfig(raw, source);
  if (profile !== 'eventual') throw unknownProfile(profile);
  return qualifyConfig(eventual(raw), source);
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

function eventual(raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null) return raw;
  const { witnessRegion: _, objectives, ...rest } = raw as Readonly<Record<string, unknown>>;
  const declared = typeof objectives === 'object' ? objectives : {};
  return { ...rest, consistency: 'eventual', objectives: { ...declared, rpoSeconds: EVENTUAL_RPO_SECONDS } };
}

function unknownProfile(profile: string): BadInput {
  const remedy = 'leave out `-c profile=…` for the config as it is';
  return new BadInput('the command line', [
    { field: 'profile', found: quoteFound(profile), allowed: 'eventual', remedy },
  ]);
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

/** The message of an error without its stack, at most three lines of it, without the compiler's colours and the source it quotes. */
function firstLines(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (
    message
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of colours are control characters
      .replace(/\u001b\[[0-9;]*m/g, '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !/^\d+ [|│]/.test(line))
      .slice(0, 3)
      .join(' ')
  );
}
