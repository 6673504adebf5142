import { Worker } from 'node:worker_threads';
import type { WorldResult } from '../../lib/drill/run-world';
import type { WorkerMessage, WorldTask } from '../../lib/drill/world-worker';

/** Threads at once. */
const THREADS = 2;

/** Runs worlds as a drill does, in threads of their own outside the test's sandbox; results in the order of the tasks. */
export async function runInThreads(tasks: readonly WorldTask[]): Promise<readonly WorldResult[]> {
  const results: WorldResult[] = [];
  const queue = tasks.entries();
  const thread = async (): Promise<void> => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const [index, task] = next.value;
      results[index] = await runInThread(task);
    }
  };
  await Promise.all(Array.from({ length: THREADS }, thread));
  return results;
}

function runInThread(worldTask: WorldTask): Promise<WorldResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(require.resolve('../../lib/drill/world-worker'), {
      workerData: { worldTask },
      execArgv: ['--require', require.resolve('ts-node/register')],
    });
    worker.on('error', reject);
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'result') resolve(message.result);
      else if (message.kind !== 'progress') reject(new Error(JSON.stringify(message)));
    });
    worker.on('exit', (code) => reject(new Error(`the thread ended with code ${code} and no result`)));
  });
}
