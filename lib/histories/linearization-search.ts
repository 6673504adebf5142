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
 * @param maxSteps Steps of the model, and comparisons of configurations, after which the search gives up.
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
    pending.delete(operation);
    slots.release(own.bit);
    const [only] = configurations;
    if (pending.size === 0 && configurations.length === 1 && only?.taken === 0n) {
      // Nothing overlaps it, as with most operations of most histories: there is one order.
      if (++steps > maxSteps) return { kind: 'out-of-steps' };
      const done = model.step(only.state, operation.input, own.output);
      if (done === undefined) return { kind: 'stuck', operation, prefix, states: [model.fingerprint(only.state)] };
      configurations = [{ state: done, taken: 0n }];
      continue;
    }
    const others = [...pending.values()];
    const compare = (): void => {
      steps++;
    };
    const reached = new Configurations(model, unknown, compare);
    const next = new Configurations(model, unknown, compare);
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
  /** By state, then by operations taken whose outcome is known: those of unknown outcome that were used up besides. */
  private readonly byState = new Map<
    string,
    { readonly state: State; readonly used: Map<bigint, readonly bigint[]> }
  >();

  constructor(
    private readonly model: Pick<SequentialModel<State, unknown, unknown>, 'fingerprint'>,
    /** Operations of unknown outcome: nobody waits for them to take effect. */
    private readonly unknown: bigint,
    /** Hears of every comparison of two configurations. */
    private readonly onComparison: () => void,
  ) {}

  /** Adds a configuration; says no when one that is there can do whatever this one can. */
  add({ state, taken }: Configuration<State>): boolean {
    const fingerprint = this.model.fingerprint(state);
    let same = this.byState.get(fingerprint);
    if (!same) {
      same = { state, used: new Map() };
      this.byState.set(fingerprint, same);
    }
    const spent = taken & this.unknown;
    const known = taken ^ spent;
    const rivals = same.used.get(known) ?? [];
    for (const rival of rivals) {
      this.onComparison();
      if ((rival & spent) === rival) return false;
    }
    same.used.set(known, [...rivals.filter((rival) => (rival & spent) !== spent), spent]);
    return true;
  }

  all(): readonly Configuration<State>[] {
    return [...this.byState.values()].flatMap(({ state, used }) =>
      [...used].flatMap(([known, sets]) => sets.map((spent) => ({ state, taken: known | spent }))),
    );
  }

  fingerprints(): readonly string[] {
    return [...this.byState.keys()];
  }
}
