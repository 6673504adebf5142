import { availableParallelism } from 'node:os';
import { readAssembly } from '../assembly';
import { BadInput } from '../bad-input';
import type { WorkloadDefinition } from '../drill/clients/file/workload-definition';
import { SIGHTINGS, type Sighting } from '../drill/kernel/sightings';
import { NotModelled } from '../drill/not-modelled';
import { deployedRegions } from '../drill/run-drill';
import { servingRegions } from '../drill/run-world';
import type { FaultSchedule } from '../drill/scenarios/fault-schedule';
import type { Invariant, Violation } from '../drill/verdict/violation';
import { type DrawProps, drawSchedule } from './draw-schedule';
import { impossibleSightings } from './impossible-sightings';
import { ScheduleRunners, ThreadsLost } from './schedule-runners';
import { shrink } from './shrink';

/** How a soak is run. */
export interface SoakOptions {
  /** Directory of the cloud assembly. */
  readonly assemblyDirectory: string;
  /** First seed; the others follow it. */
  readonly firstSeed: number;
  /** How many seeds. */
  readonly seeds: number;
  /** Operations a second of all clients together. */
  readonly requestsPerSecond: number;
  /** Length of a schedule, in seconds. */
  readonly durationSeconds: number;
  /** What clients do. @default - what Dispatch's drivers do */
  readonly workload?: WorkloadDefinition;
  /** Threads. @default - one for each processor */
  readonly threads?: number;
  /** Ends the soak early; what was found until then stands. @default - it runs to its end */
  readonly signal?: AbortSignal;
  /** Hears of every seed that is done. @default - nobody does */
  readonly onProgress?: (report: SoakReport) => void;
}

/** A seed whose schedule broke an invariant, or the drill. */
export interface SoakFailure {
  readonly seed: number;
  /** The smallest schedule found that fails in the same way. */
  readonly schedule: FaultSchedule;
  /** What it breaks, the first being what it was shrunk by. */
  readonly violations: readonly Violation[];
  /** Whether it was made as small as it can be; the first few are, if the soak goes on that long. */
  readonly isShrunk: boolean;
  /** Hash of the event log of that schedule, for a replay to compare. @default - the drill itself failed */
  readonly eventLogSha256?: string;
}

/** What a soak found. */
export interface SoakReport {
  /** Seeds done. */
  readonly done: number;
  readonly failures: readonly SoakFailure[];
  /** How many seeds reached each rare state. */
  readonly reached: Readonly<Record<Sighting, number>>;
  /** Rare states that no seed reached, of those that the assembly can be in. */
  readonly unreached: readonly Sighting[];
  /** Rare states that the assembly cannot be in, and why. */
  readonly impossible: Readonly<Partial<Record<Sighting, string>>>;
  /** Operations of clients, all seeds together. */
  readonly operations: number;
  /** What ended it before its last seed: {@link NotModelled}, {@link BadInput} or {@link ThreadsLost}. @default - nothing, or its signal */
  readonly stoppedBy?: Error;
}

/** Schedules tried at the most to make one failure smaller. */
const MOST_SHRINKING_RUNS = 60;

/** Failures that are made smaller; a soak that finds more has one cause that deserves attention first. */
const MOST_SHRUNK = 5;

/**
 * Draws a schedule for each seed, runs it, and makes those that break an invariant as small as they can be. What stops it in the middle stops it
 * with its report: hours of search are not lost for it.
 *
 * @throws BadInput for an assembly that cannot be read.
 */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const { firstSeed, seeds, workload, signal, onProgress } = options;
  const assembly = readAssembly(options.assemblyDirectory);
  const regions = { servingRegions: servingRegions(assembly), regions: deployedRegions(assembly) };
  const count = Math.min(seeds, options.threads ?? availableParallelism());
  const data = { assemblyDirectory: assembly.directory, ...(workload === undefined ? {} : { workload }) };
  const runners = new ScheduleRunners(data, count);
  const found = new Findings(impossibleSightings(assembly));
  let next = firstSeed;
  const worker = async (): Promise<void> => {
    while (next < firstSeed + seeds && !signal?.aborted) {
      const { requestsPerSecond, durationSeconds } = options;
      const drawn: DrawProps = { ...regions, seed: next++, requestsPerSecond, durationSeconds };
      await soakOne(drawSchedule(drawn), runners, found, () => onProgress?.(found.report()));
      onProgress?.(found.report());
    }
  };
  const aborted = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
  try {
    await Promise.race([Promise.all(Array.from({ length: count }, worker)), ...(signal ? [aborted] : [])]);
  } catch (error) {
    if (!endsSoak(error)) throw error;
    return { ...found.report(), stoppedBy: error };
  } finally {
    await runners.end();
  }
  return found.report();
}

