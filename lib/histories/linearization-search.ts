import type { Operation } from './operation';
import { type SequentialModel, UNSEEN } from './sequential-model';
import { timelineOf } from './timeline';

/** What a search came to. */
export type SearchResult<Input, Output> =
  | { readonly kind: 'linearizable' }
  | {
      readonly kind: 'stuck';
      /** The acknowledgement that no order explains. */
      readonly operation: Operation<Input, Output>;
      /** What had been invoked by then, in order of time: the shortest beginning of the history that is wrong. */
      readonly prefix: readonly Operation<Input, Output>[];
      /** Fingerprints of every state that the object could have been in. */
      readonly states: readonly string[];
    }
  | { readonly kind: 'out-of-steps' };

/** One way in which the object may have come to where it is. */
interface Configuration<State> {
  readonly state: State;
  /** Operations that have taken effect and are still under way, as a set of slots. */
  readonly taken: bigint;
}

/** An operation under way, or one whose outcome nobody knows: it is under way for ever. */
interface Pending<Input, Output> {
  readonly operation: Operation<Input, Output>;
  readonly bit: bigint;
  readonly output: Output | typeof UNSEEN;
}

/**
 * Looks for an order in which operations on one object may have taken effect, each between its invocation and its
 * acknowledgement.
 *
 * Time is gone through once, with every configuration that the object may be in (Wing and Gong's search; breadth first,
 * with operations taking effect just in time for an acknowledgement, and no configuration looked at twice: Lowe's
 * just-in-time graph search). An operation of unknown outcome stays under way: it may take effect before any later
 * acknowledgement, or never. Of two configurations in the same state, the one that has used up fewer of those can do
 * whatever the other can, so that the other is dropped; without it each of them would double the work.
 *
 * @param maxSteps Steps of the model after which the search gives up.
 * @see https://doi.org/10.1006/jpdc.1993.1015 (Wing and Gong, Testing and Verifying Concurrent Objects)
 * @see https://doi.org/10.1002/cpe.3928 (Lowe, Testing for Linearizability)
 */
export function searchLinearization<State, Input, Output>(
  model: SequentialModel<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  maxSteps: number,
): SearchResult<Input, Output> {
  const pending = new Map<Operation<Input, Output>, Pending<Input, Output>>();
  const slots = new Slots();
  const prefix: Operation<Input, Output>[] = [];
  let unknown = 0n;
  let steps = 0;
  let configurations: readonly Configuration<State>[] = [{ state: model.init, taken: 0n }];
  for (const { type, operation } of timelineOf(operations)) {
    if (type === 'invoke') {
      const bit = slots.take();
      const isKnown = operation.outcome === 'ok';
      if (!isKnown) unknown |= bit;
      pending.set(operation, { operation, bit, output: isKnown ? operation.output : UNSEEN });
      prefix.push(operation);
      continue;
    }
    const own = pending.get(operation) as Pending<Input, Output>;
    const others = [...pending.values()].filter((one) => one !== own);
    const reached = new Configurations(model, unknown);
    const next = new Configurations(model, unknown);
    const queue: Configuration<State>[] = [];
    for (const configuration of configurations) {
      const { state, taken } = configuration;
      if (taken & own.bit) next.add({ state, taken: taken ^ own.bit });
      else if (reached.add(configuration)) queue.push(configuration);
    }
    for (const { state, taken } of queue) {
      if (++steps > maxSteps) return { kind: 'out-of-steps' };
      const done = model.step(state, operation.input, own.output);
      if (done !== undefined) next.add({ state: done, taken });
      for (const other of others) {
        if (taken & other.bit) continue;
        if (++steps > maxSteps) return { kind: 'out-of-steps' };
        const after = model.step(state, other.operation.input, other.output);
        if (after === undefined) continue;
        const further = { state: after, taken: taken | other.bit };
        if (reached.add(further)) queue.push(further);
      }
    }
    configurations = next.all();
    if (configurations.length === 0) return { kind: 'stuck', operation, prefix, states: reached.fingerprints() };
    pending.delete(operation);
    slots.release(own.bit);
  }
  return { kind: 'linearizable' };
}

/** Bits for operations under way; those that ended give theirs to later ones, so that sets of them stay small. */
class Slots {
  private readonly free: bigint[] = [];
  private used = 0n;

  take(): bigint {
    return this.free.pop() ?? 1n << this.used++;
  }

  release(bit: bigint): void {
    this.free.push(bit);
  }
}

/** A set of configurations without those that another one of it makes needless. */
class Configurations<State> {
  private readonly byState = new Map<string, Configuration<State>[]>();

  constructor(
    private readonly model: Pick<SequentialModel<State, unknown, unknown>, 'fingerprint'>,
    /** Operations of unknown outcome: nobody waits for them to take effect. */
    private readonly unknown: bigint,
  ) {}

  /** Adds a configuration; says no when one that is there can do whatever this one can. */
  add(configuration: Configuration<State>): boolean {
    const fingerprint = this.model.fingerprint(configuration.state);
    const same = this.byState.get(fingerprint);
    if (!same) {
      this.byState.set(fingerprint, [configuration]);
      return true;
    }
    if (same.some(({ taken }) => this.spares(taken, configuration.taken))) return false;
    this.byState.set(fingerprint, [
      ...same.filter(({ taken }) => !this.spares(configuration.taken, taken)),
      configuration,
    ]);
    return true;
  }

  all(): readonly Configuration<State>[] {
    return [...this.byState.values()].flat();
  }

  fingerprints(): readonly string[] {
    return [...this.byState.keys()];
  }

  /** Whether one set has used up the same operations as another, or fewer of those with an unknown outcome. */
  private spares(taken: bigint, other: bigint): boolean {
    return (taken & other) === taken && ((taken ^ other) & ~this.unknown) === 0n;
  }
}
