import { basename, join, relative } from 'node:path';
import { BadInput, quoteFound } from '../../bad-input';
import { firstMistake } from './first-mistake';

/** A file of an asset, and whose it is. */
export interface AssetFile {
  readonly filename: string;
  readonly source: string;
  /** The function that has it, by stack and logical id. */
  readonly functionId: string;
  /** Directory of the asset. */
  readonly directory: string;
}

/** Whether a text is no JavaScript, or no JSON, whatever becomes of it otherwise. */
export function isUnparsable({ filename, source }: Pick<AssetFile, 'filename' | 'source'>): boolean {
  return firstMistake(filename, source) !== undefined;
}

/**
 * The refusal of a file that cannot be parsed, with its line.
 *
 * @param error What said so; told where the parser that knows lines finds nothing wrong, as with syntax that is younger than this Node.js.
 */
export function unparsable({ filename, source, functionId, directory }: AssetFile, error: unknown): BadInput {
  const mistake = firstMistake(filename, source);
  const file = join(basename(directory), relative(directory, filename));
  const language = filename.endsWith('.json') ? 'JSON' : `JavaScript that Node.js ${process.versions.node} can parse`;
  return new BadInput(`function ${functionId}`, [
    {
      field: mistake ? `${file}, line ${mistake.line}` : file,
      found: mistake ? `${quoteFound(mistake.lineText)} (${mistake.text})` : String((error as Error).message),
      allowed: language,
      remedy: 'mend the source, and build and synthesize anew',
    },
  ]);
}
