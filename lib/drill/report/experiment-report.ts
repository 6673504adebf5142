import type { ExperimentOutcome } from '../experiments/experiment-outcome';
import type { ActedResult } from '../verdict/acted-result';
import type { ClientSummary, FailureCause } from '../verdict/client-score';
import type { DataSummary } from '../verdict/ledger';
import type { ObjectiveSummary } from '../verdict/objectives';
import type { RegionInDns } from '../verdict/region-in-dns';
import type { SteadySummary } from '../verdict/steady-state';
import type { DetectionSummary } from '../verdict/struck-regions';
import type { DrillReport } from './drill-report';

/** Version of the report's shape; it grows when a field changes its meaning or goes. */
export const EXPERIMENT_REPORT_SCHEMA_VERSION = 2;

/** How clients came through an experiment, in seconds. */
export interface ExperimentRecovery {
  /** From the start to the first verdict that took the experiment's Region, or a share of its clients, out of DNS; `null`: none did. */
  readonly detectedSeconds: number | null;
  /** From the end of the experiment to the start of the first ten minutes in which 99 % of operations succeed; `null`: none. */
  readonly recoverySeconds: number | null;
  /** All minutes in which fewer than 99 % of operations succeeded. */
  readonly degradedSeconds: number;
}

/** The verdict on an experiment, as `--json` writes it; its schema is `experiment-report.schema.json` beside this file. */
export interface ExperimentReport {
  readonly schemaVersion: typeof EXPERIMENT_REPORT_SCHEMA_VERSION;
  readonly experiment: {
    /** Stack and logical id of its template. */
    readonly id: string;
    readonly name: string;
    readonly region: string;
    readonly description: string;
    /** How long it lasts when nothing stops it. */
    readonly plannedSeconds: number;
  };
  /** Seconds from its start that were judged. */
  readonly durationSeconds: number;
  readonly seed: number;
  /** Cloud assembly that was read, as it was given. */
  readonly assemblyDirectory: string;
  /** What clients do, and of what, as it was given. @default - what Dispatch's drivers do */
  readonly workload?: DrillReport['workload'];
  readonly profile: DrillReport['profile'];
  /** Operations a second that clients made, every one of them. */
  readonly requestsPerSecond: number;
  /** Share of clients that use lib/client, from 0 to 1; the others rely on DNS. */
  readonly libraryShare: number;
  /** What became of it, with its targets, actions and stop conditions. */
  readonly outcome: ExperimentOutcome;
  /** What speaks against the assembly or the experiment; empty when all went well. */
  readonly findings: readonly string[];
  readonly steadyState: SteadySummary;
  readonly clients: ClientSummary;
  readonly recovery: ExperimentRecovery;
  readonly detection: DetectionSummary;
  readonly data: DataSummary;
  readonly objectives: ObjectiveSummary;
  /** Changes of alarms since the start. */
  readonly alarms: ActedResult['alarms'];
  readonly alarmsLeftOut: ActedResult['alarmsLeftOut'];
  /** Why operations failed, the most frequent reason first; the phase is the action's name. */
  readonly causes: readonly FailureCause[];
  /** What DNS did with every Region that serves clients. */
  readonly dns: readonly RegionInDns[];
  readonly eventLogSha256: string;
  readonly events: number;
  readonly virtualSeconds: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}
