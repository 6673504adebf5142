import type { PhaseReach } from '../drill/faults/outage-faults';
import type { ClientSummary, RecoverySummary } from '../drill/verdict/client-score';
import type { DataSummary } from '../drill/verdict/ledger';
import type { ObjectiveSummary } from '../drill/verdict/objectives';
import type { DetectionSummary } from '../drill/verdict/struck-regions';
import type { GrayFailure } from './gray-failures';

/** Version of the report's shape; it grows when a field changes its meaning or goes. */
export const MATRIX_SCHEMA_VERSION = 1;

/** One outage onto one Region of one assembly. */
export interface MatrixRow {
  readonly outage: {
    readonly id: string;
    readonly title: string;
    readonly provider: string;
  };
  /** Consistency of the assembly's tables. */
  readonly profile: 'strong' | 'eventual' | 'single';
  /** Regions that are struck, the one that was asked for first; empty where the outage struck no Region alone. */
  readonly struckRegions: readonly string[];
  /** Length of what is replayed, in seconds. */
  readonly durationSeconds: number;
  /** Whether that is all of the outage. */
  readonly isWhole: boolean;
  /** What became of each service of each phase. */
  readonly reach: readonly PhaseReach[];
  /** Phases that begin after what is replayed. */
  readonly laterPhases: readonly string[];
  /**
   * `replayed`: it was, and the verdict says how it ended; `out-of-reach`: nothing of it can act on the design, so that no world was run;
   * `not-modelled`: a part of it matters and is not modelled, so that there is no verdict.
   */
  readonly outcome: 'replayed' | 'out-of-reach' | 'not-modelled';
  /** How it ended. @default - it was not replayed */
  readonly verdict?: MatrixVerdict;
}

/** How a replayed outage ended. */
export interface MatrixVerdict {
  readonly clients: ClientSummary;
  readonly recovery: RecoverySummary;
  readonly data: DataSummary;
  readonly objectives: ObjectiveSummary;
  readonly detection: DetectionSummary;
  /** Phases that failed for a part of a struck Region's requests only, and who saw them. */
  readonly gray: readonly GrayFailure[];
  readonly eventLogSha256: string;
}

/** Outages by Regions by assemblies, as `--json` writes it; its schema is `matrix-report.schema.json` beside this file. */
export interface MatrixReport {
  readonly schemaVersion: typeof MATRIX_SCHEMA_VERSION;
  readonly seed: number;
  readonly requestsPerSecond: number;
  /** Share of clients that use lib/client, from 0 to 1. */
  readonly libraryShare: number;
  readonly rows: readonly MatrixRow[];
  readonly wallSeconds: number;
}
