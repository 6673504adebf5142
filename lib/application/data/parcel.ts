/** What a client registers: everything about a parcel that never changes. */
export interface ParcelRegistration {
  /** Identifier chosen by the client. */
  readonly parcelId: string;
  /** Driver whose route the parcel is on. */
  readonly driverId: string;
  /** Person the parcel goes to. Personal data: never logged. */
  readonly recipient: string;
  /** Where the parcel goes. Personal data: never logged. */
  readonly address: string;
}

/** The delivery a parcel was handed over with. */
interface ParcelDelivery {
  /** Identifier chosen by the client that recorded the delivery. */
  readonly deliveryId: string;
  /** Driver who handed the parcel over. */
  readonly driverId: string;
  /** When, by the client's clock, ISO 8601. */
  readonly deliveredAt: string;
}

/** A registered parcel, delivered or not. */
export interface Parcel extends ParcelRegistration {
  /** `delivered` exactly when {@link Parcel.delivery} is there. */
  readonly status: 'registered' | 'delivered';
  /**
   * How the parcel was handed over.
   *
   * @default - not delivered yet
   */
  readonly delivery?: ParcelDelivery;
}

/** Whether two registrations say the same. */
export function sameRegistration(one: ParcelRegistration, other: ParcelRegistration): boolean {
  return (
    one.parcelId === other.parcelId &&
    one.driverId === other.driverId &&
    one.recipient === other.recipient &&
    one.address === other.address
  );
}
