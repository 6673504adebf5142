import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { BadInput, type Problem, quoteFound } from '../../bad-input';

/**
 * Reads a JSON file that a person names.
 *
 * @param option The command-line option that names it.
 * @throws BadInput when it cannot be read or is no JSON.
 */
export function readJsonFile(file: string, option: string): unknown {
  const refuse = (found: string, remedy: string): never => {
    throw new BadInput('the command line', [{ field: option, found, allowed: 'a readable JSON file', remedy }]);
  };
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return refuse(
      `${quoteFound(file)} (${(error as NodeJS.ErrnoException).code ?? 'unreadable'})`,
      'name a file that exists',
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse(`${quoteFound(file)}: ${(error as Error).message}`, 'mend the JSON there');
  }
}

/** What a schema says of a value, as problems that name the place. */
export function shapeProblems(error: z.ZodError, value: unknown): readonly Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        field: pathText([...issue.path, key]),
        found: 'a field that is not known',
        allowed: 'the fields that the schema lists',
        remedy: 'take it out, or mend its name',
      }));
    }
    return [
      {
        field: pathText(issue.path) || 'file',
        found: quoteFound(valueAt(value, issue.path)),
        allowed: issue.message.replace(/^Invalid (?:input|option): expected /, ''),
        remedy: 'mend the value',
      },
    ];
  });
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}
