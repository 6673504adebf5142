import { type SearchResult, searchLinearization } from './linearization-search';
import { isAcknowledged, type Operation } from './operation';
import { type SequentialModel, UNSEEN } from './sequential-model';

/** Why a history is not linearizable. */
export interface CounterExample<Input, Output> {
  /** The acknowledgement that no order explains. */
  readonly operation: Operation<Input, Output>;
  /**
   * Operations that cannot be ordered, that one included, in order of invocation. None can be spared: were the outcome of
   * any of them unknown, an order would be found. Of a long history these are the latest ones; earlier ones that cannot be
   * spared either are among the others.
   */
  readonly essential: readonly Operation<Input, Output>[];
  /** Operations of unknown outcome that had been invoked by then. They, too, cannot explain it. */
  readonly unknown: readonly Operation<Input, Output>[];
  /** Further acknowledged operations that had been invoked by then. */
  readonly others: number;
  /** Every state that the object could have been in, as fingerprints. */
  readonly states: readonly string[];
  /** The whole as text, a line for each operation. */
  readonly message: string;
}

/** Steps of the model in one attempt to spare operations; an attempt that takes more has failed. */
const MAX_STEPS = 100_000;

/** Latest acknowledged operations that are looked at. */
const CANDIDATES = 40;

/** Operations with and without a known outcome, and states, that a message shows. */
const SHOWN = 12;

/** Makes a counter-example of the beginning of a history in which a search got stuck. */
export function counterExampleOf<State, Input, Output>(
  model: SequentialModel<State, Input, Output>,
  { operation, prefix, states }: SearchResult<Input, Output> & { readonly kind: 'stuck' },
): CounterExample<Input, Output> {
  const acknowledged = prefix.filter(isAcknowledged);
  const unknown = prefix.filter((one) => !isAcknowledged(one));
  const candidates = acknowledged.filter((one) => one !== operation).slice(-CANDIDATES);
  const before = essentialOf(model, prefix, candidates, operation.completeMs);
  const essential = acknowledged.filter((one) => one === operation || before.includes(one));
  const others = acknowledged.length - essential.length;
  const message = [
    `${operation.key} is not linearizable: no order explains the last of these operations`,
    ...[...before.slice(-SHOWN), ...unknown.slice(-SHOWN), operation].map(
      (one) => `  ${describeOperation(model, one)}`,
    ),
    `  It could only have been: ${states.slice(0, SHOWN).join('; ')}${states.length > SHOWN ? '; …' : ''}.`,
  ].join('\n');
  return { operation, essential, unknown, others, states, message };
}

/** One operation as a line: who, what, when, where. Times are seconds since whatever the history counts from. */
export function describeOperation<Input, Output>(
  model: Pick<SequentialModel<never, Input, Output>, 'describe'>,
  operation: Operation<Input, Output>,
): string {
  const { invokeMs, completeMs, outcome, region } = operation;
  const until = outcome === 'unknown' ? 'outcome unknown' : `to ${seconds(completeMs)}`;
  const where = region === undefined ? '' : `, ${region}`;
  return `${nameOf(operation)}: ${textOf(model, operation)}, from ${seconds(invokeMs)} ${until}${where}`;
}

/**
 * The acknowledged operations without any of which the beginning could be ordered. An operation is taken away by calling
 * its outcome unknown: that leaves its effect possible, so that whatever is wrong without it is wrong with it. Later
 * operations are tried before earlier ones, since a read says less than the write it saw.
 *
 * Every operation of unknown outcome makes a search dearer, so that of a long history only the latest ones are looked at.
 *
 * @param untilMs Time of the acknowledgement that no order explains. What is wrong later only says nothing: operations that are no part of
 * the beginning might explain it.
 */
function essentialOf<State, Input, Output>(
  model: SequentialModel<State, Input, Output>,
  prefix: readonly Operation<Input, Output>[],
  candidates: readonly Operation<Input, Output>[],
  untilMs = Number.POSITIVE_INFINITY,
): readonly Operation<Input, Output>[] {
  const isWrong = (operations: readonly Operation<Input, Output>[]): boolean => {
    const result = searchLinearization(model, operations, MAX_STEPS);
    return result.kind === 'stuck' && (result.operation.completeMs ?? untilMs) <= untilMs;
  };
  const spared = new Set<Operation<Input, Output>>();
  for (const candidate of candidates.toReversed()) {
    spared.add(candidate);
    const weaker = prefix.map((one) => (spared.has(one) ? withUnknownOutcome(one) : one));
    if (!isWrong(weaker)) spared.delete(candidate);
  }
  return candidates.filter((one) => !spared.has(one));
}

function withUnknownOutcome<Input, Output>(operation: Operation<Input, Output>): Operation<Input, Output> {
  const { client, key, kind, input, invokeMs, completeMs } = operation;
  return {
    client,
    key,
    kind,
    input,
    invokeMs,
    outcome: 'unknown',
    ...(completeMs === undefined ? {} : { completeMs }),
  };
}

function nameOf({ client }: Operation<unknown, unknown>): string {
  return typeof client === 'number' ? `client ${client}` : client;
}

function textOf<Input, Output>(
  model: Pick<SequentialModel<never, Input, Output>, 'describe'>,
  operation: Operation<Input, Output>,
): string {
  return model.describe(operation.input, isAcknowledged(operation) ? operation.output : UNSEEN);
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? 'never' : `${(ms / 1000).toFixed(3)} s`;
}
