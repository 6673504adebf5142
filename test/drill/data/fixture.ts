import { DynaliteEngine } from '../../../lib/drill/data/dynalite-engine';
import type { TableDefinition } from '../../../lib/drill/data/table-definition';
import { TableShape } from '../../../lib/drill/data/table-shape';
import { type Fault, FaultPlan } from '../../../lib/drill/faults/fault-plan';
import { RegionCourses } from '../../../lib/drill/faults/region-course';
import { EventLog } from '../../../lib/drill/kernel/event-log';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { Scheduler } from '../../../lib/drill/kernel/scheduler';
import { ServiceMetrics } from '../../../lib/drill/kernel/service-metrics';
import { Sightings } from '../../../lib/drill/kernel/sightings';
import type { DrillContext } from '../../../lib/drill/world/context';

/** Calendar time at which virtual time begins in these tests: 2025-10-20T06:48:00Z. */
export const EPOCH_MS = Date.UTC(2025, 9, 20, 6, 48);

/** A context of its own: an empty clock, and the faults given. */
export function drillContext(options: { seed?: string; faults?: readonly Fault[] } = {}): DrillContext {
  return {
    scheduler: new Scheduler(),
    log: new EventLog(),
    random: new RandomStream(options.seed ?? 'test'),
    faults: new FaultPlan(options.faults ?? []),
    courses: new RegionCourses(),
    sightings: new Sightings(),
    metrics: new ServiceMetrics(),
    epochMs: EPOCH_MS,
  };
}

/** Runs virtual time until a promise has settled. */
export function settle<T>({ scheduler }: DrillContext, work: Promise<T>): Promise<T> {
  return scheduler.runUntilSettled(work, scheduler.nowMs + 1e9);
}

/** Runs virtual time until a promise has settled; gives its rejection and how long either took. */
export async function timed<T>(
  context: DrillContext,
  work: Promise<T>,
): Promise<{ value?: T; error?: Error & Record<string, unknown>; elapsedMs: number }> {
  const startMs = context.scheduler.nowMs;
  const outcome = work.then(
    (value) => ({ value, elapsedMs: context.scheduler.nowMs - startMs }),
    (error) => ({ error, elapsedMs: context.scheduler.nowMs - startMs }),
  );
  return settle(context, outcome);
}

/** A fault of one Region; steady and complete unless told otherwise. */
export function fault(options: Pick<Fault, 'target' | 'region' | 'startMs' | 'endMs'> & Partial<Fault>): Fault {
  return {
    phaseId: 'p1',
    kind: options.target === 'dynamodb-replication' ? 'delay' : 'error',
    share: 1,
    pattern: 'steady',
    courseEndMs: options.endMs,
    ...options,
  };
}

/** The only copy of a table. */
export function onlyCopyOf(table: TableDefinition): DynaliteEngine {
  return new DynaliteEngine(new TableShape(table));
}

/** Dispatch's table: one key, one index of parcels by driver. */
export function parcelTable(
  options: Partial<Pick<TableDefinition, 'consistency' | 'replicaRegions' | 'witnessRegions'>> = {},
): TableDefinition {
  return {
    name: 'parcels',
    consistency: 'single',
    replicaRegions: ['us-east-2'],
    witnessRegions: [],
    keySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    attributeDefinitions: ['pk', 'driverId', 'parcelId'].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    globalIndexes: [
      {
        IndexName: 'byDriver',
        KeySchema: [
          { AttributeName: 'driverId', KeyType: 'HASH' },
          { AttributeName: 'parcelId', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    localIndexes: [],
    ...options,
  };
}

/** A table with a sort key, a sparse index that projects keys and one attribute, and a local index. */
export function scanTable(): TableDefinition {
  return {
    ...parcelTable(),
    name: 'scans',
    keySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    attributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'N' },
      { AttributeName: 'a1', AttributeType: 'S' },
      { AttributeName: 'n1', AttributeType: 'N' },
    ],
    globalIndexes: [
      {
        IndexName: 'byA1',
        KeySchema: [
          { AttributeName: 'a1', KeyType: 'HASH' },
          { AttributeName: 'n1', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a2'] },
      },
    ],
    localIndexes: [
      {
        IndexName: 'byN1',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'n1', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  };
}
