import { type AcknowledgedOperation, isAcknowledged, type Operation } from './operation';
import { timelineOf } from './timeline';

/** The versions of one object, and what is certain of their order. */
export interface VersionOrder<Input, Output, Version> {
  /** The version that an acknowledged operation left behind. `undefined`: it wrote nothing. */
  written(operation: AcknowledgedOperation<Input, Output>): Version | undefined;

  /** The version that an acknowledged operation showed its client. `undefined`: it showed none. */
  seen(operation: AcknowledgedOperation<Input, Output>): Version | undefined;

  /** Whether one version is certainly older than another. Neither may be, when their order is not known. */
  isOlder(one: Version, other: Version): boolean;
}

/** A read that showed its client less than the client knew. */
export interface SessionAnomaly<Input, Output> {
  /** The read. */
  readonly read: AcknowledgedOperation<Input, Output>;
  /** What it fell behind: an operation of the same client that had been acknowledged before the read began. */
  readonly behind: AcknowledgedOperation<Input, Output>;
}

/** What became of one session guarantee. */
export interface SessionVerdict<Input, Output> {
  /** Reads that had something to fall behind. */
  readonly checked: number;
  readonly anomalies: readonly SessionAnomaly<Input, Output>[];
}

/** Two of the session guarantees of Terry et al. */
export interface SessionGuarantees<Input, Output> {
  /** A read shows what its client had written and seen acknowledged before, or something newer. */
  readonly readYourWrites: SessionVerdict<Input, Output>;
  /** A read shows what its client had read before, or something newer. */
  readonly monotonicReads: SessionVerdict<Input, Output>;
}

/** A version that a client knows of, and how. */
interface Known<Version, Input, Output> {
  readonly version: Version;
  readonly operation: AcknowledgedOperation<Input, Output>;
}

/** What a client knows of one object, the newest versions only. Never changed: reads under way hold on to it. */
interface Session<Version, Input, Output> {
  readonly written: readonly Known<Version, Input, Output>[];
  readonly read: readonly Known<Version, Input, Output>[];
}

/**
 * Finds reads that fell behind what their client had written, or had read, before they began. Each client is a session;
 * of operations of one client that overlap, neither is before the other.
 *
 * @param operations Operations on one object.
 * @see https://doi.org/10.1109/PDIS.1994.331722 (Terry et al., Session Guarantees for Weakly Consistent Replicated Data)
 */
export function checkSessionGuarantees<Input, Output, Version>(
  order: VersionOrder<Input, Output, Version>,
  operations: readonly Operation<Input, Output>[],
): SessionGuarantees<Input, Output> {
  type OneSession = Session<Version, Input, Output>;
  const sessions = new Map<string | number, OneSession>();
  const atInvocation = new Map<Operation<Input, Output>, OneSession>();
  const readYourWrites = { checked: 0, anomalies: [] as SessionAnomaly<Input, Output>[] };
  const monotonicReads = { checked: 0, anomalies: [] as SessionAnomaly<Input, Output>[] };
  for (const { type, operation } of timelineOf(operations)) {
    const session = sessions.get(operation.client) ?? { written: [], read: [] };
    if (type === 'invoke') {
      atInvocation.set(operation, session);
      continue;
    }
    if (!isAcknowledged(operation)) continue;
    const seen = order.seen(operation);
    const written = order.written(operation);
    const before = atInvocation.get(operation) as OneSession;
    atInvocation.delete(operation);
    if (seen !== undefined) {
      for (const [guarantee, known] of [
        [readYourWrites, before.written],
        [monotonicReads, before.read],
      ] as const) {
        if (known.length === 0) continue;
        guarantee.checked++;
        const ahead = known.find(({ version }) => order.isOlder(seen, version));
        if (ahead) guarantee.anomalies.push({ read: operation, behind: ahead.operation });
      }
    }
    sessions.set(operation.client, {
      written: written === undefined ? session.written : learn(order, session.written, { version: written, operation }),
      read: seen === undefined ? session.read : learn(order, session.read, { version: seen, operation }),
    });
  }
  return { readYourWrites, monotonicReads };
}

/** Adds a version to those known, unless it is older than one of them, and drops those that are older than it. */
function learn<Input, Output, Version>(
  order: VersionOrder<Input, Output, Version>,
  known: readonly Known<Version, Input, Output>[],
  one: Known<Version, Input, Output>,
): readonly Known<Version, Input, Output>[] {
  if (known.some(({ version }) => version === one.version || order.isOlder(one.version, version))) return known;
  return [...known.filter(({ version }) => !order.isOlder(version, one.version)), one];
}
