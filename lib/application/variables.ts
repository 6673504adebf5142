import { BadInput, type Problem, quoteFound } from '../bad-input';

/** Environment variables as a process has them. */
export type ProcessVariables = Readonly<Record<string, string | undefined>>;

/** Environment variables while they are read; gathers what is wrong with them. */
export class Variables {
  readonly #variables: ProcessVariables;
  readonly #problems: Problem[] = [];

  /** @internal */
  constructor(variables: ProcessVariables) {
    this.#variables = variables;
  }

  /** What was found wrong so far. */
  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /**
   * A variable that must hold text.
   *
   * @param allowed What belongs there, for the refusal.
   */
  text(name: string, allowed: string): string {
    return this.parsed(name, allowed, (text) => text.trim() || undefined) ?? '';
  }

  /**
   * A variable that must hold something else than any text.
   *
   * @param read Gives nothing when the text does not hold it.
   */
  parsed<Value>(name: string, allowed: string, read: (text: string) => Value | undefined): Value | undefined {
    const text = this.#variables[name];
    const value = read(text ?? '');
    if (value === undefined) {
      this.#problems.push({
        field: name,
        found: quoteFound(text),
        allowed,
        remedy: `set ${name} on the function and deploy again`,
      });
    }
    return value;
  }
}

/**
 * Reads a function's environment variables, all of which must be there.
 *
 * @param read Names every variable it needs; what it returns has nothing left out unless something was refused.
 * @throws BadInput listing every variable that is missing or wrong, so that a deployment fails at its first start.
 */
export function readVariables<Value extends object>(
  variables: ProcessVariables,
  read: (variables: Variables) => { readonly [Name in keyof Value]: Value[Name] | undefined },
): Value {
  const reading = new Variables(variables);
  const value = read(reading);
  if (reading.problems.length > 0) throw new BadInput('environment variables of the function', reading.problems);
  return value as Value;
}
