import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { NotModelled } from '../not-modelled';
import { compileSource, isSyntaxError } from '../sandbox/module-loader';
import { needsTranslation, translationOptions } from '../sandbox/translation';
import { isUnparsable, unparsable } from '../sandbox/unparsable';
import type { FunctionDefinition } from './function-definition';

/** Where a function's handler is. */
export interface FunctionCode {
  /** Absolute path of the entry file. */
  readonly filename: string;
  /** Name of the exported handler. */
  readonly exportName: string;
}

const prepared = new Map<string, Promise<void>>();

/**
 * Finds a function's entry file and makes it loadable: ECMAScript modules and dynamic imports are translated to
 * CommonJS by esbuild, once for each asset.
 *
 * @throws NotModelled when there is no such file, or when it awaits at the top level; BadInput when it is no JavaScript.
 */
export async function prepareCode({ id, codeDirectory, handler }: FunctionDefinition): Promise<FunctionCode> {
  const separator = handler.lastIndexOf('.');
  const stem = handler.slice(0, separator);
  const exportName = handler.slice(separator + 1);
  const filename = ['.js', '.mjs', '.cjs'].map((ending) => join(codeDirectory, `${stem}${ending}`)).find(existsSync);
  if (!filename) throw new NotModelled(`handler ${handler} of function ${id}: no such file in its asset`);
  let translation = prepared.get(filename);
  if (!translation) {
    translation = compileEntry(filename, id, codeDirectory);
    prepared.set(filename, translation);
  }
  await translation;
  return { filename, exportName };
}

async function compileEntry(filename: string, functionId: string, directory: string): Promise<void> {
  const source = readFileSync(filename, 'utf8');
  const file = { filename, source, functionId, directory };
  if (needsTranslation(source)) {
    const { code } = await transform(source, translationOptions(filename)).catch((error: Error) => {
      throw isUnparsable(file)
        ? unparsable(file, error)
        : new NotModelled(`code of function ${functionId}: ${error.message}`);
    });
    compileSource(filename, code);
    return;
  }
  try {
    compileSource(filename, source);
  } catch (error) {
    throw isSyntaxError(error) ? unparsable(file, error) : error;
  }
}
