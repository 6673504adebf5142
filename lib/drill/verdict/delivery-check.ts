import { checkDeliveries, type DeliveredEffect, isAcknowledged, type Submission } from '../../histories';
import {
  DELIVERED_OTHERWISE,
  deliveryIn,
  NOT_REGISTERED,
  type ParcelOperation,
  shortened,
} from '../clients/parcel-model';
import type { ConsistencyTally } from './consistency-check';

/**
 * Counts the acknowledged deliveries of one parcel, and what is wrong with them: lost, answered in different ways, or on a
 * parcel that they were not handed in for. Whether one is there twice takes all parcels to see.
 *
 * @param finals What each surviving Region shows of the parcel in the end.
 * @param losesNone Whether an acknowledged delivery may not be lost. Where it may, the recovery point judges that.
 */
export function tallyDeliveries(
  tally: ConsistencyTally,
  parcelId: string,
  operations: readonly ParcelOperation[],
  finals: ReadonlyMap<string, string>,
  losesNone: boolean,
): void {
  const submissions = operations.flatMap(submissionIn);
  const effects = new Map([...finals].map(([region, state]) => [region, effectsIn(state, parcelId)]));
  const known = new Set(submissions.map(({ deliveryId }) => deliveryId));
  const strays = [...effects].flatMap(([region, shown]) =>
    shown.filter(({ deliveryId }) => !known.has(deliveryId)).map(({ deliveryId }) => ({ deliveryId, region })),
  );
  const { acknowledged, lost, inconsistent } = checkDeliveries(submissions, effects);
  tally.add(acknowledged, [
    ...(losesNone ? lost : []).map(
      ({ deliveryId, replicas }) =>
        () =>
          `${deliveryId} was acknowledged and is not in ${replicas.join(' and ')}`,
    ),
    ...inconsistent.map(
      ({ deliveryId, answers }) =>
        () =>
          `${deliveryId} was answered in different ways: ${answers.map(shortened).join(' | ')}`,
    ),
    ...strays.map(
      ({ deliveryId, region }) =>
        () =>
          `${deliveryId} is on ${parcelId} in ${region}, for which nobody handed it in`,
    ),
  ]);
}

/**
 * Counts the deliveries that a surviving Region shows on more than one parcel.
 *
 * @param finals What each surviving Region shows in the end, by parcel.
 */
export function tallyDuplicates(
  tally: ConsistencyTally,
  finals: ReadonlyMap<string, ReadonlyMap<string, string>>,
): number {
  const effects = new Map<string, DeliveredEffect[]>();
  for (const [parcelId, states] of finals) {
    for (const [region, state] of states) {
      const shown = effects.get(region) ?? [];
      shown.push(...effectsIn(state, parcelId));
      effects.set(region, shown);
    }
  }
  const { duplicated } = checkDeliveries([], effects);
  tally.add(
    0,
    duplicated.map(
      ({ deliveryId, places }) =>
        () =>
          `${deliveryId} is there more than once: on ${places.join(' and ')}`,
    ),
  );
  return duplicated.length;
}

/** A delivery that was refused was not answered: repeating it may come to something else. */
function submissionIn(operation: ParcelOperation): readonly Submission[] {
  const { input } = operation;
  if (input.kind !== 'deliver') return [];
  const { deliveryId } = input;
  if (!isAcknowledged(operation)) return [{ deliveryId, outcome: operation.outcome }];
  const { output } = operation;
  const isRefused = output === NOT_REGISTERED || output === DELIVERED_OTHERWISE;
  return [isRefused ? { deliveryId, outcome: 'fail' } : { deliveryId, outcome: 'ok', answer: output }];
}

function effectsIn(state: string, place: string): readonly DeliveredEffect[] {
  const deliveryId = deliveryIn(state);
  return deliveryId === undefined ? [] : [{ deliveryId, place }];
}
