import { BadInput, type Problem } from '../bad-input';

/** What is wrong with an assembly, gathered while it is read so that one run names everything. */
export class Problems {
  private readonly found = new Map<string, Problem>();

  /**
   * Notes one problem; the same problem at the same place is kept once.
   *
   * @param file The file, relative to the assembly.
   * @param field Path of the field inside the file, empty for the file as a whole.
   */
  add(file: string, field: string, found: string, allowed: string, remedy: string): void {
    const where = field === '' ? file : `${file} ${field}`;
    const key = `${where}\n${found}\n${allowed}`;
    if (!this.found.has(key)) this.found.set(key, { field: where, found, allowed, remedy });
  }

  /** How many problems were noted so far. */
  get count(): number {
    return this.found.size;
  }

  /** Throws {@link BadInput} with every problem noted so far, if there is one. */
  throwIfAny(source: string): void {
    if (this.found.size > 0) throw new BadInput(source, [...this.found.values()]);
  }
}