/** Whether an error is no finding about one schedule: every other would meet it, too, or there is nothing left to run them. */
function endsSoak(error: unknown): error is Error {
  return error instanceof NotModelled || error instanceof BadInput || error instanceof ThreadsLost;
}

/** @param onFailure Hears of a failure before it is made smaller, so that nothing ends what was found. */
async function soakOne(
  schedule: FaultSchedule,
  runners: ScheduleRunners,
  found: Findings,
  onFailure: () => void,
): Promise<void> {
  const outcome = await outcomeOf(schedule, runners);
  if (outcome.sightings) found.saw(outcome.sightings, outcome.operations);
  const [first] = outcome.violations;
  if (!first) {
    found.passed();
    return;
  }
  found.failed(failureOf(schedule, outcome, first, false));
  if (!found.mayShrink()) return;
  onFailure();
  const failsAlike = async (smaller: FaultSchedule): Promise<boolean> =>
    (await outcomeOf(smaller, runners)).violations.some(({ invariant }) => invariant === first.invariant);
  const smallest = await shrink(schedule, failsAlike, MOST_SHRINKING_RUNS);
  found.failed(failureOf(smallest, smallest === schedule ? outcome : await outcomeOf(smallest, runners), first, true));
}

/** A failure, what it is known by first. */
function failureOf(
  schedule: FaultSchedule,
  { violations, eventLogSha256 }: Outcome,
  { invariant: first }: Violation,
  isShrunk: boolean,
): SoakFailure {
  return {
    seed: schedule.seed,
    schedule,
    isShrunk,
    violations: violations.toSorted(
      (left, right) => Number(right.invariant === first) - Number(left.invariant === first),
    ),
    ...(eventLogSha256 === undefined ? {} : { eventLogSha256 }),
  };
}

/** What a schedule comes to; a drill that breaks is a violation of its own. */
interface Outcome {
  readonly violations: readonly Violation[];
  readonly sightings?: Readonly<Partial<Record<Sighting, number>>>;
  readonly eventLogSha256?: string;
  readonly operations: number;
}

async function outcomeOf(schedule: FaultSchedule, runners: ScheduleRunners): Promise<Outcome> {
  try {
    return await runners.run(schedule);
  } catch (error) {
    if (endsSoak(error)) throw error;
    const invariant: Invariant = 'the-drill-runs';
    return { violations: [{ invariant, found: (error as Error).message }], operations: 0 };
  }
}

/** What was found so far. */
class Findings {
  private done = 0;
  private operations = 0;
  private shrunk = 0;
  private readonly failures = new Map<number, SoakFailure>();
  private readonly seeds = new Map<Sighting, number>();

  /** @param impossible Rare states that need not be reached. */
  constructor(private readonly impossible: SoakReport['impossible']) {}

  saw(sightings: Readonly<Partial<Record<Sighting, number>>>, operations: number): void {
    this.operations += operations;
    for (const sighting of Object.keys(sightings) as Sighting[]) {
      this.seeds.set(sighting, (this.seeds.get(sighting) ?? 0) + 1);
    }
  }

  passed(): void {
    this.done++;
  }

  /** Takes a failure, or the same made smaller. */
  failed(failure: SoakFailure): void {
    if (!this.failures.has(failure.seed)) this.done++;
    this.failures.set(failure.seed, failure);
  }

  mayShrink(): boolean {
    return this.shrunk++ < MOST_SHRUNK;
  }

  report(): SoakReport {
    const reached = Object.fromEntries(
      SIGHTINGS.map((sighting) => [sighting, this.seeds.get(sighting) ?? 0]),
    ) as SoakReport['reached'];
    return {
      done: this.done,
      failures: [...this.failures.values()].sort((left, right) => left.seed - right.seed),
      reached,
      unreached: SIGHTINGS.filter((sighting) => reached[sighting] === 0 && !(sighting in this.impossible)),
      impossible: this.impossible,
      operations: this.operations,
    };
  }
}
