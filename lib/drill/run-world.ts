import type { Assembly } from '../assembly';
import { chooseWorkload } from './clients/choose-workload';
import type { WorkloadDefinition } from './clients/file/workload-definition';
import { equipClients } from './clients/library-client';
import { populate } from './clients/population';
import type { Sampling } from './clients/sampling';
import { Traffic } from './clients/traffic';
import { consistencyOf } from './data/table-definition';
import { FaultPlan, merge, type Span } from './faults/fault-plan';
import type { PhaseReach } from './faults/outage-faults';
import { RegionCourses } from './faults/region-course';
import { EventLog } from './kernel/event-log';
import { RandomStream } from './kernel/random';
import { Scheduler } from './kernel/scheduler';
import { ServiceMetrics } from './kernel/service-metrics';
import { Sightings } from './kernel/sightings';
import { WorldRecorder } from './recording/world-recorder';
import type { Act, Scenario } from './scenarios/scenario';
import { type ActedResult, actedResult } from './verdict/acted-result';
import { ClientScore, type ClientSummary, type FailureCause, type RecoverySummary } from './verdict/client-score';
import { judgeConsistency } from './verdict/consistency';
import { type EvacuationSpan, Evacuations } from './verdict/evacuations';
import { type DataSummary, settleLedger } from './verdict/ledger';
import { settleObjects } from './verdict/object-ledger';
import { PopulationScore, type PopulationSummary } from './verdict/population-score';
import { type RegionInDns, RegionsInDns } from './verdict/region-in-dns';
import { settleReplicas } from './verdict/replica-ledger';
import { SteadyState } from './verdict/steady-state';
import { type DetectionSummary, StruckRegions, type UnhealthySpan } from './verdict/struck-regions';
import { restrictToRegion } from './world/single-region';
import { World } from './world/world';

/** One world and what happens to it. */
export interface WorldRun {
  readonly assembly: Assembly;
  readonly scenario: Scenario;
  /** Text that every random stream of the run starts from. */
  readonly seed: string;
  /** Operations a second that clients make together. */
  readonly ratePerSecond: number;
  /** How much of that is made. */
  readonly sampling: Sampling;
  /** What clients do. @default - what Dispatch's drivers do */
  readonly workload?: WorkloadDefinition;
  /** Share of clients that use lib/client, from 0 to 1. @default 0 */
  readonly libraryShare?: number;
  /** Seconds of the scenario that are replayed. */
  readonly limitSeconds: number;
  /** Region that alone remains: the single-Region twin. @default - every Region */
  readonly onlyRegion?: string;
  /** Whether SDK calls may take the short cut; the log is the same either way. @default true */
  readonly shortCut?: boolean;
  /** Receives the event log as it grows. @default - only its hash is kept */
  readonly onLog?: (text: string) => void;
  /** Receives what handlers print. @default - it is dropped */
  readonly onOutput?: (label: string, text: string) => void;
  /** Hears of progress from 0 to 1. @default - nobody does */
  readonly onProgress?: (share: number) => void;
}

/** What happened in a world. */
export interface WorldResult {
  readonly clients: ClientSummary;
  /** The same clients by what they rely on. */
  readonly populations: readonly PopulationSummary[];
  readonly recovery: RecoverySummary;
  readonly data: DataSummary;
  readonly causes: readonly FailureCause[];
  readonly reach: readonly PhaseReach[];
  /** What DNS did with every Region that serves clients. */
  readonly dns: readonly RegionInDns[];
  readonly detection: DetectionSummary;
  /** Spans in which endpoint checks said that a struck Region is unhealthy; any Region, when none is struck alone. */
  readonly seenByEndpointChecks: readonly UnhealthySpan[];
  /** Spans in which switches kept a Region, or a share of its clients, out of DNS. */
  readonly evacuations: readonly EvacuationSpan[];
  /** Most Regions that their switches kept out of DNS at one time. */
  readonly mostEvacuatedAtOnce: number;
  /** Share of operations that succeeded in the last ten minutes. */
  readonly closingAvailability: number;
  /** Rare states that were reached, and how often. */
  readonly sightings: Sightings['counts'];
  /** What became of the scenario's own acts. @default - it does nothing by itself */
  readonly acted?: ActedResult;
  readonly eventLogSha256: string;
  readonly eventLogLines: number;
  readonly events: number;
  readonly virtualSeconds: number;
}

