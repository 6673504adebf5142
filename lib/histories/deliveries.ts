import type { Outcome } from './operation';

/** One time that a client handed a delivery in. Handing it in again with the same identifier is the same delivery. */
export interface Submission {
  /** Identifier that the client chose. */
  readonly deliveryId: string;
  readonly outcome: Outcome;
  /** What the client was told; two answers are the same when their texts are. @default - it was told nothing */
  readonly answer?: string;
}

/** A delivery as a final state shows it. */
export interface DeliveredEffect {
  readonly deliveryId: string;
  /** What carries it, for example a parcel. */
  readonly place: string;
}

/** What became of deliveries that must take effect exactly once. */
export interface DeliveryVerdict {
  /** Deliveries that were acknowledged at least once. */
  readonly acknowledged: number;
  /** Acknowledged, and absent from the final state of these replicas. */
  readonly lost: readonly { readonly deliveryId: string; readonly replicas: readonly string[] }[];
  /** Present more than once in the final state of one replica, at these places. */
  readonly duplicated: readonly { readonly deliveryId: string; readonly places: readonly string[] }[];
  /** Answered in different ways, although a repetition has the same answer. */
  readonly inconsistent: readonly { readonly deliveryId: string; readonly answers: readonly string[] }[];
}

/**
 * Whether deliveries took effect exactly once: whatever was acknowledged is there, nothing is there twice, and handing
 * the same one in again was answered the same way. One that nobody acknowledged may be there or not.
 *
 * @param submissions Every time that a delivery was handed in.
 * @param finals What each replica's final state shows; a delivery that it shows twice is listed twice.
 */
export function checkDeliveries(
  submissions: readonly Submission[],
  finals: ReadonlyMap<string, readonly DeliveredEffect[]>,
): DeliveryVerdict {
  const answers = new Map<string, Set<string>>();
  for (const { deliveryId, outcome, answer = '' } of submissions) {
    if (outcome === 'ok') answers.set(deliveryId, (answers.get(deliveryId) ?? new Set()).add(answer));
  }
  const missing = new Map<string, string[]>();
  const duplicated = new Map<string, Set<string>>();
  for (const [replica, effects] of finals) {
    const places = new Map<string, string[]>();
    for (const { deliveryId, place } of effects) places.set(deliveryId, [...(places.get(deliveryId) ?? []), place]);
    for (const [deliveryId, all] of places) {
      if (all.length < 2) continue;
      const known = duplicated.get(deliveryId) ?? new Set();
      for (const place of all) known.add(place);
      duplicated.set(deliveryId, known);
    }
    for (const deliveryId of answers.keys()) {
      if (!places.has(deliveryId)) missing.set(deliveryId, [...(missing.get(deliveryId) ?? []), replica]);
    }
  }
  return {
    acknowledged: answers.size,
    lost: [...missing].map(([deliveryId, replicas]) => ({ deliveryId, replicas })),
    duplicated: [...duplicated].map(([deliveryId, places]) => ({ deliveryId, places: [...places] })),
    inconsistent: [...answers]
      .filter(([, texts]) => texts.size > 1)
      .map(([deliveryId, texts]) => ({ deliveryId, answers: [...texts] })),
  };
}
