import { Worker } from 'node:worker_threads';
import { NotModelled } from '../drill/not-modelled';
import type { FaultSchedule } from '../drill/scenarios/fault-schedule';
import type { SoakAnswer, SoakOutcome, SoakRequest, SoakWorkerData } from './soak-worker';

/** Heap of a thread in MB: a wide nursery, since nearly all objects die with their event. */
const HEAP = { maxYoungGenerationSizeMb: 128, maxOldGenerationSizeMb: 2048 };

/** A schedule that waits for a thread, or is in one. */
interface Job {
  readonly schedule: FaultSchedule;
  readonly resolve: (outcome: SoakOutcome) => void;
  readonly reject: (error: Error) => void;
}

/** Threads that run schedules, each many of them, one after the other. */
export class ScheduleRunners {
  private readonly queue: Job[] = [];
  private readonly threads: { readonly worker: Worker; job: Job | undefined }[];
  private jobs = 0;

  /** @param count Threads, at least one. */
  constructor(data: SoakWorkerData, count: number) {
    this.threads = Array.from({ length: count }, () => this.begin(data));
  }

  /**
   * Runs a schedule as soon as a thread is free.
   *
   * @throws NotModelled for an assembly that cannot be drilled; Error when the drill itself fails, with its stack.
   */
  run(schedule: FaultSchedule): Promise<SoakOutcome> {
    return new Promise((resolve, reject) => {
      this.queue.push({ schedule, resolve, reject });
      this.dispatch();
    });
  }

  /** Ends every thread, whatever it does. */
  async end(): Promise<void> {
    await Promise.all(this.threads.map(({ worker }) => worker.terminate()));
  }

  private begin(workerData: SoakWorkerData): { worker: Worker; job: Job | undefined } {
    const worker = new Worker(require.resolve('./soak-worker'), {
      workerData,
      execArgv: ['--require', require.resolve('ts-node/register')],
      resourceLimits: HEAP,
    });
    const thread: { worker: Worker; job: Job | undefined } = { worker, job: undefined };
    worker.on('message', (answer: SoakAnswer) => {
      const { job } = thread;
      thread.job = undefined;
      if ('outcome' in answer) job?.resolve(answer.outcome);
      else job?.reject('notModelled' in answer ? new NotModelled(answer.notModelled) : new Error(answer.defect));
      this.dispatch();
    });
    worker.on('error', (error) => thread.job?.reject(error));
    return thread;
  }

  private dispatch(): void {
    for (const thread of this.threads) {
      if (thread.job) continue;
      const job = this.queue.shift();
      if (!job) return;
      thread.job = job;
      thread.worker.postMessage({ id: this.jobs++, schedule: job.schedule } satisfies SoakRequest);
    }
  }
}
