import { availableParallelism } from 'node:os';
import { type Assembly, readAssembly } from '../assembly';
import { BadInput, quoteFound } from '../bad-input';
import { findOutage } from '../outages';
import { readWorkloadFile } from './clients/file/read-workload-file';
import { samplingOf, scheduleSampling } from './clients/sampling';
import { consistencyOf, readTables } from './data/table-definition';
import { violations } from './invariants';
import { NotModelled } from './not-modelled';
import {
  type BaselineReport,
  type DrillReport,
  REPORT_SCHEMA_VERSION,
  type ReportedPhase,
} from './report/drill-report';
import { servingRegions, type WorldResult } from './run-world';
import { checkPlaces, type FaultSchedule } from './scenarios/fault-schedule';
import type { Scenario } from './scenarios/scenario';
import { readScenario, type ScenarioSource } from './scenarios/scenario-source';
import { declaredObjectives, judge } from './verdict/objectives';
import { runWorlds } from './world-pool';
import { runTask, type WorldTask } from './world-worker';

/** How a drill is run. */
export interface DrillOptions {
  /** Directory of the cloud assembly. */
  readonly assemblyDirectory: string;
  /** Outage of the catalogue, by its id or a unique beginning of it. */
  readonly outageId: string;
  /** Schedule that is replayed instead, with the file that holds it; it decides seed, traffic and length. @default - the outage is */
  readonly schedule?: { readonly file: string; readonly schedule: FaultSchedule };
  /** Region to strike. @default - the first Region that serves clients */
  readonly struckRegion?: string;
  /** Seed of every draw. @default 7 */
  readonly seed?: number;
  /** Operations a second of all clients together. @default - what the workload file says, or 20 */
  readonly ratePerSecond?: number;
  /**
   * Operations a second that are made around changes, and a tenth of it elsewhere; each counts for those left out.
   * Infinity makes every one.
   *
   * @default 2
   */
  readonly madePerSecond?: number;
  /** File that says what clients do and what they count as promised. @default - what Dispatch's drivers do */
  readonly workloadFile?: string;
  /** Share of clients that use lib/client, from 0 to 1; the others rely on DNS. @default 0 */
  readonly libraryShare?: number;
  /** Only the first hours of the outage. @default - all of it */
  readonly hours?: number;
  /** Whether SDK calls may take the short cut; verdict and log are the same either way. @default true */
  readonly shortCut?: boolean;
  /** Whether the two worlds run side by side in threads. @default - if the machine has two processors */
  readonly threads?: boolean;
  /** File that the event log of the blueprint's world goes to as it grows. @default - only its hash is kept */
  readonly logFile?: string;
  /** Hears of progress from 0 to 1. @default - nobody does */
  readonly onProgress?: (share: number) => void;
}

/** A verdict on the blueprint alone, without its twin. */
export type BlueprintReport = Omit<DrillReport, 'baseline'>;

/** Defaults of {@link DrillOptions}. */
export const DRILL_DEFAULTS = { seed: 7, ratePerSecond: 20, madePerSecond: 2 } as const;

/**
 * Rehearses an outage: the assembly beside its own single-Region twin, under the same outage, seed and traffic. A schedule has no twin: what it
 * does elsewhere would not strike that.
 *
 * @throws BadInput for an assembly, an outage or a Region that cannot be used.
 * @throws NotModelled for whatever matters to the verdict and is not modelled.
 */
export async function runDrill(options: DrillOptions): Promise<DrillReport> {
  const { report, baseline } = await rehearse(options, options.schedule === undefined);
  return baseline ? { ...report, baseline } : report;
}

/**
 * The same without the twin, at half the price: what a test needs to know.
 *
 * @throws BadInput and NotModelled as {@link runDrill} does.
 */
export async function drillBlueprint(options: DrillOptions): Promise<BlueprintReport> {
  return (await rehearse(options, false)).report;
}

