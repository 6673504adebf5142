import { Worker } from 'node:worker_threads';
import { BadInput } from '../bad-input';
import { NotModelled } from '../drill/not-modelled';
import type { FaultSchedule } from '../drill/scenarios/fault-schedule';
import type { SoakAnswer, SoakMessage, SoakOutcome, SoakRequest, SoakWorkerData } from './soak-worker';

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
  /** @default - it could not be made */
  worker?: Worker;
  /** Whether it has started: one that has not is given nothing, so that no schedule is blamed for it. */
  isReady: boolean;
  job: Job | undefined;
}

/** No thread is left that could run a schedule; its message is what became of the last one. */
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
  private lastDeath = '';
  private hasEnded = false;

  /** @param count Threads, at least one. */
  constructor(
    private readonly data: SoakWorkerData,
    count: number,
  ) {
    this.threads = Array.from({ length: count }, (): Thread => ({ isReady: false, job: undefined }));
    for (const thread of this.threads) this.start(thread);
  }

  /**
   * Runs a schedule as soon as a thread is free.
   *
   * @throws ThreadsLost when they died one after the other; NotModelled for an assembly that cannot be drilled, BadInput for one that the
   * workload does not fit; Error when the drill itself fails, with its stack, or its thread dies.
   */
  run(schedule: FaultSchedule): Promise<SoakOutcome> {
    return new Promise((resolve, reject) => {
      if (this.threads.length === 0) reject(new ThreadsLost(this.lastDeath));
      else this.queue.push({ schedule, resolve, reject });
      this.dispatch();
    });
  }

  /** Ends every thread, whatever it does. */
  async end(): Promise<void> {
    this.hasEnded = true;
    await Promise.all(this.threads.map(({ worker }) => worker?.terminate()));
  }

  private start(thread: Thread): void {
    try {
      thread.worker = this.newWorker(thread);
    } catch (error) {
      // The system refuses one more thread, which is heard of later, like every other end of one.
      setImmediate(() => this.died(thread, error as Error));
    }
  }

  private newWorker(thread: Thread): Worker {
    const worker = new Worker(require.resolve('./soak-worker'), {
      workerData: this.data,
      execArgv: ['--require', require.resolve('ts-node/register')],
      resourceLimits: HEAP,
    });
    let failure: Error | undefined;
    worker.on('message', (message: SoakMessage) => {
      if (message === 'ready') thread.isReady = true;
      else this.answered(thread, message);
      this.dispatch();
    });
    worker.on('error', (error) => {
      failure = error;
    });
    worker.on('exit', (code) => this.died(thread, failure ?? new Error(`a thread ended with code ${code}`)));
    return worker;
  }

  private answered(thread: Thread, answer: SoakAnswer): void {
    const { job } = thread;
    thread.job = undefined;
    this.deaths = 0;
    if ('outcome' in answer) job?.resolve(answer.outcome);
    else job?.reject(refusalOf(answer));
  }

  /** What the thread was at is lost; another one takes its place, unless they die one after the other. */
  private died(thread: Thread, failure: Error): void {
    if (this.hasEnded) return;
    const { job } = thread;
    thread.job = undefined;
    thread.isReady = false;
    this.deaths++;
    this.lastDeath = failure.message;
    job?.reject(failure);
    if (this.deaths <= MOST_DEATHS) this.start(thread);
    else {
      this.threads.splice(this.threads.indexOf(thread), 1);
      if (this.threads.length === 0)
        for (const waiting of this.queue.splice(0)) waiting.reject(new ThreadsLost(failure.message));
    }
    this.dispatch();
  }

  private dispatch(): void {
    for (const thread of this.threads) {
      if (!thread.isReady || thread.job) continue;
      const job = this.queue.shift();
      if (!job) return;
      thread.job = job;
      thread.worker?.postMessage({ id: this.jobs++, schedule: job.schedule } satisfies SoakRequest);
    }
  }
}

/** Refusals as what they were before they crossed a thread. */
function refusalOf(answer: Exclude<SoakAnswer, { outcome: SoakOutcome }>): Error {
  if ('badInput' in answer) return new BadInput(answer.badInput.source, answer.badInput.problems);
  return 'notModelled' in answer ? new NotModelled(answer.notModelled) : new Error(answer.defect);
}
