import type { OperationRecord } from '../clients/traffic';

/** Seconds of one step of the record over time. */
const STEP_SECONDS = 1;

/** Length of the window in which clients must succeed to count as recovered, in seconds. */
export const RECOVERY_WINDOW_SECONDS = 600;

/** Share of operations that must succeed in it. */
export const RECOVERED_AVAILABILITY = 0.99;

/** Operations that failed for one reason in one place. */
export interface FailureCause {
  /** Outage phase behind it. @default - the drill cannot name one */
  readonly phaseId?: string;
  /** Region that the clients had asked. @default - none: the name had no address */
  readonly region?: string;
  /** What clients met, for example `503`. */
  readonly failure: string;
  /** Operations that failed so, weighted. */
  readonly operations: number;
  /** First and last of them, in seconds since the strike. */
  readonly firstSeconds: number;
  readonly lastSeconds: number;
  /** Geographies of those clients with their operations, largest first. */
  readonly geographies: readonly (readonly [id: string, operations: number])[];
}

/** What clients saw over the length of an outage. */
export interface ClientSummary {
  /** Operations that clients wanted, weighted. */
  readonly requests: number;
  /** Those that failed after every retry, weighted. */
  readonly failed: number;
  /** Share that succeeded, from 0 to 1. */
  readonly availability: number;
  /** The same for the worst calendar minute of the outage. */
  readonly worstMinuteAvailability: number;
  /** Operations that were in fact made; fewer than `requests` when traffic was sampled. */
  readonly sampledRequests: number;
}

/** How clients recovered, in seconds. */
export interface RecoverySummary {
  /**
   * From the strike to the first verdict that took a struck Region, or a share of its clients, out of DNS; any Region, when none is struck
   * alone. `null`: none did.
   */
  readonly detectedSeconds: number | null;
  /**
   * From the strike to the start of the first ten minutes in which 99 % of operations succeed; of several events, after the one that clients
   * take longest after. `null`: none.
   */
  readonly recoverySeconds: number | null;
  /** All minutes in which fewer than 99 % of operations succeeded. */
  readonly degradedSeconds: number;
}

/** Counts what clients see, from the strike to the end of the outage. */
export class ClientScore {
  private readonly total: Float64Array;
  private readonly failed: Float64Array;
  /** Operations that were in fact made. */
  private readonly made: Float64Array;
  private readonly causes = new Map<
    string,
    { first: OperationRecord; operations: number; firstMs: number; lastMs: number; geographies: Map<string, number> }
  >();
  private operations = 0;

  /**
   * @param strikeMs Virtual time of the strike.
   * @param durationSeconds Length of the outage.
   */
  constructor(
    private readonly strikeMs: number,
    durationSeconds: number,
  ) {
    const steps = Math.ceil(durationSeconds / STEP_SECONDS);
    this.total = new Float64Array(steps);
    this.failed = new Float64Array(steps);
    this.made = new Float64Array(steps);
  }

  /** Takes one finished operation; those that began before the strike or after the end are left out. */
  add(record: OperationRecord): void {
    const step = Math.floor((record.startMs - this.strikeMs) / (1000 * STEP_SECONDS));
    if (step < 0 || step >= this.total.length) return;
    this.operations++;
    const { weight } = record;
    add(this.total, step, weight);
    add(this.made, step, 1);
    if (record.ok) return;
    add(this.failed, step, weight);
    this.addCause(record);
  }

  /** What clients saw in all. */
  summary(): ClientSummary {
    const requests = sum(this.total);
    const failed = sum(this.failed);
    return {
      requests,
      failed,
      availability: shareOfSuccess(requests, failed),
      worstMinuteAvailability: Math.min(...this.minutes().map(({ availability }) => availability)),
      sampledRequests: this.operations,
    };
  }

  /** From an instant to the start of the first ten minutes after it in which 99 % of operations succeed; `null`: none. */
  recoverySecondsAfter(fromSeconds: number): number | null {
    return this.recoveryAfter(fromSeconds, this.total.length);
  }

  /** The same, the window being no longer than there are steps to judge. */
  private recoveryAfter(fromSeconds: number, steps: number): number | null {
    const from = Math.floor(fromSeconds / STEP_SECONDS);
    const start = this.recoveryStart(from, Math.min(RECOVERY_WINDOW_SECONDS / STEP_SECONDS, steps));
    return start === null ? null : (start - from) * STEP_SECONDS;
  }

  /** Share of operations that succeeded in a stretch of the outage; 1 when there were none. */
  availabilityIn(fromSeconds: number, toSeconds: number): number {
    const [from, to] = [fromSeconds, toSeconds].map((seconds) => Math.max(0, Math.floor(seconds / STEP_SECONDS)));
    return shareOfSuccess(sum(this.total.subarray(from, to)), sum(this.failed.subarray(from, to)));
  }

