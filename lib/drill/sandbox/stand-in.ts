import type { RealmOptions } from './realm-options';
import { refuse } from './refusal';

/**
 * Stands in for one of Node's objects: gives what the drill has for it, and stops the drill at everything else that the
 * real one has. Reading a function does not stop the drill, calling it does, so that code may look what there is.
 *
 * @param real What Node has; none of its functions and getters are called.
 * @param own What the drill has in its place.
 * @param path Its name in messages, for example `process`.
 * @param absent Names that are not there, as on some platforms.
 */
export function standIn(
  real: object,
  own: Record<PropertyKey, unknown>,
  path: string,
  options: RealmOptions,
  absent: readonly string[] = [],
): Record<PropertyKey, unknown> {
  const rest = new Proxy(Object.prototype, {
    get: (target, name, receiver) => {
      if (typeof name === 'symbol' || Reflect.has(target, name)) return Reflect.get(target, name, receiver);
      const descriptor = absent.includes(name) ? undefined : descriptorOf(real, name);
      if (!descriptor) return undefined;
      return typeof descriptor.value === 'function'
        ? refusingFunction(`${path}.${name}`, options)
        : refuse(`${path}.${name}`, options);
    },
  });
  // What the drill has is the object's own, and costs nothing; only what is not found there is asked of the prototype.
  return Object.create(rest, Object.getOwnPropertyDescriptors(own));
}

/** A module whose constants can be read and whose functions say that they are not modelled. */
export function refusing(real: object, path: string, options: RealmOptions): Record<string, unknown> {
  const stand = (name: string, value: unknown): unknown => {
    if (typeof value === 'function') return refusingFunction(`${path} ${name}`, options);
    if (isData(value)) return value;
    return new Proxy({}, { get: (_, member) => refuse(`${path} ${name}.${String(member)}`, options) });
  };
  return Object.fromEntries(Object.entries(real).map(([name, value]) => [name, stand(name, value)]));
}

/** A function or constructor that stops the drill when it is called. */
export function refusingFunction(what: string, options: RealmOptions): () => never {
  return function refused(): never {
    return refuse(what, options);
  };
}

function descriptorOf(object: object, name: string): PropertyDescriptor | undefined {
  for (let holder: object | null = object; holder; holder = Object.getPrototypeOf(holder)) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, name);
    if (descriptor) return descriptor;
  }
  return undefined;
}

/** Whether a value is plain data through and through: nothing in it can act. */
function isData(value: unknown): boolean {
  if (typeof value === 'function') return false;
  if (typeof value !== 'object' || value === null) return true;
  const prototype = Object.getPrototypeOf(value) as object | null;
  const isPlain = Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain && Object.values(value).every(isData);
}
