/**
 * `WeakRef` of a realm: it holds on to what it refers to. When Node collects garbage is no part of the drill, and the language
 * allows that it never does.
 */
export class VirtualWeakRef<T extends object> {
  constructor(private readonly target: T) {}

  deref(): T {
    return this.target;
  }

  get [Symbol.toStringTag](): string {
    return 'WeakRef';
  }
}

/** `FinalizationRegistry` of a realm: it never reports anything, for the same reason. */
export class VirtualFinalizationRegistry {
  register(): void {}

  unregister(): boolean {
    return false;
  }

  get [Symbol.toStringTag](): string {
    return 'FinalizationRegistry';
  }
}
