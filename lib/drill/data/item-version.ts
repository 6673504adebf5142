/** A write as the last writer wins by it. */
export interface VersionOrigin {
  /** Where it was written. */
  readonly region: string;
  /** When, by the clock of that Region's table, in milliseconds. */
  readonly stampMs: number;
  /** When it was, in virtual milliseconds. */
  readonly writtenMs: number;
  /** How many writes it stands for. */
  readonly weight: number;
}

/** One version of an item in an eventually consistent table, and what it was made from. */
export class ItemVersion {
  /** Time of the newest version of each Region that is in this one. */
  private readonly known: ReadonlyMap<string, number>;
  private isLost = false;
  private isContested = false;

  /**
   * @param previous The version that its Region had before. @default - none
   * @param awaited Replicas that it has yet to reach.
   */
  constructor(
    readonly origin: VersionOrigin,
    private previous: ItemVersion | undefined,
    private awaited: number,
  ) {
    this.known = new Map([...(previous?.known ?? []), [origin.region, origin.stampMs]]);
  }

  /** Last writer wins; equal times go to the Region that sorts last, so that every replica decides alike. */
  supersedes({ origin }: ItemVersion): boolean {
    const { region, stampMs } = this.origin;
    return stampMs > origin.stampMs || (stampMs === origin.stampMs && region > origin.region);
  }

  /** Whether it was written by one who had another version before him, so that nothing of that is lost. */
  knows({ origin }: ItemVersion): boolean {
    return (this.known.get(origin.region) ?? Number.NEGATIVE_INFINITY) >= origin.stampMs;
  }

  /** It has reached a replica, and met the version there. Of what nobody can contest any more the history is forgotten. */
  reached(standing: ItemVersion | undefined): void {
    if (standing && !this.knows(standing) && !standing.knows(this)) this.isContested = true;
    if (--this.awaited === 0 && !this.isContested) this.previous = undefined;
  }

  /**
   * The writes of a Region that are lost where a version takes this one's place there: this one, and what it was made from, as far as the
   * winner was written without knowing them. Each is told once, where it was written.
   */
  lostTo(winner: ItemVersion, region: string): readonly VersionOrigin[] {
    const lost: VersionOrigin[] = [];
    for (let version: ItemVersion | undefined = this; version && !winner.knows(version); version = version.previous) {
      if (version.origin.region !== region || version.isLost) continue;
      version.isLost = true;
      lost.push(version.origin);
    }
    return lost.reverse();
  }
}