  /**
   * How clients recovered.
   *
   * @param onsetsSeconds When things begin. @default - at the strike
   */
  recovery(detectedSeconds: number | null, onsetsSeconds: readonly number[] = [0]): RecoverySummary {
    // What begins within the last ten minutes has only the rest of the time.
    const recoveries = onsetsSeconds.map((onset) => this.recoveryAfter(onset, this.total.length - Math.floor(onset)));
    const degraded = this.minutes().filter(({ availability }) => availability < RECOVERED_AVAILABILITY);
    return {
      detectedSeconds,
      recoverySeconds: recoveries.includes(null) ? null : Math.max(0, ...recoveries.map((seconds) => seconds ?? 0)),
      degradedSeconds: degraded.reduce((seconds, minute) => seconds + minute.seconds, 0),
    };
  }

  /** Why operations failed, the most frequent reason first. */
  failureCauses(): readonly FailureCause[] {
    const seconds = (ms: number): number => (ms - this.strikeMs) / 1000;
    return [...this.causes.values()]
      .map(({ first, operations, firstMs, lastMs, geographies }) => ({
        ...(first.phaseId === undefined ? {} : { phaseId: first.phaseId }),
        ...(first.region === undefined ? {} : { region: first.region }),
        failure: first.failure ?? 'unknown',
        operations,
        firstSeconds: seconds(firstMs),
        lastSeconds: seconds(lastMs),
        geographies: [...geographies].sort((left, right) => right[1] - left[1]),
      }))
      .sort((left, right) => right.operations - left.operations);
  }

  private addCause(record: OperationRecord): void {
    const key = `${record.phaseId ?? ''} ${record.region ?? ''} ${record.failure ?? ''}`;
    let cause = this.causes.get(key);
    if (!cause) {
      const { startMs } = record;
      cause = { first: record, operations: 0, firstMs: startMs, lastMs: startMs, geographies: new Map() };
      this.causes.set(key, cause);
    }
    const { id } = record.client.geography;
    cause.operations += record.weight;
    cause.firstMs = Math.min(cause.firstMs, record.startMs);
    cause.lastMs = Math.max(cause.lastMs, record.startMs);
    cause.geographies.set(id, (cause.geographies.get(id) ?? 0) + record.weight);
  }

  private minutes(): { availability: number; seconds: number }[] {
    const steps = 60 / STEP_SECONDS;
    return Array.from({ length: Math.ceil(this.total.length / steps) }, (_, minute) => {
      const total = this.total.subarray(minute * steps, (minute + 1) * steps);
      const failed = this.failed.subarray(minute * steps, (minute + 1) * steps);
      return { availability: shareOfSuccess(sum(total), sum(failed)), seconds: total.length * STEP_SECONDS };
    });
  }

  /**
   * Slides the window over the outage; a window may not reach past its end. Where only a sample was made, the window
   * grows until it holds enough operations, and the share must hold for the upper end of the failures' confidence
   * interval: a sampled drill may see recovery late, but a lucky draw is not taken for it.
   */
  private recoveryStart(first: number, shortest: number): number | null {
    const { length } = this.total;
    const window = { total: 0, failed: 0, made: 0 };
    const move = (step: number, sign: 1 | -1): void => {
      window.total += sign * (this.total[step] ?? 0);
      window.failed += sign * (this.failed[step] ?? 0);
      window.made += sign * (this.made[step] ?? 0);
    };
    const isSampled = (): boolean => window.total > window.made + ROUNDING;
    const isCoarse = (): boolean => isSampled() && window.made < MADE_IN_WINDOW;
    const hasRecovered = (): boolean => {
      const failedShare = window.total > 0 ? window.failed / window.total : 0;
      const upper = isSampled() ? poissonUpperBound(failedShare * window.made) / window.made : failedShare;
      return upper <= 1 - RECOVERED_AVAILABILITY + ROUNDING;
    };
    for (let start = first, end = first; start + shortest <= length; move(start++, -1)) {
      while (end < start + shortest || (isCoarse() && end < length)) move(end++, 1);
      if (!isCoarse() && hasRecovered()) return start;
    }
    return null;
  }
}

/** Operations that a window of sampled traffic must hold. */
const MADE_IN_WINDOW = 1000;

/** z of a one-sided 95 % confidence interval. */
const ONE_SIDED_95 = 1.6448536269514722;

/**
 * Upper end of the one-sided 95 % confidence interval of a Poisson mean, after `events` were seen.
 *
 * @see https://doi.org/10.1073/pnas.17.12.684 (the Wilson–Hilferty approximation it uses)
 */
export function poissonUpperBound(events: number): number {
  const next = events + 1;
  const root = 1 - 1 / (9 * next) + ONE_SIDED_95 / (3 * Math.sqrt(next));
  return next * root * root * root;
}

/** Largest error that adding and taking away weights leaves behind. */
const ROUNDING = 1e-9;

function add(values: Float64Array, step: number, amount: number): void {
  values[step] = (values[step] ?? 0) + amount;
}

/** Nobody asked, nobody was refused. */
function shareOfSuccess(total: number, failed: number): number {
  return total > 0 ? 1 - failed / total : 1;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
