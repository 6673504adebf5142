import { isAcknowledged, type Operation } from './operation';

/** One edge of an operation. */
export interface Edge<Input, Output> {
  readonly atMs: number;
  /** `invoke`: from now on it may take effect; `ok`: by now it has. */
  readonly type: 'invoke' | 'ok';
  readonly operation: Operation<Input, Output>;
}

/**
 * Orders operations by what is known of their times: every invocation, and the acknowledgements of those that have one.
 * An operation of unknown outcome never ends, and one that failed was never there. What happened in one instant counts
 * as concurrent: invocations come before acknowledgements, since a clock that cannot tell them apart must accuse nobody.
 *
 * @throws RangeError for times that are no numbers, or an acknowledgement before its invocation.
 */
export function timelineOf<Input, Output>(operations: readonly Operation<Input, Output>[]): Edge<Input, Output>[] {
  const edges: Edge<Input, Output>[] = [];
  for (const operation of operations) {
    const { invokeMs, completeMs = invokeMs } = operation;
    if (!(completeMs >= invokeMs)) {
      throw new RangeError(`${operation.kind} of ${operation.key}: invoked at ${invokeMs}, completed at ${completeMs}`);
    }
    if (operation.outcome === 'fail') continue;
    edges.push({ atMs: invokeMs, type: 'invoke', operation });
    if (isAcknowledged(operation)) edges.push({ atMs: completeMs, type: 'ok', operation });
  }
  return edges.sort((left, right) => left.atMs - right.atMs || rank(left) - rank(right));
}

function rank({ type }: Edge<unknown, unknown>): number {
  return type === 'invoke' ? 0 : 1;
}
