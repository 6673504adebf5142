import type { OperationRecord } from '../clients/traffic';

/** What clients saw in one stretch of a run. */
export interface StretchSummary {
  /** From the strike to the beginning and to the end of the stretch, in seconds. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** Operations that began in it, weighted. */
  readonly operations: number;
  /** Those that failed after every retry, weighted. */
  readonly failed: number;
  /** Share that succeeded, from 0 to 1. */
  readonly availability: number;
  /** Median and 99th percentile, in milliseconds, of those that succeeded; `null`: none did. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Whether the steady state held: enough operations succeeded. */
  readonly held: boolean;
}

/** What clients saw before, during and after something happened. */
export interface SteadySummary {
  /** Least share of operations that succeed in the steady state, from 0 to 1. */
  readonly threshold: number;
  readonly before: StretchSummary;
  readonly during: StretchSummary;
  readonly after: StretchSummary;
}

/** A stretch of a run, in seconds from the strike, the end exclusive. */
export type Stretch = readonly [fromSeconds: number, toSeconds: number];

/** Remembers every operation of a run, so that any stretch of it can be looked at afterwards. */
export class SteadyState {
  private readonly records: {
    readonly startMs: number;
    readonly tookMs: number;
    readonly weight: number;
    readonly ok: boolean;
  }[] = [];

  /** @param strikeMs Virtual time of the strike. */
  constructor(private readonly strikeMs: number) {}

  /** Takes one finished operation. */
  add({ startMs, endMs, weight, ok }: OperationRecord): void {
    this.records.push({ startMs, tookMs: endMs - startMs, weight, ok });
  }

  /**
   * What clients saw in three stretches.
   *
   * @param threshold Least share of operations that succeed in the steady state.
   */
  summary(threshold: number, before: Stretch, during: Stretch, after: Stretch): SteadySummary {
    return {
      threshold,
      before: this.stretch(before, threshold),
      during: this.stretch(during, threshold),
      after: this.stretch(after, threshold),
    };
  }

  private stretch([fromSeconds, toSeconds]: Stretch, threshold: number): StretchSummary {
    const [fromMs, toMs] = [this.strikeMs + 1000 * fromSeconds, this.strikeMs + 1000 * toSeconds];
    let operations = 0;
    let failed = 0;
    const tookMs: number[] = [];
    for (const record of this.records) {
      if (record.startMs < fromMs || record.startMs >= toMs) continue;
      operations += record.weight;
      if (record.ok) tookMs.push(record.tookMs);
      else failed += record.weight;
    }
    tookMs.sort((left, right) => left - right);
    const availability = operations > 0 ? 1 - failed / operations : 1;
    return {
      fromSeconds,
      toSeconds,
      operations,
      failed,
      availability,
      p50Ms: rank(tookMs, 0.5),
      p99Ms: rank(tookMs, 0.99),
      held: availability >= threshold,
    };
  }
}

function rank(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
