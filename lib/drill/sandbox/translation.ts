import { type TransformOptions, transformSync } from 'esbuild';
import { NotModelled } from '../not-modelled';
import { isUnparsable } from './unparsable';

/** What the CommonJS loader cannot run as it is. */
const NEEDS_TRANSLATION = /\bimport\s*\(|^\s*(?:import|export)\s/m;

/** Whether a text has ECMAScript modules' syntax, or imports at run time, which would go past the loader. */
export function needsTranslation(source: string): boolean {
  return NEEDS_TRANSLATION.test(source);
}

/** How a file of ECMAScript becomes one of CommonJS in which every import is a `require`. */
export function translationOptions(filename: string): TransformOptions {
  return {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    sourcefile: filename,
    supported: { 'dynamic-import': false },
  };
}

/**
 * Translates a file when it is loaded, in the middle of a run.
 *
 * @throws SyntaxError for a file that is no JavaScript; NotModelled for one that awaits at its top level.
 */
export function translate(filename: string, source: string): string {
  try {
    return transformSync(source, translationOptions(filename)).code;
  } catch (error) {
    const { message } = error as Error;
    throw isUnparsable({ filename, source })
      ? new SyntaxError(message)
      : new NotModelled(`code of ${filename}: ${message}`);
  }
}
