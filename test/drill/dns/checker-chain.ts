/**
 * What probability theory says of an endpoint check, without any of its code: each checker is a Markov chain of its own, and the check
 * counts how many of them say healthy.
 *
 * A checker says healthy or unhealthy, and counts the requests in a row that spoke against it. With errors of share p, a healthy one
 * takes a step on with probability p and begins again with 1 - p; an unhealthy one with 1 - p and p. At the threshold k it changes its
 * mind. That makes 2k states: health with 0, 1, … failures, then sickness with 0, 1, … successes.
 */
export class CheckerChain {
  /** Requests that a spell of health and one of sickness take in the mean: (1 - s^k) / ((1 - s) s^k), with s for a step on. */
  private readonly spells: { readonly healthy: number; readonly unhealthy: number };

  /**
   * @param errors Share of requests that fail, each on its own, between 0 and 1.
   * @param threshold Requests in a row that change a checker's mind.
   */
  constructor(
    private readonly errors: number,
    private readonly threshold: number,
    private readonly checkers = 16,
  ) {
    const spell = (step: number): number => (1 - step ** threshold) / ((1 - step) * step ** threshold);
    this.spells = { healthy: spell(errors), unhealthy: spell(1 - errors) };
  }

  /** Share of the time that the check is unhealthy, in the long run: enough checkers are, each on its own. */
  get unhealthyShare(): number {
    return this.quorumLost(this.unhealthyCheckerShare);
  }

  /**
   * How often the check turns unhealthy in the long run, for each interval. A checker turns once in two spells; the others, which
   * know nothing of it, are unhealthy but for as many as may still say healthy.
   */
  get turnsPerInterval(): number {
    const { healthy, unhealthy } = this.spells;
    const others = this.checkers - 1;
    return (this.checkers / (healthy + unhealthy)) * exactly(this.deciding - 1, others, this.unhealthyCheckerShare);
  }

  /** Probability that the check is unhealthy when every checker, healthy at first, has sent so many requests. */
  unhealthyAfter(requests: number): number {
    return this.quorumLost(this.checkersAfter(requests).at(-1)?.unhealthy ?? 0);
  }

  /**
   * How often the check turns unhealthy in the mean while every checker, healthy at first, sends so many requests. Whoever turns at its
   * n-th request finds some that have sent their n-th and others that have not.
   */
  turnsWithin(requests: number): number {
    const after = this.checkersAfter(requests);
    let turns = 0;
    for (let n = 1; n <= requests; n++) {
      const [before, now] = [after[n - 1]?.unhealthy ?? 0, after[n]?.unhealthy ?? 0];
      for (let earlier = 0; earlier < this.checkers; earlier++) {
        const later = this.checkers - 1 - earlier;
        for (let unhealthy = 0; unhealthy < this.deciding; unhealthy++) {
          const others = exactly(unhealthy, earlier, now) * exactly(this.deciding - 1 - unhealthy, later, before);
          turns += others * (after[n]?.turning ?? 0);
        }
      }
    }
    return turns;
  }

  /**
   * Probabilities that the check has been unhealthy after one of the first 1, 2, … rounds, in which every checker sends a request. The
   * fleet is one chain over how many checkers are in each state; what comes within a round and goes again is not seen.
   */
  caughtWithin(rounds: number): readonly number[] {
    let alive = new Map<number, number>([[this.fleetOf([this.checkers]), 1]]);
    let caught = 0;
    return Array.from({ length: rounds }, () => {
      const next = new Map<number, number>();
      for (const [fleet, probability] of alive) {
        this.eachFleetAfter(this.countsOf(fleet), (counts, share) => {
          const unhealthy = counts.slice(this.threshold).reduce((sum, count) => sum + count, 0);
          if (unhealthy >= this.deciding) caught += probability * share;
          else {
            const after = this.fleetOf(counts);
            next.set(after, (next.get(after) ?? 0) + probability * share);
          }
        });
      }
      alive = next;
      return caught;
    });
  }

  /** Fewest checkers that must say unhealthy: the others are then 18 % or less. */
  private get deciding(): number {
    return this.checkers - Math.floor(0.18 * this.checkers);
  }

  private get unhealthyCheckerShare(): number {
    const { healthy, unhealthy } = this.spells;
    return unhealthy / (healthy + unhealthy);
  }

  private quorumLost(unhealthyChecker: number): number {
    let probability = 0;
    for (let count = this.deciding; count <= this.checkers; count++) {
      probability += exactly(count, this.checkers, unhealthyChecker);
    }
    return probability;
  }

  /** A checker after 0, 1, … requests: whether it is unhealthy, and whether it turned so with the last of them. */
  private checkersAfter(requests: number): readonly { readonly unhealthy: number; readonly turning: number }[] {
    let states = [1, ...Array<number>(2 * this.threshold - 1).fill(0)];
    const seen = [{ unhealthy: 0, turning: 0 }];
    for (let request = 0; request < requests; request++) {
      const turning = (states[this.threshold - 1] ?? 0) * this.errors;
      const after = states.map(() => 0);
      states.forEach((probability, state) => {
        const { on, back, step } = this.movesFrom(state);
        after[on] = (after[on] ?? 0) + probability * step;
        after[back] = (after[back] ?? 0) + probability * (1 - step);
      });
      states = after;
      seen.push({ unhealthy: states.slice(this.threshold).reduce((sum, share) => sum + share, 0), turning });
    }
    return seen;
  }

  private movesFrom(state: number): { readonly on: number; readonly back: number; readonly step: number } {
    const isHealthy = state < this.threshold;
    return {
      on: (state + 1) % (2 * this.threshold),
      back: isHealthy ? 0 : this.threshold,
      step: isHealthy ? this.errors : 1 - this.errors,
    };
  }

  /** Every way a fleet can go in a round: of the checkers in each state, some take a step on and the others begin again. */
  private eachFleetAfter(
    counts: readonly number[],
    visit: (counts: readonly number[], probability: number) => void,
  ): void {
    const after = counts.map(() => 0);
    const move = (state: number, probability: number): void => {
      if (state === counts.length) {
        visit(after, probability);
        return;
      }
      const count = counts[state] ?? 0;
      const { on, back, step } = this.movesFrom(state);
      for (let moving = 0; moving <= count; moving++) {
        after[on] = (after[on] ?? 0) + moving;
        after[back] = (after[back] ?? 0) + count - moving;
        move(state + 1, probability * exactly(moving, count, step));
        after[on] = (after[on] ?? 0) - moving;
        after[back] = (after[back] ?? 0) - (count - moving);
      }
    };
    move(0, 1);
  }

  /** How many checkers are in each state, as one number. */
  private fleetOf(counts: readonly number[]): number {
    return counts.reduceRight((number, count) => number * (this.checkers + 1) + count, 0);
  }

  private countsOf(fleet: number): number[] {
    let rest = fleet;
    return Array.from({ length: 2 * this.threshold }, () => {
      const count = rest % (this.checkers + 1);
      rest = (rest - count) / (this.checkers + 1);
      return count;
    });
  }
}

const pascal: number[][] = [[1]];

/** Probability of exactly so many successes of independent tries. */
function exactly(count: number, of: number, probability: number): number {
  if (count < 0 || count > of) return 0;
  for (let row = pascal.length; row <= of; row++) {
    const above = pascal[row - 1] ?? [];
    pascal.push(Array.from({ length: row + 1 }, (_, index) => (above[index - 1] ?? 0) + (above[index] ?? 0)));
  }
  return (pascal[of]?.[count] ?? 0) * probability ** count * (1 - probability) ** (of - count);
}
