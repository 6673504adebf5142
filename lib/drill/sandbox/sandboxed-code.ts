import { compileFunction } from 'node:vm';

/** The globals a file wants, and what it makes of them. */
type Factory = (...globals: unknown[]) => unknown;

/** Who runs a file, by its name: for messages about code that was caught outside its realm. */
const owners = new Map<string, Set<string>>();

/** Notes that a file is run by an owner, for example a function or the SDK. */
export function ownCode(filename: string, label: string): void {
  const known = owners.get(filename);
  // Environments of one function differ by a number, which would make the list grow without end.
  const owner = label.replace(/#\d+$/, '');
  if (known) known.add(owner);
  else owners.set(filename, new Set([owner]));
}

/** Who runs a file; nothing when it is not code of a realm. */
export function ownersOf(filename: string): readonly string[] | undefined {
  const known = owners.get(filename);
  return known && [...known].sort();
}

/** Compiles a text as the body of a function of the named globals. An `import()` in it finds no module and rejects. */
export function compileIn(filename: string, body: string, globals: readonly string[]): Factory {
  return compileFunction(body, [...globals], { filename }) as Factory;
}
