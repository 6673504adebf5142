import { type Operation, type SequentialModel, UNSEEN } from '../../lib/histories';

/**
 * Whether a history is linearizable, found out from the definition alone: every choice of operations of unknown outcome
 * that took effect, in every order of all operations, is held against real time and the model. For six operations or so.
 */
export function isLinearizableInSomeOrder<State, Input, Output>(
  model: SequentialModel<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): boolean {
  const certain = operations.filter(({ outcome }) => outcome === 'ok');
  const possible = operations.filter(({ outcome }) => outcome === 'unknown');
  return subsetsOf(possible).some((happened) =>
    ordersOf([...certain, ...happened]).some((order) => keepsRealTime(order) && isLegal(model, order)),
  );
}

function keepsRealTime(order: readonly Operation<unknown, unknown>[]): boolean {
  return order.every((later, index) =>
    order.slice(0, index).every((earlier) => later.outcome !== 'ok' || later.completeMs >= earlier.invokeMs),
  );
}

function isLegal<State, Input, Output>(
  model: SequentialModel<State, Input, Output>,
  order: readonly Operation<Input, Output>[],
): boolean {
  let state: State | undefined = model.init;
  for (const operation of order) {
    state = model.step(state, operation.input, operation.outcome === 'ok' ? operation.output : UNSEEN);
    if (state === undefined) return false;
  }
  return true;
}

function subsetsOf<T>(items: readonly T[]): T[][] {
  const [first, ...others] = items;
  if (first === undefined) return [[]];
  return subsetsOf(others).flatMap((subset) => [subset, [first, ...subset]]);
}

function ordersOf<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    ordersOf(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}
