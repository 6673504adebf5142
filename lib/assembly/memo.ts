/** Computes each named part of a template once and notices a part that needs itself. */
export class Memo {
  private readonly parts = new Map<string, { readonly value: unknown } | 'in progress'>();

  /**
   * The value of a part, computed at the first call.
   *
   * @param path Names the part; every call for it must compute the same thing.
   * @param inCircle Answers instead when the part is being computed already.
   */
  once<Value>(path: string, inCircle: () => Value, compute: () => Value): Value {
    const known = this.parts.get(path);
    if (known === 'in progress') return inCircle();
    if (known) return known.value as Value;
    this.parts.set(path, 'in progress');
    const value = compute();
    this.parts.set(path, { value });
    return value;
  }
}
