/** Stands for an answer that no client saw. */
export const UNSEEN: unique symbol = Symbol('unseen');

/**
 * What an object does when it is asked one thing at a time: the specification that histories are held against. Its
 * functions are pure.
 */
export interface SequentialModel<State, Input, Output> {
  /** The state of an object that nobody has asked anything yet. */
  readonly init: State;

  /**
   * Carries out one operation.
   *
   * @param output What the client was told, or {@link UNSEEN}: then every answer is possible, and the state says what
   * the operation did if it took effect.
   * @returns the next state, or `undefined` when an object in this state does not answer so.
   */
  step(state: State, input: Input, output: Output | typeof UNSEEN): State | undefined;

  /** A text for a state, the same for two of them exactly when they are equal; messages show it. */
  fingerprint(state: State): string;

  /** An operation in a few words, for example `write 1` or `read: 1`. */
  describe(input: Input, output: Output | typeof UNSEEN): string;
}
