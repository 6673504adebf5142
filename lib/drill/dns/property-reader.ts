import { type AssemblyResource, addressOf } from '../../assembly';
import { type Problem, quoteFound } from '../../bad-input';
import { NotModelled } from '../not-modelled';

/** Reads the resolved properties of one resource and gathers what Route 53 would refuse. */
export class PropertyReader {
  /** Stack id and logical id, with the path inside the properties if there is one. */
  readonly address: string;

  /**
   * @param resource The resource read.
   * @param properties Its properties, or a section of them.
   * @param problems Receives what is wrong.
   * @param path Where the section lies, for example `RecordSets[1]`; empty for the whole.
   */
  constructor(
    readonly resource: AssemblyResource,
    private readonly properties: Readonly<Record<string, unknown>>,
    private readonly problems: Problem[],
    private readonly path = '',
  ) {
    this.address = `${addressOf(resource)}${path === '' ? '' : `.${path}`}`;
  }

  /** The raw value. */
  value(key: string): unknown {
    return this.properties[key];
  }

  /** Whether a value is there. */
  has(key: string): boolean {
    return this.properties[key] !== undefined && this.properties[key] !== null;
  }

  /** A section as a reader of its own; undefined when it is absent. */
  section(key: string): PropertyReader | undefined {
    const value = this.properties[key];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return this.within(value as Readonly<Record<string, unknown>>, key);
  }

  /** A list of sections, each with a reader of its own. */
  sections(key: string): readonly PropertyReader[] {
    return this.list(key).map((value, index) =>
      this.within((value ?? {}) as Readonly<Record<string, unknown>>, `${key}[${index}]`),
    );
  }

  /** A list; empty when it is absent. */
  list(key: string): readonly unknown[] {
    const value = this.properties[key];
    return Array.isArray(value) ? value : [];
  }

  /** A text known before deployment; empty when it is absent. */
  text(key: string): string {
    const value = this.properties[key];
    if (!this.has(key)) return '';
    const text = String(value);
    if (text.includes('{{')) throw this.notModelled(`${key} ${text} is known only after deployment`);
    return text;
  }

  /** A text that must be there. */
  requiredText(key: string): string {
    const text = this.text(key);
    if (text === '') this.problem(key, 'a text that is not empty', `give ${key}`);
    return text;
  }

  /** A whole number within bounds, or the default when it is absent. */
  integer(key: string, min: number, max: number, absent: number): number {
    if (!this.has(key)) return absent;
    const number = Number(this.text(key));
    if (Number.isInteger(number) && number >= min && number <= max) return number;
    this.problem(key, `a whole number from ${min} to ${max}`, `choose one within the range`);
    return absent;
  }

  /** A truth value; CloudFormation takes texts for it too. */
  flag(key: string): boolean {
    return this.text(key).toLowerCase() === 'true';
  }

  /** Notes something that Route 53 refuses. */
  problem(key: string, allowed: string, remedy: string): void {
    this.problems.push({ field: `${this.address}.${key}`, found: quoteFound(this.properties[key]), allowed, remedy });
  }

  /** The error for something valid that this model leaves out. */
  notModelled(what: string): NotModelled {
    return new NotModelled(`${this.resource.type} ${this.address}: ${what}`);
  }

  /** Refuses a resource that may or may not exist: its condition is decided only at deployment. */
  refuseUndecided(): void {
    const { condition } = this.resource;
    if (condition?.outcome === 'undecidable') {
      throw this.notModelled(`condition ${condition.name} is decided only at deployment`);
    }
  }

  private within(properties: Readonly<Record<string, unknown>>, path: string): PropertyReader {
    return new PropertyReader(
      this.resource,
      properties,
      this.problems,
      this.path === '' ? path : `${this.path}.${path}`,
    );
  }
}
