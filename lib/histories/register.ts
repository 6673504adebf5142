import type { ConvergenceModel } from './convergence';
import { isAcknowledged, type Operation } from './operation';
import { type SequentialModel, UNSEEN } from './sequential-model';
import type { VersionOrder } from './session-guarantees';

/** A value of a register; `null` is a register that nobody has written. */
export type RegisterValue = string | number | null;

/** What a register is asked. */
export type RegisterInput =
  | { readonly kind: 'read' }
  | { readonly kind: 'write'; readonly value: RegisterValue }
  | { readonly kind: 'compare-and-set'; readonly from: RegisterValue; readonly to: RegisterValue };

/** What it answers: the value to a read, whether it was set to a compare-and-set, nothing to a write. */
export type RegisterOutput = RegisterValue | boolean | undefined;

/** One operation on a register. */
export type RegisterOperation = Operation<RegisterInput, RegisterOutput>;

/** An atomic register. */
export const registerModel: SequentialModel<RegisterValue, RegisterInput, RegisterOutput> = {
  init: null,

  step(state, input, output) {
    switch (input.kind) {
      case 'read':
        return output === UNSEEN || output === state ? state : undefined;
      case 'write':
        return input.value;
      case 'compare-and-set': {
        const sets = state === input.from;
        if (output !== UNSEEN && output !== sets) return undefined;
        return sets ? input.to : state;
      }
    }
  },

  fingerprint: (state) => JSON.stringify(state),

  describe(input, output) {
    const told = output === UNSEEN ? '' : `: ${JSON.stringify(output)}`;
    switch (input.kind) {
      case 'read':
        return `read${told}`;
      case 'write':
        return `write ${JSON.stringify(input.value)}`;
      case 'compare-and-set':
        return `set ${JSON.stringify(input.from)} to ${JSON.stringify(input.to)}${told}`;
    }
  },
};

/** What a register ends as: one value, in the place of every other. */
export const registerConvergence: ConvergenceModel<RegisterValue, RegisterInput, RegisterOutput> = {
  fingerprint: registerModel.fingerprint,
  writes: (operation) =>
    writtenBy(operation.input) !== undefined && !(isAcknowledged(operation) && operation.output === false),
  shows: (state, { input }) => state === writtenBy(input),
  displaces: () => true,
};

/**
 * The order of a register's versions, as far as times tell: one value is older than another when its write was
 * acknowledged before the other's began, and the value of a register that nobody has written is older than all. Of a
 * value that was written twice nothing is certain.
 *
 * @param operations Operations on one register.
 */
export function registerVersions(
  operations: readonly RegisterOperation[],
): VersionOrder<RegisterInput, RegisterOutput, RegisterValue> {
  const writes = new Map<RegisterValue, RegisterOperation[]>();
  for (const operation of operations) {
    const value = writtenBy(operation.input);
    if (value === undefined || operation.outcome === 'fail') continue;
    const same = writes.get(value);
    if (same) same.push(operation);
    else writes.set(value, [operation]);
  }
  const onlyWrite = (value: RegisterValue): RegisterOperation | undefined => {
    const all = writes.get(value) ?? [];
    return all.length === 1 ? all[0] : undefined;
  };
  return {
    written: ({ input, output }) => (output === false ? undefined : writtenBy(input)),
    seen: ({ input, output }) => (input.kind === 'read' ? (output as RegisterValue) : undefined),
    isOlder(one, other) {
      if (one === null && !writes.has(null)) return writes.has(other);
      const [first, second] = [onlyWrite(one), onlyWrite(other)];
      return !!first && !!second && isAcknowledged(first) && first.completeMs < second.invokeMs;
    },
  };
}

function writtenBy(input: RegisterInput): RegisterValue | undefined {
  if (input.kind === 'write') return input.value;
  return input.kind === 'compare-and-set' ? input.to : undefined;
}
