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

/** A thread and what it is at. */
interface Thread {
  worker: Worker;
  job: Job | undefined;
}

/** No thread is left that could run a schedule. */
export class ThreadsLost extends Error {}

/** Threads that may die one after the other before no more are started. */
const MOST_DEATHS = 3;

/** Threads that run schedules, each many of them, one after the other. */
export class ScheduleRunners {
  private readonly queue: Job[] = [];
  private readonly threads: Thread[];
  private jobs = 0;
  /** Threads that have died since one last answered. */
  private deaths = 0;
  private hasEnded = false;

  /** @param count Threads, at least one. */
  constructor(
    private readonly data: SoakWorkerData,
    count: number,
  ) {
    this.threads = Array.from({ length: count }, () => {
      const thread: Thread = { worker: this.start(() => thread), job: undefined };
      return thread;
    });
  }

  /**
   * Runs a schedule as soon as a thread is free.
   *
   * @throws ThreadsLost when they died one after the other; NotModelled for an assembly that cannot be drilled; Error when the drill itself fails, with its stack, or its thread dies.
   */
  run(schedule: FaultSchedule): Promise<SoakOutcome> {
    return new Promise((resolve, reject) => {
      if (this.threads.length === 0) reject(new ThreadsLost('every thread of the soak has died'));
      else this.queue.push({ schedule, resolve, reject });
      this.dispatch();
    });
  }

  /** Ends every thread, whatever it does. */
  async end(): Promise<void> {
    this.hasEnded = true;
    await Promise.all(this.threads.map(({ worker }) => worker.terminate()));
  }

  private start(threadOf: () => Thread): Worker {
    const worker = new Worker(require.resolve('./soak-worker'), {
      workerData: this.data,
      execArgv: ['--require', require.resolve('ts-node/register')],
      resourceLimits: HEAP,
    });
    let failure: Error | undefined;
    worker.on('message', (answer: SoakAnswer) => {
      const thread = threadOf();
      const { job } = thread;
      thread.job = undefined;
      this.deaths = 0;
      if ('outcome' in answer) job?.resolve(answer.outcome);
      else job?.reject('notModelled' in answer ? new NotModelled(answer.notModelled) : new Error(answer.defect));
      this.dispatch();
    });
    worker.on('error', (error) => {
      failure = error;
    });
    worker.on('exit', (code) => {
      if (!this.hasEnded) this.died(threadOf(), failure ?? new Error(`a thread ended with code ${code}`));
    });
    return worker;
  }

  /** What the thread was at is lost; another one takes its place, unless they die one after the other. */
  private died(thread: Thread, failure: Error): void {
    const { job } = thread;
    thread.job = undefined;
    this.deaths++;
    job?.reject(failure);
    if (this.deaths <= MOST_DEATHS) thread.worker = this.start(() => thread);
    else {
      this.threads.splice(this.threads.indexOf(thread), 1);
      if (this.threads.length === 0)
        for (const waiting of this.queue.splice(0)) waiting.reject(new ThreadsLost(failure.message));
    }
    this.dispatch();
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