/** Virtual time before the strike, in which caches fill and health checks find everything well, in seconds. */
const WARM_UP_SECONDS = 600;

/** Virtual time after the last fault, in which replicas settle before the ledger is read back, in milliseconds. */
const SETTLE_MS = 10 * 60_000;

/** Length of the stretch at the end that says whether all is well again, in seconds. */
const CLOSING_SECONDS = 600;

/** Virtual time in which the ledger is read back at the most, in milliseconds. */
const READ_BACK_MS = 24 * 3_600_000;

/** Traffic is made at its denser rate from this long before the strike to this long after it, in milliseconds. */
const AROUND_STRIKE_MS = { before: 60_000, after: 25 * 60_000 };

/** The same around every other beginning and end of a fault: room for one whole window of recovery. */
const AROUND_CHANGE_MS = { before: 30_000, after: 12 * 60_000 };

/** Steps in which a run reports progress. */
const PROGRESS_STEPS = 200;

/**
 * Runs one world through a scenario and reads the ledger back.
 *
 * @throws NotModelled for whatever matters and is not modelled; BadInput for what AWS would refuse.
 */
export async function runWorld(run: WorldRun): Promise<WorldResult> {
  const { scenario, onlyRegion } = run;
  const assembly = onlyRegion === undefined ? run.assembly : restrictToRegion(run.assembly, onlyRegion);
  const limitSeconds = Math.min(run.limitSeconds, scenario.durationSeconds);
  const strikeMs = 1000 * (scenario.warmUpSeconds ?? WARM_UP_SECONDS);
  const { faults, reach, courses = [] } = scenario.faultsIn(assembly, strikeMs, limitSeconds * 1000);
  const scheduler = new Scheduler();
  const log = new EventLog(run.onLog);
  const sightings = new Sightings();
  const random = new RandomStream(run.seed);
  const epochMs = scenario.startMs - strikeMs;
  const world = await World.build(
    assembly,
    {
      scheduler,
      log,
      random,
      faults: new FaultPlan(faults),
      courses: new RegionCourses(courses),
      sightings,
      metrics: new ServiceMetrics(),
      epochMs,
    },
    {
      ...(onlyRegion === undefined ? {} : { onlyRegion }),
      shortCut: run.shortCut ?? true,
      ...(run.sampling.atRest === undefined ? {} : { atRest: run.sampling.atRest }),
      ...(run.onOutput ? { onOutput: run.onOutput } : {}),
    },
  );
  const { host, workload, history } = chooseWorkload({
    world,
    random: random.fork('workload'),
    epochMs,
    ...(run.workload === undefined ? {} : { definition: run.workload }),
  });
  const endMs = strikeMs + limitSeconds * 1000;
  const recorder = new WorldRecorder(world, {
    scenario: scenario.id,
    seed: run.seed,
    strikeMs,
    endMs,
    struckRegions: scenario.struckRegions,
    requestsPerSecond: run.ratePerSecond,
  });
  const score = new ClientScore(strikeMs, limitSeconds);
  const devices = populate({
    regions: servingRegions(run.assembly),
    resolvers: world.resolvers,
    random: random.fork('population'),
    madePerSecond: run.sampling.nearChanges,
  });
  const clients = equipClients(world, devices, { share: run.libraryShare ?? 0, host, random: random.fork('library') });
  const populations = new PopulationScore(clients, strikeMs, endMs);
  const act = scenario.act?.(world, strikeMs);
  const steady = act && new SteadyState(strikeMs);
  const traffic = new Traffic({
    world,
    clients,
    workload,
    host,
    ratePerSecond: run.ratePerSecond,
    sampling: run.sampling,
    doubledShare: scenario.doubledShare ?? 0,
    changes: changes(faults, strikeMs, endMs),
    onResult: (record) => {
      recorder.operation(record);
      score.add(record);
      steady?.add(record);
      populations.add(record);
    },
  });
  const struck = new StruckRegions(world, followedRegions(world, scenario), strikeMs);
  const evacuations = new Evacuations(world, strikeMs);
  const dns = new RegionsInDns(world, strikeMs, evacuations);
  recorder.begin();
  world.start();
  traffic.start(endMs);
  const settledMs = endMs + SETTLE_MS;
  for (let step = 1; step <= PROGRESS_STEPS; step++) {
    await scheduler.run((settledMs * step) / PROGRESS_STEPS);
    run.onProgress?.(step / PROGRESS_STEPS);
  }
  world.stop();
  const untouched = world.servingRegions.filter((region) => !scenario.struckRegions.includes(region));
  const survivors = untouched.length > 0 && !scenario.isUndone ? untouched : world.servingRegions;
  const readBackUntilMs = settledMs + READ_BACK_MS;
  const table = await scheduler.runUntilSettled(
    settleLedger(world, workload, survivors, host, strikeMs),
    readBackUntilMs,
  );
  const objects = await scheduler.runUntilSettled(settleObjects(world, workload, survivors, host), readBackUntilMs);
  // What follows is no part of the run: judges that were under way when the schedules stopped come to their end.
  const record = { eventLogSha256: log.sha256(), eventLogLines: log.lineCount, events: scheduler.eventCount };
  const replicas = await scheduler.runUntilSettled(settleReplicas(world, SETTLE_MS), readBackUntilMs + SETTLE_MS);
  const { divergentItems } = replicas;
  const consistency =
    history && judgeConsistency({ history, consistency: consistencyOf(run.assembly), divergentItems, strikeMs });
  return {
    clients: score.summary(),
    populations: populations.summaries(),
    recovery: score.recovery(struck.detectedSeconds, scenario.onsetsSeconds ?? (act && onsetsOf(act))),
    data: { ...table, ...replicas, ...objects, ...(consistency ? { consistency } : {}) },
    causes: score.failureCauses(),
    reach,
    dns: dns.regions,
    detection: struck.detection,
    seenByEndpointChecks: struck.seenByEndpointChecks,
    evacuations: evacuations.spans,
    mostEvacuatedAtOnce: evacuations.mostAtOnce,
    closingAvailability: score.availabilityIn(limitSeconds - CLOSING_SECONDS, limitSeconds),
    sightings: sightings.counts,
    ...(act && steady
      ? { acted: actedResult(act, steady, score, { assembly: run.assembly, strikeMs, limitSeconds }) }
      : {}),
    ...record,
    virtualSeconds: settledMs / 1000,
  };
}

