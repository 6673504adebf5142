import { type Fault, FaultPlan } from '../../lib/drill/faults/fault-plan';
import { type RegionCourse, RegionCourses } from '../../lib/drill/faults/region-course';
import { EventLog } from '../../lib/drill/kernel/event-log';
import { RandomStream } from '../../lib/drill/kernel/random';
import { Scheduler } from '../../lib/drill/kernel/scheduler';
import { ServiceMetrics } from '../../lib/drill/kernel/service-metrics';
import { Sightings } from '../../lib/drill/kernel/sightings';
import type { DrillContext } from '../../lib/drill/world/context';

/** What a test's world starts from. */
export interface ContextProps {
  /** @default - nothing is broken */
  readonly faults?: readonly Fault[];
  /** @default - right clocks, and every Region stands from the beginning */
  readonly courses?: readonly RegionCourse[];
  /** @default 'test' */
  readonly seed?: string;
  /** Calendar time of virtual time zero, in milliseconds since 1970. @default 0 */
  readonly epochMs?: number;
  /** Receives the event log. @default - only its hash is kept */
  readonly onLog?: (text: string) => void;
}

/** A clock at zero, a log, chance and faults. */
export function drillContext({
  faults = [],
  courses = [],
  seed = 'test',
  epochMs = 0,
  onLog,
}: ContextProps = {}): DrillContext {
  return {
    scheduler: new Scheduler(),
    log: new EventLog(onLog),
    random: new RandomStream(seed),
    faults: new FaultPlan(faults),
    courses: new RegionCourses(courses),
    sightings: new Sightings(),
    metrics: new ServiceMetrics(),
    epochMs,
  };
}

/** A steady fault from 0 to 1,000 s that hits every request, but for what a test says. */
export function fault(rest: Partial<Fault> = {}): Fault {
  return {
    phaseId: 'p1',
    target: 'lambda',
    region: 'us-east-2',
    startMs: 0,
    endMs: 1_000_000,
    courseEndMs: rest.endMs ?? 1_000_000,
    kind: 'error',
    share: 1,
    pattern: 'steady',
    ...rest,
  };
}
