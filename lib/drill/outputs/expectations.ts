import { consistencyLine, isAsPromised } from '../report/render-consistency';
import { count, duration, durationOrNever, percent } from '../report/render-values';
import type { ConsistencySummary } from '../verdict/consistency';
import type { DataSummary } from '../verdict/ledger';

/** Something that was asked of a drill, in words. */
export interface Expectation {
  /** For example `availability of at least 99.9 %`. */
  readonly asked: string;
  /** For example `99.2 %`. */
  readonly reached: string;
  readonly met: boolean;
}

/**
 * At least a share of clients' operations succeeds.
 *
 * @param when The stretch that is meant. @default - all that is judged
 */
export function availabilityOf(reached: number, bound: number, when?: string): Expectation {
  const asked = `availability of at least ${percent(bound)}${when === undefined ? '' : ` ${when}`}`;
  return { asked, reached: percent(reached), met: reached >= bound };
}

/**
 * Clients recover in time.
 *
 * @param reached Seconds; `null`: they never did.
 * @param since From when it is counted. @default - from the strike
 */
export function recoveryOf(reached: number | null, bound: number, since?: string): Expectation {
  const asked = `recovery within ${duration(bound)}${since === undefined ? '' : ` of ${since}`}`;
  return { asked, reached: durationOrNever(reached), met: reached !== null && reached <= bound };
}

/** No more acknowledged writes and uploads are lost than may be. */
export function lossOf(data: DataSummary, bound: number): Expectation {
  const lost = data.lostAcknowledgedWrites + data.lostAcknowledgedObjects;
  return { asked: `at most ${count(bound)} acknowledged writes lost`, reached: count(lost), met: lost <= bound };
}

/** Data is what the tables promise. */
export function consistencyOf(consistency: ConsistencySummary): Expectation {
  const met = isAsPromised(consistency);
  return { asked: 'consistency as the tables promise it', reached: consistencyLine(consistency), met };
}

/** What was asked and what was reached, in one line. */
export function expectationList(expectations: readonly Expectation[]): string {
  return expectations.map(({ asked, reached, met }) => `${asked}, got ${reached}${met ? '' : ' (MISSED)'}`).join('; ');
}