async function rehearse(
  options: DrillOptions,
  withTwin: boolean,
): Promise<{ readonly report: BlueprintReport; readonly baseline?: BaselineReport }> {
  const startedMs = Date.now();
  const startedCpu = process.cpuUsage();
  const assembly = readAssembly(options.assemblyDirectory);
  const { schedule } = options;
  const regions = deployedRegions(assembly);
  const serving = servingRegions(assembly);
  const [firstServing] = serving;
  if (firstServing === undefined) throw new NotModelled('an assembly without an HTTP API for clients');
  const struckRegion = options.struckRegion ?? firstServing;
  refuseUnknownRegion(struckRegion, regions);
  if (schedule) checkPlaces(schedule.schedule, { assembly, regions, serving, source: schedule.file });
  const source: ScenarioSource = schedule
    ? { kind: 'schedule', schedule: schedule.schedule }
    : outageSource(findOutage(options.outageId).id, struckRegion, serving, options.hours);
  const scenario = readScenario(source, assembly);
  const limitSeconds = Math.min(scenario.durationSeconds, wholeSeconds(options.hours ?? Number.POSITIVE_INFINITY));
  const workload = options.workloadFile === undefined ? undefined : readWorkloadFile(options.workloadFile);
  const asked = options.ratePerSecond ?? workload?.requestsPerSecond ?? DRILL_DEFAULTS.ratePerSecond;
  const ratePerSecond = schedule?.schedule.requestsPerSecond ?? asked;
  const { madePerSecond = DRILL_DEFAULTS.madePerSecond } = options;
  const task: WorldTask = {
    assemblyDirectory: assembly.directory,
    scenario: source,
    seed: schedule?.schedule.seed ?? options.seed ?? DRILL_DEFAULTS.seed,
    ratePerSecond,
    sampling: schedule ? scheduleSampling(ratePerSecond) : samplingOf(ratePerSecond, madePerSecond),
    libraryShare: options.libraryShare ?? 0,
    limitSeconds,
    shortCut: options.shortCut ?? true,
    ...(workload === undefined ? {} : { workload }),
  };
  const twinRegion = serving.includes(struckRegion) ? struckRegion : firstServing;
  const twins = withTwin ? [{ ...task, onlyRegion: twinRegion }] : [];
  const { logFile } = options;
  const worlds = await runSideBySide([logFile === undefined ? task : { ...task, logFile }, ...twins], options);
  const [blueprint, twin] = worlds as readonly [WorldResult, WorldResult?];
  const objectives = declaredObjectives(assembly);
  const { clients, populations, recovery, data, causes, dns } = blueprint;
  const report = {
    schemaVersion: REPORT_SCHEMA_VERSION,
    scenario: {
      kind: source.kind,
      id: schedule?.file ?? scenario.id,
      title: scenario.title,
      ...(schedule ? {} : { struckRegion }),
      ...(scenario.originalRegion === undefined ? {} : { originalRegion: scenario.originalRegion }),
      durationSeconds: limitSeconds,
    },
    seed: task.seed,
    assemblyDirectory: options.assemblyDirectory,
    ...(options.workloadFile === undefined
      ? {}
      : { workload: { file: options.workloadFile, assemblyDirectory: options.assemblyDirectory } }),
    profile: consistencyOf(assembly),
    traffic: {
      requestsPerSecond: ratePerSecond,
      madePerSecond: { nearChanges: task.sampling.nearChanges, elsewhere: task.sampling.elsewhere },
      checkersAtRest: task.sampling.atRest ?? 1,
      libraryShare: options.libraryShare ?? 0,
    },
    clients,
    populations,
    recovery,
    data,
    objectives: judge(objectives, clients, recovery, data),
    ...(schedule ? { violations: violations(schedule.schedule, blueprint, objectives) } : {}),
    causes,
    phases: reportPhases(scenario, limitSeconds, blueprint),
    laterPhases: laterPhases(scenario, limitSeconds),
    dns,
    eventLogSha256: blueprint.eventLogSha256,
    events: blueprint.events + (twin?.events ?? 0),
    virtualSeconds: blueprint.virtualSeconds,
    wallSeconds: (Date.now() - startedMs) / 1000,
    cpuSeconds: cpuSecondsSince(startedCpu),
  } as const;
  return twin ? { report, baseline: baselineOf(twinRegion, twin, objectives) } : { report };
}

