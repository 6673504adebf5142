import type { OperationRecord } from '../clients/traffic';

/** How long clients were without service, one by one. */
export interface InterruptionSummary {
  /** Times that a client met a failure; each ends with the client's next success. Weighted. */
  readonly count: number;
  /** Seconds that half of them took at most; `null`: more than half never ended. @default - there was none */
  readonly p50Seconds?: number | null;
  /** Seconds that 99 in 100 took at most. @default - there was none */
  readonly p99Seconds?: number | null;
  /** Seconds that the longest took. @default - there was none */
  readonly longestSeconds?: number | null;
}

/**
 * Times how long each client that met a failure had to wait for its next success: from the beginning of the operation in which a
 * try failed first, so that waiting for an answer that does not come counts.
 *
 * A try that the same operation makes good is an interruption like any other, only shorter. When all tries fail, the client comes
 * back with its next operation, so that an interruption of a plain client is as long as clients here pause.
 */
export class Interruptions {
  /** Interrupted clients with the beginning of it, in virtual milliseconds. */
  private readonly open = new Map<number, { readonly sinceMs: number; readonly weight: number }>();
  private readonly ended: { readonly durationMs: number; readonly weight: number }[] = [];

  /** Takes a finished operation; those of one client in the order in which they end. */
  add({ client, ok, tries, startMs, endMs, weight }: OperationRecord): void {
    const interrupted = tries.some(({ failure }) => failure !== undefined);
    const begun = this.open.get(client.index);
    const { sinceMs, weight: counted } = begun ?? { sinceMs: startMs, weight };
    if (!ok) {
      if (!begun) this.open.set(client.index, { sinceMs, weight });
    } else if (begun || interrupted) {
      this.open.delete(client.index);
      this.ended.push({ durationMs: endMs - sinceMs, weight: counted });
    }
  }

  /** How long they were, those that have not ended included. */
  summary(): InterruptionSummary {
    const all = [
      ...this.ended.map(({ durationMs, weight }) => ({ seconds: durationMs / 1000, weight })),
      ...[...this.open.values()].map(({ weight }) => ({ seconds: Number.POSITIVE_INFINITY, weight })),
    ].sort((left, right) => left.seconds - right.seconds);
    const count = all.reduce((sum, { weight }) => sum + weight, 0);
    if (count === 0) return { count };
    const quantile = (share: number): number | null => {
      let below = 0;
      const found = all.find(({ weight }) => {
        below += weight;
        return below >= share * count - ROUNDING;
      });
      const seconds = found?.seconds ?? Number.POSITIVE_INFINITY;
      return Number.isFinite(seconds) ? seconds : null;
    };
    return { count, p50Seconds: quantile(0.5), p99Seconds: quantile(0.99), longestSeconds: quantile(1) };
  }
}

/** Largest error that adding weights leaves behind. */
const ROUNDING = 1e-6;
