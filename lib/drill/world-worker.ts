import { closeSync, openSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { readAssembly } from '../assembly';
import { BadInput } from '../bad-input';
import type { WorkloadDefinition } from './clients/file/workload-definition';
import type { Sampling } from './clients/sampling';
import { NotModelled } from './not-modelled';
import { runWorld, type WorldResult } from './run-world';
import { readScenario, type ScenarioSource } from './scenarios/scenario-source';

/** What a worker needs to run one world: plain data, so that it can cross a thread. */
export interface WorldTask {
  readonly assemblyDirectory: string;
  readonly scenario: ScenarioSource;
  readonly seed: number;
  readonly ratePerSecond: number;
  readonly sampling: Sampling;
  /** Share of clients that use lib/client. @default 0 */
  readonly libraryShare?: number;
  readonly limitSeconds: number;
  /** What clients do. @default - what Dispatch's drivers do */
  readonly workload?: WorkloadDefinition;
  /** Region that alone remains. @default - every Region */
  readonly onlyRegion?: string;
  /** Whether SDK calls may take the short cut. */
  readonly shortCut: boolean;
  /** File that the event log goes to as it grows. @default - only its hash is kept */
  readonly logFile?: string;
}

/** What a worker says. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'result'; readonly result: WorldResult }
  | { readonly kind: 'bad-input'; readonly source: string; readonly problems: BadInput['problems'] }
  | { readonly kind: 'not-modelled'; readonly message: string }
  | { readonly kind: 'defect'; readonly text: string };

/** Runs the world that a task describes, in this thread. */
export async function runTask(task: WorldTask, onProgress: (share: number) => void): Promise<WorldResult> {
  const { onlyRegion, workload, logFile } = task;
  const log = logFile === undefined ? undefined : openSync(logFile, 'w');
  try {
    const assembly = readAssembly(task.assemblyDirectory);
    return await runWorld({
      assembly,
      scenario: readScenario(task.scenario, assembly),
      seed: String(task.seed),
      ratePerSecond: task.ratePerSecond,
      sampling: task.sampling,
      libraryShare: task.libraryShare ?? 0,
      limitSeconds: task.limitSeconds,
      shortCut: task.shortCut,
      onProgress,
      ...(onlyRegion === undefined ? {} : { onlyRegion }),
      ...(workload === undefined ? {} : { workload }),
      ...(log === undefined ? {} : { onLog: (text) => writeFileSync(log, text) }),
    });
  } finally {
    if (log !== undefined) closeSync(log);
  }
}

const port = parentPort;
if (port && (workerData as { isWorldThread?: boolean } | null)?.isWorldThread) {
  const say = (message: WorkerMessage): void => port.postMessage(message);
  port.on('message', (task: WorldTask) => {
    runTask(task, (share) => say({ kind: 'progress', share })).then(
      (result) => say({ kind: 'result', result }),
      (error: unknown) => {
        if (error instanceof BadInput) say({ kind: 'bad-input', source: error.source, problems: error.problems });
        else if (error instanceof NotModelled) say({ kind: 'not-modelled', message: error.what });
        else say({ kind: 'defect', text: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      },
    );
  });
}