/**
 * An outage onto a Region of an assembly. Its partner, for outages of several Regions, is the next Region that serves clients.
 *
 * @param serving Regions that serve clients, in the assembly's order.
 * @param hours Hours of it to keep. @default - all of it
 */
export function outageSource(
  outageId: string,
  struckRegion: string,
  serving: readonly string[],
  hours?: number,
): ScenarioSource & { readonly kind: 'outage' } {
  const after = serving.indexOf(struckRegion) + 1;
  const partnerRegion = [...serving.slice(after), ...serving].find((region) => region !== struckRegion);
  return {
    kind: 'outage',
    outageId,
    struckRegion,
    ...(partnerRegion === undefined ? {} : { partnerRegion }),
    ...(hours === undefined ? {} : { hours }),
  };
}

/** The part of an outage that is replayed ends on a whole second, so that a report's length can be asked for again. */
export function wholeSeconds(hours: number): number {
  return Math.max(1, Math.round(hours * 3600));
}

/** Processor seconds of the whole process, all threads, since an earlier reading. */
export function cpuSecondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

/** Every Region in which the assembly has something: stacks, replicas or a witness. */
export function deployedRegions(assembly: Assembly): readonly string[] {
  const tables = readTables(assembly).flatMap(({ replicaRegions, witnessRegions }) => [
    ...replicaRegions,
    ...witnessRegions,
  ]);
  return [...new Set([...servingRegions(assembly), ...tables])];
}

/** @throws BadInput for a Region that the assembly does not use. */
export function refuseUnknownRegion(region: string, regions: readonly string[]): void {
  if (regions.includes(region)) return;
  throw new BadInput('the drill', [
    {
      field: '--strike',
      found: quoteFound(region),
      allowed: `a Region that the assembly uses: ${regions.join(', ')}`,
      remedy: 'name one of these, or leave --strike out for the first that serves clients',
    },
  ]);
}

function baselineOf(
  region: string,
  { clients, populations, recovery, data, eventLogSha256 }: WorldResult,
  objectives: ReturnType<typeof declaredObjectives>,
): BaselineReport {
  const objectivesOf = judge(objectives, clients, recovery, data);
  return { region, clients, populations, recovery, data, objectives: objectivesOf, eventLogSha256 };
}

function reportPhases(scenario: Scenario, limitSeconds: number, { reach }: WorldResult): readonly ReportedPhase[] {
  return scenario.phases
    .filter(({ startSeconds }) => startSeconds < limitSeconds)
    .map(({ id, startSeconds, endSeconds, struckRegions = scenario.struckRegions }) => ({
      id,
      startSeconds,
      endSeconds: Math.min(endSeconds, limitSeconds),
      struckRegions,
      services: reach.filter(({ phaseId }) => phaseId === id).map(({ phaseId: _, ...service }) => service),
    }));
}

/** Phases of which nothing was replayed, because they begin after its end, by their ids. */
function laterPhases(scenario: Scenario, limitSeconds: number): readonly string[] {
  const left = scenario.phases.filter(({ startSeconds }) => startSeconds >= limitSeconds).map(({ id }) => id);
  return [...left, ...(scenario.laterPhases ?? [])];
}

async function runSideBySide(tasks: readonly WorldTask[], options: DrillOptions): Promise<readonly WorldResult[]> {
  const shares = tasks.map(() => 0);
  const report = (index: number) => (share: number) => {
    shares[index] = share;
    options.onProgress?.(shares.reduce((sum, one) => sum + one, 0) / tasks.length);
  };
  if (options.threads ?? availableParallelism() > 1) {
    return runWorlds(tasks, { threads: tasks.length, onProgress: (index, share) => report(index)(share) });
  }
  const results: WorldResult[] = [];
  for (const [index, task] of tasks.entries()) results.push(await runTask(task, report(index)));
  return results;
}
