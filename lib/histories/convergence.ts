import { type AcknowledgedOperation, isAcknowledged, type Operation } from './operation';

/** How the final state of an object is held against the operations that wrote it. */
export interface ConvergenceModel<State, Input, Output> {
  /** A text for a state, the same for two of them exactly when they are equal. */
  fingerprint(state: State): string;

  /** Whether an operation writes. */
  writes(operation: Operation<Input, Output>): boolean;

  /** Whether a final state still shows what an operation wrote. */
  shows(state: State, operation: Operation<Input, Output>): boolean;

  /** Whether one write takes the place of another: where the first stands, the second cannot show. */
  displaces(winner: Operation<Input, Output>, loser: Operation<Input, Output>): boolean;
}

/** An acknowledged write that a replica's final state does not show, because a later one stands in its place. */
export interface SupersededWrite<Input, Output> {
  readonly write: AcknowledgedOperation<Input, Output>;
  /** A write that stands in its place and may be the later one. */
  readonly by: Operation<Input, Output>;
}

/** An acknowledged write that a replica's final state does not show, though no later write took its place. */
export interface LostWrite<Input, Output> {
  readonly write: AcknowledgedOperation<Input, Output>;
  /** Replicas that do not show it. */
  readonly replicas: readonly string[];
  /** What stands there instead, as a fingerprint. */
  readonly standing: string;
  /** The write that stands in its place, although it is the earlier one. @default - none does */
  readonly by?: Operation<Input, Output>;
}

/** What became of one object. */
export interface Convergence<Input, Output> {
  /** Whether all replicas ended with the same state. */
  readonly converged: boolean;
  /** Final states as fingerprints, by replica. */
  readonly states: ReadonlyMap<string, string>;
  /** Acknowledged writes. */
  readonly acknowledged: number;
  readonly superseded: readonly SupersededWrite<Input, Output>[];
  readonly lost: readonly LostWrite<Input, Output>[];
}

/**
 * Holds the final states of an object's replicas against each other, and accounts for every acknowledged write that one of
 * them does not show: another write took its place that may come later in the order of last writer wins, or it is lost.
 *
 * A write's place in that order is some time between its invocation and its acknowledgement; one of unknown outcome may
 * come at any time after its invocation. A write that was over before another began is the earlier one: where it
 * stands all the same, a clock or a replica was wrong, and the later write is lost.
 *
 * @param operations Operations on one object, its writes at least.
 * @param finals The object's final state in each replica, once nothing is on its way any more.
 */
export function checkConvergence<State, Input, Output>(
  model: ConvergenceModel<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  finals: ReadonlyMap<string, State>,
): Convergence<Input, Output> {
  const writes = operations.filter((operation) => operation.outcome !== 'fail' && model.writes(operation));
  const acknowledged = writes.filter(isAcknowledged);
  const superseded: SupersededWrite<Input, Output>[] = [];
  const lost: LostWrite<Input, Output>[] = [];
  for (const write of acknowledged) {
    const missing = [...finals].filter(([, state]) => !model.shows(state, write));
    const unexplained: { replica: string; state: State; by: Operation<Input, Output> | undefined }[] = [];
    let winner: Operation<Input, Output> | undefined;
    for (const [replica, state] of missing) {
      const standing = writes.filter(
        (other) => other !== write && model.shows(state, other) && model.displaces(other, write),
      );
      const later = standing.find((other) => mayFollow(other, write));
      if (later) winner ??= later;
      else unexplained.push({ replica, state, by: standing[0] });
    }
    const [first] = unexplained;
    if (first) {
      const { state, by } = first;
      const replicas = unexplained.map(({ replica }) => replica);
      lost.push({ write, replicas, standing: model.fingerprint(state), ...(by ? { by } : {}) });
    } else if (winner) superseded.push({ write, by: winner });
  }
  const states = new Map([...finals].map(([replica, state]) => [replica, model.fingerprint(state)]));
  return {
    converged: new Set(states.values()).size <= 1,
    states,
    acknowledged: acknowledged.length,
    superseded,
    lost,
  };
}

/** Whether one write may come later than another in the order of last writer wins. */
function mayFollow(one: Operation<unknown, unknown>, other: Operation<unknown, unknown>): boolean {
  return !isAcknowledged(one) || one.completeMs >= other.invokeMs;
}
