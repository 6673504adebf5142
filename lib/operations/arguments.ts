import { parseArgs } from 'node:util';
import { BadInput, type Problem, quoteFound } from '../bad-input';

/** What a command takes besides its name. */
export interface ArgumentShape {
  /** What the one word without an option is, in capitals, as the help text calls it. */
  readonly word: string;
  /** Options that take a value, without the dashes. */
  readonly values: readonly string[];
  /** Options that stand alone, without the dashes; `help` is always one. */
  readonly flags: readonly string[];
}

/** A command line that has been read. */
export interface Arguments {
  /** The word without an option; empty when help was asked for. */
  readonly word: string;
  /** Options with their values. */
  readonly values: ReadonlyMap<string, string>;
  /** Options that were set. */
  readonly flags: ReadonlySet<string>;
}

/**
 * Reads the arguments of an operator's command. On the day it is needed nobody wants to learn of mistakes one by one.
 *
 * @throws BadInput with every problem at once.
 */
export function readArguments(args: readonly string[], shape: ArgumentShape): Arguments {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(shape.values.map((name) => [name, { type: 'string' as const }])),
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const problems: Problem[] = [];
  const words: string[] = [];
  const values = new Map<string, string>();
  const flags = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (values.has(name) || flags.has(name)) problems.push(twice(rawName));
    else if (shape.values.includes(name)) {
      if (value === undefined || value === '' || value.startsWith('--')) problems.push(missing(rawName, value));
      else values.set(name, value);
    } else if (name !== 'help' && !shape.flags.includes(name)) problems.push(unknown(rawName));
    else if (value !== undefined) problems.push(superfluous(rawName, value));
    else flags.add(name);
  }
  const [word, ...others] = words;
  if (!flags.has('help') && (word === undefined || others.length > 0)) problems.push(oneWord(shape.word, words));
  if (problems.length > 0) throw new BadInput('the command line', problems);
  return { word: word ?? '', values, flags };
}

const SEE_HELP = 'see --help';

function twice(field: string): Problem {
  return { field, found: 'the option twice', allowed: 'each option once', remedy: 'keep one of them' };
}

function missing(field: string, value: string | undefined): Problem {
  return { field, found: quoteFound(value), allowed: 'a value', remedy: `write ${field} VALUE` };
}

function superfluous(field: string, value: string): Problem {
  return { field, found: quoteFound(value), allowed: 'no value', remedy: `write ${field} alone` };
}

function unknown(field: string): Problem {
  return { field, found: 'an unknown option', allowed: 'the options that --help lists', remedy: SEE_HELP };
}

function oneWord(field: string, words: readonly string[]): Problem {
  return {
    field,
    found: words.length === 0 ? 'nothing' : words.map(quoteFound).join(' '),
    allowed: `one ${field}`,
    remedy: SEE_HELP,
  };
}
