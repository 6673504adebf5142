import type { Sampling } from '../clients/sampling';
import type { PhaseReach } from '../faults/outage-faults';
import type { ScenarioSource } from '../scenarios/scenario-source';
import type { ClientSummary, FailureCause, RecoverySummary } from '../verdict/client-score';
import type { DataSummary } from '../verdict/ledger';
import type { ObjectiveSummary } from '../verdict/objectives';
import type { PopulationSummary } from '../verdict/population-score';
import type { RegionInDns } from '../verdict/region-in-dns';
import type { Violation } from '../verdict/violation';

/** Version of the report's shape; it grows when a field changes its meaning or goes. */
export const REPORT_SCHEMA_VERSION = 2;

/** A phase of the outage as it was replayed. */
export interface ReportedPhase {
  readonly id: string;
  /** Start and end, in seconds since the strike; the end is cut where the replay ends. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** What became of each of its services. */
  readonly services: readonly Omit<PhaseReach, 'phaseId'>[];
  /** Regions that it strikes more than others; empty: none alone. */
  readonly struckRegions: readonly string[];
}

/** The single-Region twin under the same outage, seed and traffic. */
export interface BaselineReport {
  /** The only Region it has. */
  readonly region: string;
  readonly clients: ClientSummary;
  readonly populations: readonly PopulationSummary[];
  readonly recovery: RecoverySummary;
  readonly data: DataSummary;
  readonly objectives: ObjectiveSummary;
  readonly eventLogSha256: string;
}

/** The verdict of a drill, as `--json` writes it; its schema is `drill-report.schema.json` beside this file. */
export interface DrillReport {
  readonly schemaVersion: typeof REPORT_SCHEMA_VERSION;
  readonly scenario: {
    readonly kind: ScenarioSource['kind'];
    /** Outage of the catalogue, or file of the schedule. */
    readonly id: string;
    readonly title: string;
    /** Region that is struck; of an outage that strikes none alone, the one that the twin has. @default - the scenario is a schedule */
    readonly struckRegion?: string;
    /** Region the outage struck in history, the first of several. @default - it struck no Region alone */
    readonly originalRegion?: string;
    /** Length of the replay. */
    readonly durationSeconds: number;
  };
  readonly seed: number;
  /** Cloud assembly that was read, as it was given. */
  readonly assemblyDirectory: string;
  /** What clients do, and of what, as it was given. @default - what Dispatch's drivers do */
  readonly workload?: {
    readonly file: string;
    readonly assemblyDirectory: string;
  };
  /** Consistency of the tables. */
  readonly profile: 'strong' | 'eventual' | 'single';
  readonly traffic: {
    readonly requestsPerSecond: number;
    /** Operations a second that were made around changes and elsewhere; the rest was counted through weights. */
    readonly madePerSecond: Pick<Sampling, 'nearChanges' | 'elsewhere'>;
    /** Of how many requests of a health checker one was made to an endpoint at rest. */
    readonly checkersAtRest: number;
    /** Share of clients that use lib/client, from 0 to 1. */
    readonly libraryShare: number;
  };
  readonly clients: ClientSummary;
  /** The same clients by what they rely on. */
  readonly populations: readonly PopulationSummary[];
  readonly recovery: RecoverySummary;
  readonly data: DataSummary;
  readonly objectives: ObjectiveSummary;
  /** @default - the scenario is a schedule, which may strike the twin less, or not at all */
  readonly baseline?: BaselineReport;
  /** Invariants that did not hold. @default - the scenario is no schedule */
  readonly violations?: readonly Violation[];
  /** Why operations failed, the most frequent reason first. */
  readonly causes: readonly FailureCause[];
  readonly phases: readonly ReportedPhase[];
  /** Phases of which nothing was replayed, because they begin after its end, by their ids. */
  readonly laterPhases: readonly string[];
  /** What DNS did with every Region that serves clients. */
  readonly dns: readonly RegionInDns[];
  readonly eventLogSha256: string;
  readonly events: number;
  readonly virtualSeconds: number;
  readonly wallSeconds: number;
  /** Processor seconds of both worlds together. */
  readonly cpuSeconds: number;
}
