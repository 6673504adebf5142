import { type Assembly, readAssembly } from '../assembly';
import { readWorkloadFile } from '../drill/clients/file/read-workload-file';
import type { WorkloadDefinition } from '../drill/clients/file/workload-definition';
import { samplingOf } from '../drill/clients/sampling';
import { consistencyOf } from '../drill/data/table-definition';
import type { Fault } from '../drill/faults/fault';
import { accountFor, type PhaseReach, replayOf } from '../drill/faults/outage-faults';
import { NotModelled } from '../drill/not-modelled';
import { DRILL_DEFAULTS, deployedRegions, outageSource, refuseUnknownRegion } from '../drill/run-drill';
import { servingRegions, type WorldResult } from '../drill/run-world';
import { declaredObjectives, judge } from '../drill/verdict/objectives';
import { runWorlds } from '../drill/world-pool';
import type { WorldTask } from '../drill/world-worker';
import { findOutage, listOutages, type Outage, type TransposedOutage, transpose } from '../outages';
import { grayFailures } from './gray-failures';
import { MATRIX_SCHEMA_VERSION, type MatrixReport, type MatrixRow, type MatrixVerdict } from './matrix-report';

/** What a matrix is made of. */
export interface MatrixOptions {
  /** Directories of cloud assemblies, at least one. */
  readonly assemblyDirectories: readonly string[];
  /** Outage of the catalogue, by its id or a unique beginning of it. @default - every outage */
  readonly outageId?: string;
  /** Region to strike. @default - every Region that the assembly uses */
  readonly struckRegion?: string;
  /** Seed of every draw. @default 7 */
  readonly seed?: number;
  /** Operations a second of all clients together. @default - what the workload file says, or 20 */
  readonly ratePerSecond?: number;
  /** Operations a second that are made around changes, and a tenth of it elsewhere. @default 2 */
  readonly madePerSecond?: number;
  /** Share of clients that use lib/client, from 0 to 1. @default 0 */
  readonly libraryShare?: number;
  /** File that says what clients do and what they count as promised. @default - what Dispatch's drivers do */
  readonly workloadFile?: string;
  /** Only the first hours of each outage. @default - all of it */
  readonly hours?: number;
  /** Threads. @default - one for each processor */
  readonly threads?: number;
  /** Hears, before it begins, how many worlds are run and how many hours of virtual time these last together. @default - nobody does */
  readonly onPlan?: (worlds: number, virtualHours: number) => void;
  /** Hears of progress from 0 to 1. @default - nobody does */
  readonly onProgress?: (share: number) => void;
}

/** Hours of an outage that is not over. */
export const UNFINISHED_HOURS = 48;

/** A row and the world that it needs, if any. */
interface Cell {
  readonly row: MatrixRow;
  readonly assembly: Assembly;
  /** Faults of the replay, in milliseconds since the strike. */
  readonly faults: readonly Fault[];
  /** @default - the row needs no world */
  readonly task?: WorldTask;
}

/** What every cell is made with. */
interface CellOptions extends MatrixOptions {
  readonly ratePerSecond: number;
  /** @default - what Dispatch's drivers do */
  readonly workload?: WorkloadDefinition;
}

/**
 * Replays outages onto Regions of assemblies, without a twin. Outages that cannot reach a design, or of which a part is not modelled, get a row that
 * says so.
 *
 * @throws BadInput for an assembly, an outage or a Region that cannot be used; NotModelled for what matters in an assembly and is not
 * modelled.
 */
export async function runMatrix(options: MatrixOptions): Promise<MatrixReport> {
  const startedMs = Date.now();
  const outages = options.outageId === undefined ? listOutages() : [findOutage(options.outageId)];
  const workload = options.workloadFile === undefined ? undefined : readWorkloadFile(options.workloadFile);
  const ratePerSecond = options.ratePerSecond ?? workload?.requestsPerSecond ?? DRILL_DEFAULTS.ratePerSecond;
  const asked: CellOptions = { ...options, ratePerSecond, ...(workload === undefined ? {} : { workload }) };
  const cells = options.assemblyDirectories
    .map(readAssembly)
    .flatMap((assembly) => outages.flatMap((outage) => cellsOf(assembly, outage, asked)));
  // The longest first, so that no processor is left alone with one in the end.
  const running = cells
    .filter((cell): cell is Cell & { readonly task: WorldTask } => cell.task !== undefined)
    .sort((left, right) => right.row.durationSeconds - left.row.durationSeconds);
  options.onPlan?.(running.length, running.reduce((sum, { row }) => sum + row.durationSeconds, 0) / 3600);
  const refusals = new Map<Cell, NotModelled>();
  const results = await runWorlds(
    running.map(({ task }) => task),
    {
      ...(options.threads === undefined ? {} : { threads: options.threads }),
      onProgress: overall(running, options.onProgress),
      onRefusal: (index, refusal) => refusals.set(running[index] as Cell, refusal),
    },
  );
  const rows = cells.map((cell) => {
    const result = results[running.findIndex(({ row }) => row === cell.row)];
    const refusal = refusals.get(cell);
    if (refusal) return notModelled(cell.row, refusal);
    return result ? { ...cell.row, verdict: verdictOf(cell, result) } : cell.row;
  });
  return {
    schemaVersion: MATRIX_SCHEMA_VERSION,
    seed: options.seed ?? DRILL_DEFAULTS.seed,
    requestsPerSecond: ratePerSecond,
    libraryShare: options.libraryShare ?? 0,
    rows,
    wallSeconds: (Date.now() - startedMs) / 1000,
  };
}

