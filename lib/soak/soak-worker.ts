import { parentPort, workerData } from 'node:worker_threads';
import { type Assembly, readAssembly } from '../assembly';
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

/** What a worker answers: an outcome, or why there is none: the assembly cannot be drilled, or the drill or a handler breaks. */
export type SoakAnswer =
  | { readonly id: number; readonly outcome: SoakOutcome }
  | { readonly id: number; readonly notModelled: string }
  | { readonly id: number; readonly defect: string };

/** Runs one schedule and holds what happened against the invariants. */
export async function runSchedule(assembly: Assembly, schedule: FaultSchedule): Promise<SoakOutcome> {
  const { seed, requestsPerSecond, durationSeconds } = schedule;
  const result = await runWorld({
    assembly,
    scenario: scheduleScenario(schedule),
    seed: String(seed),
    ratePerSecond: requestsPerSecond,
    sampling: scheduleSampling(requestsPerSecond),
    limitSeconds: durationSeconds,
  });
  return {
    violations: violations(schedule, result, declaredObjectives(assembly)),
    sightings: result.sightings,
    eventLogSha256: result.eventLogSha256,
    operations: result.clients.sampledRequests,
  };
}

const port = parentPort;
const { assemblyDirectory } = (workerData ?? {}) as Partial<SoakWorkerData>;
if (port && assemblyDirectory !== undefined) {
  const assembly = readAssembly(assemblyDirectory);
  port.on('message', ({ id, schedule }: SoakRequest) => {
    const say = (answer: SoakAnswer): void => port.postMessage(answer);
    runSchedule(assembly, schedule).then(
      (outcome) => say({ id, outcome }),
      (error: unknown) => {
        if (error instanceof NotModelled) say({ id, notModelled: error.what });
        else say({ id, defect: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      },
    );
  });
}
