import { accessSync, constants, existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { BadInput, quoteFound } from '../bad-input';

/**
 * Makes sure, before a long run, that its result can be written.
 *
 * @param option The command-line option that names the file.
 * @throws BadInput when the directory is missing or closed, or when the name is that of something else than a file.
 */
export function checkWritable(file: string, option: string): void {
  const directory = dirname(resolve(file));
  const refuse = (allowed: string, remedy: string): never => {
    throw new BadInput('the command line', [{ field: option, found: quoteFound(file), allowed, remedy }]);
  };
  try {
    accessSync(`${directory}/`, constants.W_OK);
  } catch {
    refuse('a file in a directory that exists and can be written', `create ${directory}, or name another file`);
  }
  // Moving a file into its place would put an end to a device of that name.
  if (statSync(resolve(file), { throwIfNoEntry: false })?.isFile() === false) {
    refuse('a file, neither a directory nor a device', 'name another file');
  }
}

/**
 * Makes sure, before a long run, that a directory for its results is there or can be made. It makes none.
 *
 * @param option The command-line option that names it.
 * @throws BadInput when there can be none.
 */
export function checkDirectory(directory: string, option: string): void {
  let existing = resolve(directory);
  while (!existsSync(existing)) existing = dirname(existing);
  try {
    accessSync(`${existing}/`, constants.W_OK | constants.X_OK);
  } catch {
    throw new BadInput('the command line', [
      {
        field: option,
        found: quoteFound(directory),
        allowed: 'a directory that can be written to',
        remedy: `name another one: ${existing} cannot hold it`,
      },
    ]);
  }
}

/** Writes a file whole or not at all: beside it first, then moved into its place. */
export function writeWhole(file: string, text: string): void {
  const partial = partialOf(file);
  try {
    writeFileSync(partial, text);
    renameSync(partial, resolve(file));
  } finally {
    rmSync(partial, { force: true });
  }
}

/** Where a file is written before it is moved into its place. */
export function partialOf(file: string): string {
  return `${resolve(file)}.${process.pid}.partial`;
}
