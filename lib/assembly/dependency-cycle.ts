/** Resource → resource it needs → where it says so. */
type Dependencies = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** A circle of resources that need each other. */
export interface DependencyCycle {
  /** The resources in order, the first repeated at the end. */
  readonly path: readonly string[];
  /** Path of the reference that closes the circle. */
  readonly at: string;
}

/** Every circle that a depth-first walk in insertion order closes; CloudFormation refuses a template with one. */
export function dependencyCycles(dependencies: Dependencies): DependencyCycle[] {
  const cycles: DependencyCycle[] = [];
  const done = new Set<string>();
  for (const root of dependencies.keys()) {
    if (done.has(root)) continue;
    // An explicit stack: a chain of references may be longer than the call stack is deep.
    const path = [root];
    const pending = [[...(dependencies.get(root) ?? [])]];
    while (path.length > 0) {
      const next = pending.at(-1)?.shift();
      if (!next) {
        done.add(path.pop() ?? root);
        pending.pop();
        continue;
      }
      const [target, at] = next;
      const start = path.indexOf(target);
      if (start >= 0) cycles.push({ path: [...path.slice(start), target], at });
      else if (!done.has(target)) {
        path.push(target);
        pending.push([...(dependencies.get(target) ?? [])]);
      }
    }
  }
  return cycles;
}