/** Regions that have an API for clients, in the assembly's order. */
export function servingRegions(assembly: Assembly): readonly string[] {
  return [...new Set(assembly.resourcesOf('AWS::ApiGatewayV2::Api').map(({ stack }) => stack.region))];
}

/** Regions of which it counts when DNS leaves them: those that are struck; all that serve clients, when none of those does. */
function followedRegions({ servingRegions }: World, { struckRegions }: Scenario): readonly string[] {
  const isServing = struckRegions.some((region) => servingRegions.includes(region));
  return isServing ? struckRegions : [...struckRegions, ...servingRegions];
}

/** When the actions of a scenario that acts began. */
function onsetsOf(act: Act): readonly number[] {
  return act.outcome().actions.flatMap(({ startedSeconds }) => startedSeconds ?? []);
}

/** Spans of denser traffic: around the strike and every beginning and end of a fault. */
function changes(faults: FaultPlan['faults'], strikeMs: number, endMs: number): readonly Span[] {
  const instants = faults.flatMap((fault) => [fault.startMs, fault.endMs]).filter((instantMs) => instantMs <= endMs);
  const around = (instantMs: number, { before, after }: { before: number; after: number }): Span => ({
    startMs: instantMs - before,
    endMs: instantMs + after,
  });
  return merge([
    around(strikeMs, AROUND_STRIKE_MS),
    ...instants.map((instantMs) => around(instantMs, AROUND_CHANGE_MS)),
  ]);
}
