/** What a check of a history says. */
export interface ConsistencyCheck {
  /**
   * `holds` and `violated`: it was promised, and kept or not; `undecided`: it was promised, and the checker ran out of
   * steps; `not-promised`: what is counted are anomalies that this consistency allows.
   */
  readonly verdict: 'holds' | 'violated' | 'undecided' | 'not-promised';
  /** What was checked: parcels, reads or deliveries. */
  readonly checked: number;
  /** Those among them that are wrong. */
  readonly violations: number;
  /** Those of which the checker cannot say. */
  readonly undecided: number;
  /** The first that are wrong, in words. Times are seconds since the strike. */
  readonly examples: readonly string[];
}

/** Violations that a check tells in words. */
const EXAMPLES = 3;

/** Counts what a check finds. */
export class ConsistencyTally {
  private checked = 0;
  private violations = 0;
  private undecided = 0;
  private readonly examples: string[] = [];

  /** @param isPromised Whether what is checked was promised. */
  constructor(private readonly isPromised: boolean) {}

  /** Counts things that were checked, and those among them that are wrong, each with what says so. */
  add(checked: number, wrong: readonly (() => string)[]): void {
    this.checked += checked;
    this.violations += wrong.length;
    for (const describe of wrong) if (this.examples.length < EXAMPLES) this.examples.push(describe());
  }

  /** Counts one thing that was checked in vain. */
  addUndecided(): void {
    this.checked++;
    this.undecided++;
  }

  /** What was found. */
  check(): ConsistencyCheck {
    const { checked, violations, undecided, examples } = this;
    return { verdict: this.verdict(), checked, violations, undecided, examples };
  }

  private verdict(): ConsistencyCheck['verdict'] {
    if (!this.isPromised) return 'not-promised';
    if (this.violations > 0) return 'violated';
    return this.undecided > 0 ? 'undecided' : 'holds';
  }
}
