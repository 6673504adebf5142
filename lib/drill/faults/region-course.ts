/** What befalls a Region in a drill besides faults. Times are in milliseconds of virtual time. */
export interface RegionCourse {
  readonly region: string;
  /**
   * How far the clocks of its functions and its tables are ahead of true time, in milliseconds; negative when they are behind.
   *
   * @default - they are right
   */
  readonly clockSkewMs?: number;
  /**
   * When its own stack is deployed; until then it has no records, APIs and schedules, while its replicas and its switch, which are
   * deployed before, are there.
   *
   * @default - before the drill begins
   */
  readonly joinsMs?: number;
  /**
   * When its functions are deployed anew, with the same code: every execution environment is replaced.
   *
   * @default - never
   */
  readonly deploymentsMs?: readonly number[];
  /** Bad writes made there. @default - none */
  readonly poisonings?: readonly PoisonedSpan[];
}

/** A bad write that overwrites a share of the items of every table, from when until when. Times are in milliseconds of virtual time. */
export interface PoisonedSpan {
  /** What names it as a cause. */
  readonly phaseId: string;
  readonly startMs: number;
  /** When it is undone. */
  readonly endMs: number;
  /** From 0 to 1. */
  readonly share: number;
}

/** What befalls every Region; a Region without a course has right clocks and stands from the beginning. */
export class RegionCourses {
  /** Bad writes made in any Region; they reach all that have a replica. */
  readonly poisonings: readonly PoisonedSpan[];
  private readonly byRegion: ReadonlyMap<string, RegionCourse>;

  /** @param courses At most one for each Region. */
  constructor(readonly courses: readonly RegionCourse[] = []) {
    this.byRegion = new Map(courses.map((course) => [course.region, course]));
    this.poisonings = courses.flatMap(({ poisonings = [] }) => poisonings);
    if (this.byRegion.size < courses.length) throw new Error('two courses of one Region');
  }

  /** The course of a Region. */
  of(region: string): Omit<RegionCourse, 'region'> {
    return this.byRegion.get(region) ?? {};
  }

  /** How far a Region's clocks are ahead of true time, in milliseconds. */
  clockSkewMs(region: string): number {
    return this.byRegion.get(region)?.clockSkewMs ?? 0;
  }

  /** When a Region's own stack is deployed, in virtual milliseconds; 0 when it stands from the beginning. */
  joinsMs(region: string): number {
    return this.byRegion.get(region)?.joinsMs ?? 0;
  }

  /** Whether a Region's own stack stands at an instant. */
  isDeployed(region: string, nowMs: number): boolean {
    return nowMs >= this.joinsMs(region);
  }
}
