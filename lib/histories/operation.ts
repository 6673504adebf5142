/** What an operation is, whatever became of it. */
interface Invocation<Input> {
  /** Who asked. Two operations of one client may overlap, and then neither is before the other. */
  readonly client: string | number;
  /** The object it is about; each is judged by itself. */
  readonly key: string;
  /** Short name, for example `read`, `write` or `deliver`. */
  readonly kind: string;
  /** What was asked for. */
  readonly input: Input;
  /** When the client asked, in milliseconds since whatever the history counts from. */
  readonly invokeMs: number;
  /** Region that was asked, or that answered. @default - not known */
  readonly region?: string;
}

/** An operation that took effect once, between `invokeMs` and `completeMs`, and whose answer the client saw. */
interface Acknowledged<Output> {
  readonly outcome: 'ok';
  /** When the client had the answer, in milliseconds; not before `invokeMs`. */
  readonly completeMs: number;
  /** What the client was told. */
  readonly output: Output;
}

/** An operation that is known to have had no effect, and to have none later. */
interface Failed {
  readonly outcome: 'fail';
  /** When the client knew, in milliseconds. */
  readonly completeMs: number;
}

/** An operation that had its effect at some time after `invokeMs`, or will have it, or never will: nobody knows. */
interface Unknown {
  readonly outcome: 'unknown';
  /** When the client gave up, in milliseconds; the effect may come later. @default - it never did */
  readonly completeMs?: number;
}

/**
 * One thing a client wanted, with how it ended for the client. All tries of one operation are one operation: it failed
 * when each of its tries is known to have had no effect, and is unknown when none was acknowledged and one may have had.
 *
 * The words are Jepsen's, which calls `unknown` `info`.
 *
 * @see https://cljdoc.org/d/io.jepsen/history/0.1.1
 */
export type Operation<Input, Output> = Invocation<Input> & (Acknowledged<Output> | Failed | Unknown);

/** An operation whose answer its client saw. */
export type AcknowledgedOperation<Input, Output> = Invocation<Input> & Acknowledged<Output>;

/** How operations end. */
export type Outcome = Operation<unknown, unknown>['outcome'];

/** Whether the client saw an answer. */
export function isAcknowledged<Input, Output>(
  operation: Operation<Input, Output>,
): operation is AcknowledgedOperation<Input, Output> {
  return operation.outcome === 'ok';
}