/** An outage onto every Region in question; onto none in particular, and once, when it struck none alone. */
function cellsOf(assembly: Assembly, outage: Outage, options: CellOptions): readonly Cell[] {
  const regions = deployedRegions(assembly);
  const serving = servingRegions(assembly);
  const [first] = serving;
  if (first === undefined) throw new NotModelled('an assembly without an HTTP API for clients');
  if (options.struckRegion !== undefined) refuseUnknownRegion(options.struckRegion, regions);
  const asked = options.struckRegion === undefined ? regions : [options.struckRegion];
  const isRegional = outage.phases.some(({ scope }) => scope.kind !== 'global');
  return (isRegional ? asked : [first]).map((region) => cellOf(assembly, outage, region, serving, options));
}

function cellOf(
  assembly: Assembly,
  outage: Outage,
  region: string,
  serving: readonly string[],
  options: CellOptions,
): Cell {
  const hours = options.hours ?? (outage.end === null ? UNFINISHED_HOURS : undefined);
  const source = outageSource(outage.id, region, serving, hours);
  const moved = transposedFor(outage, region, source.partnerRegion, hours);
  const { faults, reach } = accountFor(moved, assembly, 0, 1000 * moved.durationSeconds);
  const outcome = replayOf(reach);
  const row: MatrixRow = {
    outage: { id: outage.id, title: outage.title, provider: outage.provider },
    profile: consistencyOf(assembly),
    struckRegions: moved.struckRegions,
    durationSeconds: moved.durationSeconds,
    isWhole:
      outage.end !== null &&
      moved.durationSeconds >= transposedFor(outage, region, source.partnerRegion).durationSeconds,
    reach,
    laterPhases: moved.laterPhases,
    outcome,
  };
  if (outcome !== 'replayed') return { row, assembly, faults };
  const { ratePerSecond, workload } = options;
  const task: WorldTask = {
    assemblyDirectory: assembly.directory,
    scenario: source,
    seed: options.seed ?? DRILL_DEFAULTS.seed,
    ratePerSecond,
    sampling: samplingOf(ratePerSecond, options.madePerSecond ?? DRILL_DEFAULTS.madePerSecond),
    libraryShare: options.libraryShare ?? 0,
    limitSeconds: moved.durationSeconds,
    shortCut: true,
    ...(workload === undefined ? {} : { workload }),
  };
  return { row, assembly, faults, task };
}

function transposedFor(outage: Outage, region: string, partnerRegion?: string, hours?: number): TransposedOutage {
  return transpose(outage, region, {
    ...(partnerRegion === undefined ? {} : { partnerRegion }),
    ...(hours === undefined ? {} : { limitHours: hours }),
  });
}

/** What turned out to be not modelled only while it was replayed has no verdict either. */
function notModelled(row: MatrixRow, { what }: NotModelled): MatrixRow {
  const unknown: PhaseReach = { phaseId: 'all', service: 'the replay', outcome: 'not-modelled', why: what };
  return { ...row, outcome: 'not-modelled', reach: [...row.reach, unknown] };
}

function verdictOf({ assembly, faults, row }: Cell, result: WorldResult): MatrixVerdict {
  const { clients, recovery, data, detection, eventLogSha256 } = result;
  const { reach, durationSeconds, struckRegions } = row;
  const serving = servingRegions(assembly);
  const regions = struckRegions.filter((region) => serving.includes(region));
  return {
    clients,
    recovery,
    data,
    objectives: judge(declaredObjectives(assembly), clients, recovery, data),
    detection,
    gray: grayFailures({ faults, reach, regions, durationSeconds, result }),
    eventLogSha256,
  };
}

/** The progress of many worlds as that of one task, each counted by its length. */
function overall(
  cells: readonly Cell[],
  onProgress: MatrixOptions['onProgress'],
): (index: number, share: number) => void {
  const total = cells.reduce((sum, { row }) => sum + row.durationSeconds, 0);
  const shares = cells.map(() => 0);
  return (index, share) => {
    shares[index] = share;
    const done = cells.reduce((sum, { row }, cell) => sum + row.durationSeconds * (shares[cell] ?? 0), 0);
    onProgress?.(done / total);
  };
}
