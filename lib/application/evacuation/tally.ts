import type { Answer } from './probe-client';

/** What came of a minute's requests to one host name. */
export class Tally {
  /** Requests whose answer was awaited. */
  requests = 0;
  /** Requests without an answer, or with one that no client can use. */
  failures = 0;
  /** Requests answered rightly and too late. */
  slow = 0;
  /** Times of all answers, in milliseconds. */
  readonly latenciesMs: number[] = [];

  /** Counts a request. */
  count(answer: Answer | undefined, isRight: boolean, slowMilliseconds: number): void {
    this.requests += 1;
    if (answer) this.latenciesMs.push(answer.latencyMs);
    if (!isRight) this.failures += 1;
    else if ((answer?.latencyMs ?? 0) > slowMilliseconds) this.slow += 1;
  }

  /** Whether any request is no good. */
  get isFlawed(): boolean {
    return this.exceeds(0, 1);
  }

  /** Whether more than a share of a number of requests is no good. */
  exceeds(share: number, requests: number): boolean {
    return this.failures + this.slow > share * requests;
  }
}
