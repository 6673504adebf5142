import type { OperationRecord } from '../clients/traffic';
import { type EventLog, thousandths } from '../kernel/event-log';
import { extended } from '../kernel/extended';

/** What happened in one Region within the second that is under way. */
interface Tally {
  requests: number;
  failed: number;
  answers: number;
  readonly latenciesMs: number[];
}

/** Sums up every second in which something happened, for each Region: the log's `tick` records. */
export class SecondTally {
  private readonly byRegion = new Map<string | undefined, Tally>();

  /** @param log Says when a second is over, and takes the sums. */
  constructor(private readonly log: EventLog) {
    log.onSecond((endMs) => this.close(endMs));
  }

  /** Counts an operation in the second in which it ended. */
  operation({ region, ok, weight, startMs, endMs }: OperationRecord): void {
    this.log.reach(endMs);
    const tally = this.of(region);
    tally.requests += weight;
    if (!ok) tally.failed += weight;
    tally.latenciesMs.push(endMs - startMs);
  }

  /** Counts an answer of Route 53 to a client's resolver. */
  answer(region: string | undefined, nowMs: number): void {
    this.log.reach(nowMs);
    this.of(region).answers++;
  }

  private of(region: string | undefined): Tally {
    let tally = this.byRegion.get(region);
    if (!tally) {
      tally = { requests: 0, failed: 0, answers: 0, latenciesMs: [] };
      this.byRegion.set(region, tally);
    }
    return tally;
  }

  private close(endMs: number): void {
    for (const [region, { requests, failed, answers, latenciesMs }] of this.byRegion) {
      const sums = {
        operations: latenciesMs.length,
        requests: thousandths(requests),
        failed: thousandths(failed),
        ...(latenciesMs.length === 0 ? {} : { latency: quantiles(latenciesMs) }),
        answers,
      };
      this.log.write(endMs, 'tick', extended(region === undefined ? {} : { region }, sums));
    }
    this.byRegion.clear();
  }
}

function quantiles(valuesMs: number[]): { p50: number; p99: number; max: number } {
  valuesMs.sort((left, right) => left - right);
  const rank = (share: number): number => thousandths(valuesMs[Math.ceil(share * valuesMs.length) - 1] ?? 0);
  return { p50: rank(0.5), p99: rank(0.99), max: rank(1) };
}
