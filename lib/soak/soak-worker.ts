import { parentPort, workerData } from 'node:worker_threads';
import { type Assembly, readAssembly } from '../assembly';
import { BadInput, type Problem } from '../bad-input';
import type { WorkloadDefinition } from '../drill/clients/file/workload-definition';
import { scheduleSampling } from '../drill/clients/sampling';
import { violations } from '../drill/invariants';
import { NotModelled } from '../drill/not-modelled';
import { runWorld, type WorldResult } from '../drill/run-world';
import type { FaultSchedule } from '../drill/scenarios/fault-schedule';
import { scheduleScenario } from '../drill/scenarios/schedule-scenario';
import { declaredObjectives } from '../drill/verdict/objectives';
import type { Violation } from '../drill/verdict/violation';

/** What a worker starts with. */
export interface SoakWorkerData {
  readonly assemblyDirectory: string;
  /** What clients do. @default - what Dispatch's drivers do */
  readonly workload?: WorkloadDefinition;
}

/** A schedule to run. */
export interface SoakRequest {
  readonly id: number;
  readonly schedule: FaultSchedule;
}

/** What came of one schedule. */
export interface SoakOutcome {
  readonly violations: readonly Violation[];
  readonly sightings: WorldResult['sightings'];
  readonly eventLogSha256: string;
  /** Operations of clients that were made. */
  readonly operations: number;
}

/** What a worker answers: an outcome, or why there is none: the assembly cannot be drilled, or not with this workload, or the drill or a handler breaks. */
export type SoakAnswer =
  | { readonly id: number; readonly outcome: SoakOutcome }
  | { readonly id: number; readonly notModelled: string }
  | { readonly id: number; readonly badInput: { readonly source: string; readonly problems: readonly Problem[] } }
  | { readonly id: number; readonly defect: string };

/** What a worker says: that it has started, once, and then its answers. */
export type SoakMessage = 'ready' | SoakAnswer;

/**
 * Runs one schedule and holds what happened against the invariants.
 *
 * @param workload What clients do. @default - what Dispatch's drivers do
 */
export async function runSchedule(
  assembly: Assembly,
  schedule: FaultSchedule,
  workload?: WorkloadDefinition,
): Promise<SoakOutcome> {
  const { seed, requestsPerSecond, durationSeconds } = schedule;
  const result = await runWorld({
    assembly,
    scenario: scheduleScenario(schedule),
    seed: String(seed),
    ratePerSecond: requestsPerSecond,
    sampling: scheduleSampling(requestsPerSecond),
    limitSeconds: durationSeconds,
    ...(workload === undefined ? {} : { workload }),
  });
  return {
    violations: violations(schedule, result, declaredObjectives(assembly)),
    sightings: result.sightings,
    eventLogSha256: result.eventLogSha256,
    operations: result.clients.sampledRequests,
  };
}

const port = parentPort;
const { assemblyDirectory, workload } = (workerData ?? {}) as Partial<SoakWorkerData>;
if (port && assemblyDirectory !== undefined) {
  const assembly = readAssembly(assemblyDirectory);
  const say = (message: SoakMessage): void => port.postMessage(message);
  port.on('message', ({ id, schedule }: SoakRequest) => {
    runSchedule(assembly, schedule, workload).then(
      (outcome) => say({ id, outcome }),
      (error: unknown) => {
        if (error instanceof NotModelled) say({ id, notModelled: error.what });
        else if (error instanceof BadInput) {
          say({ id, badInput: { source: error.source, problems: error.problems } });
        } else say({ id, defect: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      },
    );
  });
  say('ready');
}
