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

/** Reads the objectives from the templates' metadata, under `Outlast`; the first stack that declares any speaks for all. */
export function declaredObjectives(assembly: Assembly): Objectives | undefined {
  for (const { metadata } of assembly.stacks) {
    const declared = (metadata.Outlast as { objectives?: Partial<Objectives> } | undefined)?.objectives;
    const { availability, rtoSeconds, rpoSeconds } = declared ?? {};
    if (typeof availability === 'number' && typeof rtoSeconds === 'number' && typeof rpoSeconds === 'number') {
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
    met: data.lostAcknowledgedWrites === 0 || (objectives.rpoSeconds > 0 && data.rpoSeconds <= objectives.rpoSeconds),
  };
  return { met: availability.met && rtoSeconds.met && rpoSeconds.met, availability, rtoSeconds, rpoSeconds };
}
