import { compileFunction } from 'node:vm';
import type { RealmOptions } from './realm-options';
import { callerOf, refuse } from './refusal';
import { compileIn, ownCode } from './sandboxed-code';

/** `Function` of the code that the drill runs: its functions are instances of it, whatever globals a test runner has. */
const CodeFunction = compileFunction('return Function;')() as FunctionConstructor;

/**
 * `Function` whose functions see a realm's globals: `Function('return this')()` is the realm's own global object, and what
 * libraries generate for speed runs as it does on Lambda.
 *
 * @param globals Gives the realm's globals by name; asked when a function is made, for they are not complete before.
 */
export function virtualFunction(
  options: RealmOptions,
  globals: () => Readonly<Record<string, unknown>>,
): FunctionConstructor {
  const filename = `a function made from text by ${callerOf(options)}`;
  const make = (args: readonly unknown[]): object => {
    ownCode(filename, options.label);
    const body = String(args.at(-1) ?? '');
    if (/\bimport\s*\(/.test(body)) refuse('import() in a function made from text', options);
    const parameters = args.slice(0, -1).join(',');
    const known = globals();
    const text = `return (function anonymous(${parameters}\n) {\n${body}\n});`;
    const made = compileIn(filename, text, Object.keys(known))(...Object.values(known)) as () => unknown;
    // Without strict mode `this` would be the real global object.
    return /^\s*return this\s*;?\s*$/.test(body) ? () => known.globalThis : made;
  };
  return new Proxy(CodeFunction, {
    construct: (target, args, newTarget) => {
      const made = make(args);
      return newTarget.prototype === target.prototype ? made : Object.setPrototypeOf(made, newTarget.prototype);
    },
    apply: (_, __, args) => make(args),
  });
}
