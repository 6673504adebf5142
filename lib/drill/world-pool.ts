import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { BadInput } from '../bad-input';
import { NotModelled } from './not-modelled';
import type { WorldResult } from './run-world';
import type { WorkerMessage, WorldTask } from './world-worker';

/** Heap of a world's thread in MB: a wide nursery, since nearly all objects die with their event. */
const HEAP = { maxYoungGenerationSizeMb: 256, maxOldGenerationSizeMb: 8192 };

/** How worlds are run side by side. */
export interface PoolOptions {
  /** Threads at once. @default - one for each processor */
  readonly threads?: number;
  /** Hears of the progress of a world, from 0 to 1. @default - nobody does */
  readonly onProgress?: (index: number, share: number) => void;
  /** Hears of a world that is done. @default - nobody does */
  readonly onResult?: (index: number, result: WorldResult) => void;
  /** Hears of a world that is not modelled, and lets the others go on; it has no result. @default - it is thrown */
  readonly onRefusal?: (index: number, refusal: NotModelled) => void;
}

/**
 * Runs worlds side by side in threads, each of which runs one world after the other: loading the drill costs as much as hours of virtual
 * time.
 *
 * @returns results in the order of the tasks.
 * @throws BadInput, NotModelled or Error of the first world that fails; the others are ended.
 */
export async function runWorlds(
  tasks: readonly WorldTask[],
  options: PoolOptions = {},
): Promise<readonly WorldResult[]> {
  const { threads = availableParallelism(), onProgress, onResult, onRefusal } = options;
  const results: WorldResult[] = [];
  const queue = tasks.entries();
  const workers: Worker[] = [];
  const thread = async (): Promise<void> => {
    const worker = startWorker();
    workers.push(worker);
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const [index, task] = next.value;
      try {
        const result = await runIn(worker, task, (share) => onProgress?.(index, share));
        results[index] = result;
        onResult?.(index, result);
      } catch (error) {
        if (!(error instanceof NotModelled && onRefusal)) throw error;
        onRefusal(index, error);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, thread));
  } finally {
    // When one world refuses, the others' threads must not keep the process waiting.
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return results;
}

function startWorker(): Worker {
  return new Worker(require.resolve('./world-worker'), {
    workerData: { isWorldThread: true },
    execArgv: ['--require', require.resolve('ts-node/register')],
    resourceLimits: HEAP,
  });
}

/** Runs a world in a thread that is free; refusals come back as what they were. */
function runIn(worker: Worker, task: WorldTask, onProgress: (share: number) => void): Promise<WorldResult> {
  return new Promise<WorldResult>((resolve, reject) => {
    const onExit = (code: number): void => reject(new Error(`a world's thread ended with code ${code}`));
    const onMessage = (message: WorkerMessage): void => {
      if (message.kind === 'progress') {
        onProgress(message.share);
        return;
      }
      // Only what was added here: without those that a worker has of its own, Node.js 20 delivers no more messages.
      worker.off('error', reject).off('exit', onExit).off('message', onMessage);
      if (message.kind === 'result') resolve(message.result);
      else reject(refusalOf(message));
    };
    worker.on('error', reject).on('exit', onExit).on('message', onMessage);
    worker.postMessage(task);
  });
}

function refusalOf(message: Exclude<WorkerMessage, { kind: 'progress' | 'result' }>): Error {
  if (message.kind === 'bad-input') return new BadInput(message.source, message.problems);
  return message.kind === 'not-modelled' ? new NotModelled(message.message) : new Error(message.text);
}
