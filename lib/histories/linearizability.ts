import { type CounterExample, counterExampleOf } from './counter-example';
import { searchLinearization } from './linearization-search';
import type { Operation } from './operation';
import type { SequentialModel } from './sequential-model';

/** How far a check goes. */
export interface LinearizabilityLimits {
  /**
   * Steps of the search (of the model, and comparisons of what it led to) after which the check says that it cannot
   * decide. Checking is NP-complete: a history with much concurrency can ask for any amount of work.
   *
   * @default 1000000
   */
  readonly maxSteps?: number;
}

/** What a check says; `undecided` is neither of the others. */
export type Linearizability<Input, Output> =
  | { readonly verdict: 'holds' }
  | { readonly verdict: 'violated'; readonly counterExample: CounterExample<Input, Output> }
  | { readonly verdict: 'undecided'; readonly maxSteps: number };

/** Steps that decide every history of a few concurrent clients; about a second of work. */
const MAX_STEPS = 1_000_000;

/**
 * Whether operations on one object look as if each had taken effect at one instant between its invocation and its
 * acknowledgement. Those that failed had no effect; those of unknown outcome may have theirs at any time after their
 * invocation, or never.
 *
 * A history of many objects is linearizable exactly when each object's part of it is (Herlihy and Wing's locality): check
 * it key by key.
 *
 * @see https://doi.org/10.1145/78969.78972 (Herlihy and Wing, Linearizability)
 */
export function checkLinearizability<State, Input, Output>(
  model: SequentialModel<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  { maxSteps = MAX_STEPS }: LinearizabilityLimits = {},
): Linearizability<Input, Output> {
  const result = searchLinearization(model, operations, maxSteps);
  if (result.kind === 'linearizable') return { verdict: 'holds' };
  if (result.kind === 'out-of-steps') return { verdict: 'undecided', maxSteps };
  return { verdict: 'violated', counterExample: counterExampleOf(model, result) };
}
