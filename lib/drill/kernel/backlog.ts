/** Changes of one store, a table or a bucket, that are on their way to what Regions hold of it. */
export class Backlog {
  private readonly underWay = new Map<string, number>();

  /** How many are on their way to each Region that one was ever sent to. */
  get byRegion(): ReadonlyMap<string, number> {
    return this.underWay;
  }

  /** Whether nothing is on its way to a Region. */
  isEmpty(region: string): boolean {
    return !this.underWay.get(region);
  }

  /** A change was sent to a Region. */
  sent(region: string): void {
    this.underWay.set(region, (this.underWay.get(region) ?? 0) + 1);
  }

  /** A change has arrived there. */
  arrived(region: string): void {
    this.underWay.set(region, (this.underWay.get(region) ?? 0) - 1);
  }
}
