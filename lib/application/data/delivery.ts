/** A delivery as its client recorded it; the client chooses every field, its identifier and its time included. */
export interface Delivery {
  /** Identifier chosen by the client; bound for ever to the content it was first seen with. */
  readonly deliveryId: string;
  /** Parcel that was handed over. */
  readonly parcelId: string;
  /** Driver who handed it over. */
  readonly driverId: string;
  /** When, by the client's clock, ISO 8601; compared as text. */
  readonly deliveredAt: string;
}

/** Whether two records of a delivery say the same. */
export function sameDelivery(one: Delivery, other: Delivery): boolean {
  return (
    one.deliveryId === other.deliveryId &&
    one.parcelId === other.parcelId &&
    one.driverId === other.driverId &&
    one.deliveredAt === other.deliveredAt
  );
}
