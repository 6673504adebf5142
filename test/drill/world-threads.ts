import type { WorldResult } from '../../lib/drill/run-world';
import { runWorlds } from '../../lib/drill/world-pool';
import type { WorldTask } from '../../lib/drill/world-worker';

/** Threads at once. */
const THREADS = 2;

/** Runs worlds as a drill does, in threads of their own outside the test's sandbox; results in the order of the tasks. */
export function runInThreads(tasks: readonly WorldTask[]): Promise<readonly WorldResult[]> {
  return runWorlds(tasks, { threads: THREADS });
}
