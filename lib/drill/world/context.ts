import type { FaultPlan } from '../faults/fault-plan';
import type { RegionCourses } from '../faults/region-course';
import type { EventLog } from '../kernel/event-log';
import type { RandomStream } from '../kernel/random';
import type { Scheduler } from '../kernel/scheduler';
import type { ServiceMetrics } from '../kernel/service-metrics';
import type { Sightings } from '../kernel/sightings';

/** What every part of the world shares: one clock, one log, one source of chance and one place for faults. */
export interface DrillContext {
  /** Virtual time. */
  readonly scheduler: Scheduler;
  /** The record of what happened. */
  readonly log: EventLog;
  /** Root of all random streams; parts draw from forks of it. */
  readonly random: RandomStream;
  /** What is broken, where and when. */
  readonly faults: FaultPlan;
  /** What befalls Regions besides faults. */
  readonly courses: RegionCourses;
  /** Counts rare states. */
  readonly sightings: Sightings;
  /** What services publish about themselves. */
  readonly metrics: ServiceMetrics;
  /** Calendar time of virtual time zero, in milliseconds since 1970. */
  readonly epochMs: number;
}
