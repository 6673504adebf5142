import { availableParallelism } from 'node:os';
import { count } from '../lib/drill/report/render-values';
import { cpuSecondsSince } from '../lib/drill/run-drill';
import { runSoak } from '../lib/soak/run-soak';
import { print } from './measure';

/** Seeds measured. */
const SEEDS = 20;

/** Requests a second of all clients together. */
const RATE = 3;

/** Seeds of the soak that the goal speaks of, and the minutes it may take. */
const GOAL = { seeds: 10_000, minutes: 60, processors: 2 };

/** What a schedule of one hour costs, and what a soak of ten thousand of them would. */
export async function benchSoak(assemblyDirectory: string): Promise<void> {
  const threads = Math.min(GOAL.processors, availableParallelism());
  const startedMs = Date.now();
  const startedCpu = process.cpuUsage();
  const soak = { assemblyDirectory, firstSeed: 1, seeds: SEEDS, requestsPerSecond: RATE, durationSeconds: 3600 };
  const { done, failures, operations, stoppedBy } = await runSoak({ ...soak, threads });
  if (stoppedBy) throw stoppedBy;
  const minutes = (Date.now() - startedMs) / 60_000;
  print(`\nsoak, ${done} schedules of one hour, ${RATE} requests/s, ${threads} threads`);
  print(
    `  ${(cpuSecondsSince(startedCpu) / done).toFixed(2)} s CPU a schedule; ${failures.length} failed; ${count(operations)} operations`,
  );
  const whole = (minutes * GOAL.seeds) / done;
  print(
    `  at this pace ${count(GOAL.seeds)} seeds take ${count(whole)} min (goal: at most ${GOAL.minutes} min on ${GOAL.processors} cores)`,
  );
}
