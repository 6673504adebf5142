import type { Assembly } from '../../assembly';
import type { ClientSummary, RecoverySummary } from './client-score';
import type { DataSummary } from './ledger';

/** What the owner of an assembly declared it must withstand. */
export interface Objectives {
  /** Least share of operations that succeed over the outage, from 0 to 1. */
  readonly availability: number;
  /** Longest time until clients have recovered, in seconds. */
  readonly rtoSeconds: number;
  /** Most acknowledged data that may be lost, in seconds; 0 means none. */
  readonly rpoSeconds: number;
}

/** One objective, what was reached, and whether that is enough. */
export interface ObjectiveResult {
  readonly objective: number;
  /** `null`: clients never recovered. */
  readonly reached: number | null;
  readonly met: boolean;
}

/** Whether the objectives were met. */
export interface ObjectiveSummary {
  /** `null`: the assembly declares none. */
  readonly met: boolean | null;
  /** @default - none declared */
  readonly availability?: ObjectiveResult;
  /** @default - none declared */
  readonly rtoSeconds?: ObjectiveResult;
  /** @default - none declared */
  readonly rpoSeconds?: ObjectiveResult;
}

/**
 * Reads the objectives from the templates' metadata, under `Outlast`; the first stack that declares any speaks for all. The availability
 * may be written as text, because cfn-lint takes no fraction there.
 */
export function declaredObjectives(assembly: Assembly): Objectives | undefined {
  for (const { metadata } of assembly.stacks) {
    const { availability: share, ...seconds } =
      (metadata.Outlast as { objectives?: Readonly<Record<string, unknown>> } | undefined)?.objectives ?? {};
    const { rtoSeconds, rpoSeconds } = seconds;
    const availability = typeof share === 'string' ? Number(share) : share;
    if (
      typeof availability === 'number' &&
      availability >= 0 &&
      typeof rtoSeconds === 'number' &&
      typeof rpoSeconds === 'number'
    ) {
      return { availability, rtoSeconds, rpoSeconds };
    }
  }
  return undefined;
}

/** Holds what happened against what was declared. */
export function judge(
  objectives: Objectives | undefined,
  clients: ClientSummary,
  recovery: RecoverySummary,
  data: DataSummary,
): ObjectiveSummary {
  if (!objectives) return { met: null };
  const availability = {
    objective: objectives.availability,
    reached: clients.availability,
    met: clients.availability >= objectives.availability,
  };
  const rtoSeconds = {
    objective: objectives.rtoSeconds,
    reached: recovery.recoverySeconds,
    met: recovery.recoverySeconds !== null && recovery.recoverySeconds <= objectives.rtoSeconds,
  };
  const rpoSeconds = {
    objective: objectives.rpoSeconds,
    reached: data.rpoSeconds,
    met: keepsRecoveryPoint(objectives, data),
  };
  return { met: availability.met && rtoSeconds.met && rpoSeconds.met, availability, rtoSeconds, rpoSeconds };
}

/**
 * An upload that a surviving Region never gets is lost beyond any recovery point; and data that do not show what was
 * promised are no better than lost. What could not be decided is not claimed.
 */
function keepsRecoveryPoint({ rpoSeconds }: Objectives, data: DataSummary): boolean {
  if (data.lostAcknowledgedObjects > 0) return false;
  const verdict = data.consistency?.linearizability.verdict;
  if (verdict === 'violated' || verdict === 'undecided') return false;
  return data.lostAcknowledgedWrites === 0 || (rpoSeconds > 0 && data.rpoSeconds <= rpoSeconds);
}
