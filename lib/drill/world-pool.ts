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
}

/**
 * Runs worlds in threads of their own.
 *
 * @returns results in the order of the tasks.
 * @throws BadInput, NotModelled or Error of the first world that fails; the others are ended.
 */
export async function runWorlds(
  tasks: readonly WorldTask[],
  options: PoolOptions = {},
): Promise<readonly WorldResult[]> {
  const { threads = availableParallelism(), onProgress, onResult } = options;
  const results: WorldResult[] = [];
  const queue = tasks.entries();
  const end = new AbortController();
  const thread = async (): Promise<void> => {
    for (let next = queue.next(); !next.done && !end.signal.aborted; next = queue.next()) {
      const [index, task] = next.value;
      const result = await runInThread(task, (share) => onProgress?.(index, share), end.signal);
      results[index] = result;
      onResult?.(index, result);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, thread));
  } finally {
    // When one world refuses, the others' threads must not keep the process waiting.
    end.abort();
  }
  return results;
}

/** Runs a world in a thread of its own; refusals come back as what they were. */
function runInThread(
  worldTask: WorldTask,
  onProgress: (share: number) => void,
  end: AbortSignal,
): Promise<WorldResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(require.resolve('./world-worker'), {
      workerData: { worldTask },
      execArgv: ['--require', require.resolve('ts-node/register')],
      resourceLimits: HEAP,
    });
    const terminate = (): void => void worker.terminate();
    end.addEventListener('abort', terminate);
    worker.on('error', reject);
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'progress') onProgress(message.share);
      else if (message.kind === 'result') resolve(message.result);
      else reject(refusalOf(message));
    });
    worker.on('exit', (code) => {
      end.removeEventListener('abort', terminate);
      reject(new Error(`the world's thread ended with code ${code}`));
    });
  });
}

function refusalOf(message: Exclude<WorkerMessage, { kind: 'progress' | 'result' }>): Error {
  if (message.kind === 'bad-input') return new BadInput(message.source, message.problems);
  return message.kind === 'not-modelled' ? new NotModelled(message.message) : new Error(message.text);
}
