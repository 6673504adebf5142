import { readFileSync } from 'node:fs';
import { BadInput, quoteFound } from '../../bad-input';
import { firstMistake } from '../sandbox/first-mistake';

/**
 * Reads a JSON file that a person names.
 *
 * @param option The command-line option that names it.
 * @throws BadInput when it cannot be read or is no JSON.
 */
export function readJsonFile(file: string, option: string): unknown {
  const refuse = (found: string, allowed: string, remedy: string): never => {
    throw new BadInput('the command line', [{ field: option, found, allowed, remedy }]);
  };
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const found = `${quoteFound(file)}, ${WHY_UNREADABLE[(error as NodeJS.ErrnoException).code ?? ''] ?? 'which cannot be read'}`;
    return refuse(found, 'a file that can be read', 'name another file');
  }
  try {
    return JSON.parse(text);
  } catch {
    return refuse(`${quoteFound(file)}, ${whyNoJson(text)}`, 'a file of JSON', 'correct it there');
  }
}

/** Why files cannot be read, in words. */
const WHY_UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'which is not there',
  EISDIR: 'which is a directory',
  EACCES: 'which may not be read',
};

/** Where a text stops being JSON, in words. */
function whyNoJson(text: string): string {
  if (text.trim() === '') return 'which is empty';
  const mistake = firstMistake('file.json', text);
  return mistake ? `with a mistake in line ${mistake.line}: ${mistake.text}` : 'which is no JSON';
}

/** A path as it would be written in JavaScript: `events[0].region`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

/** What a path leads to; nothing where it leads nowhere. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}
