import type { VersionOrder } from '../../histories';
import { type ConvergenceModel, isAcknowledged, type Operation, type SequentialModel, UNSEEN } from '../../histories';

/** What a parcel is asked. */
export type ParcelInput =
  | { readonly kind: 'read' }
  | { readonly kind: 'register' }
  | { readonly kind: 'deliver'; readonly deliveryId: string };

/** One operation on a parcel; it answers with the state it shows, {@link DONE}, or why it refuses. */
export type ParcelOperation = Operation<ParcelInput, string>;

/** What a write answers that did what it was asked for. */
export const DONE = 'done';

/** A parcel that nobody has registered; also why a delivery of it is refused. */
export const NOT_REGISTERED = 'not registered';

/** A parcel that is registered and not delivered. */
export const REGISTERED = 'registered';

/** Why a delivery is refused: another one has handed the parcel over. */
export const DELIVERED_OTHERWISE = 'delivered otherwise';

const DELIVERED_BY = 'delivered by ';

/** A parcel that a delivery has handed over. */
export function deliveredBy(deliveryId: string): string {
  return DELIVERED_BY + deliveryId;
}

/** The delivery that has handed over a parcel in this state, if one has. */
export function deliveryIn(state: string): string | undefined {
  return state.startsWith(DELIVERED_BY) ? state.slice(DELIVERED_BY.length) : undefined;
}

/**
 * A parcel of Dispatch, asked one thing at a time: it is registered, and then delivered by one delivery for good. Its
 * identifier is its client's, so that nobody else registers it.
 *
 * A delivery also binds its own identifier; that item is left out, since nothing reads it but repetitions of the delivery.
 */
export const parcelModel: SequentialModel<string, ParcelInput, string> = {
  init: NOT_REGISTERED,

  step(state, input, output) {
    if (input.kind === 'read') return output === UNSEEN || output === state ? state : undefined;
    if (input.kind === 'register') {
      if (output !== UNSEEN && output !== DONE) return undefined;
      return state === NOT_REGISTERED ? REGISTERED : state;
    }
    const delivered = deliveredBy(input.deliveryId);
    const isDeliverable = state === REGISTERED || state === delivered;
    if (output === UNSEEN) return isDeliverable ? delivered : state;
    if (output === DONE) return isDeliverable ? delivered : undefined;
    if (output === NOT_REGISTERED) return state === NOT_REGISTERED ? state : undefined;
    return output === DELIVERED_OTHERWISE && state !== NOT_REGISTERED && !isDeliverable ? state : undefined;
  },

  fingerprint: (state) => state,

  describe(input, output) {
    const asked = input.kind === 'deliver' ? `deliver ${input.deliveryId}` : input.kind;
    return output === UNSEEN ? asked : `${asked}: ${shortened(output)}`;
  },
};

/**
 * A parcel only ever goes on, so that each state is newer than those before it. A refused delivery shows a state, too. What is no state of
 * a parcel, such as one with spoilt content, is neither newer nor older than anything.
 */
export const parcelVersions: VersionOrder<ParcelInput, string, string> = {
  written({ input, output }) {
    if (output !== DONE) return undefined;
    return input.kind === 'deliver' ? deliveredBy(input.deliveryId) : REGISTERED;
  },
  seen: ({ input, output }) => (input.kind === 'read' || output === NOT_REGISTERED ? output : undefined),
  isOlder: (one, other) => stageOf(one) < stageOf(other),
};

/** What a parcel must end as. A delivery takes the place of another one; nothing takes the place of a registration. */
export const parcelConvergence: ConvergenceModel<string, ParcelInput, string> = {
  fingerprint: parcelModel.fingerprint,
  writes: (operation) => operation.input.kind !== 'read' && (!isAcknowledged(operation) || operation.output === DONE),
  shows: (state, { input }) =>
    input.kind === 'deliver' ? state === deliveredBy(input.deliveryId) : stageOf(state) >= stageOf(REGISTERED),
  displaces: (winner, loser) => winner.input.kind === 'deliver' && loser.input.kind === 'deliver',
};

/** Letters of an answer that messages show. */
const LETTERS = 80;

/** An answer as messages show it: a wrong one may be anything. */
export function shortened(output: string): string {
  return output.length > LETTERS ? `${output.slice(0, LETTERS)}…` : output;
}

/** How far a parcel is; what is no state of one compares to nothing. */
function stageOf(state: string): number {
  const stage = [NOT_REGISTERED, REGISTERED].indexOf(state);
  if (stage >= 0) return stage;
  return deliveryIn(state) === undefined ? Number.NaN : 2;
}
