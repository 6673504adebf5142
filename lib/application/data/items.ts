import type { Parcel, ParcelRegistration } from './parcel';

/** Attributes of a parcel's item; those of the delivery are there once it is delivered. */
export interface ParcelItem extends ParcelRegistration {
  /** @default - not delivered */
  readonly deliveryId?: string;
  /** Driver of the delivery. */
  readonly deliveredBy: string;
  /** Time of the delivery. */
  readonly deliveredAt: string;
}

/**
 * Attributes of a delivery's item. The driver is `deliveredBy` and not `driverId`: an item with both `driverId` and
 * `parcelId` would be listed by the index among the driver's parcels.
 */
export interface DeliveryItem {
  /** Parcel that was handed over. */
  readonly parcelId: string;
  /** Driver who handed it over. */
  readonly deliveredBy: string;
  /** Time by the client's clock. */
  readonly deliveredAt: string;
  /**
   * Object that holds the photo announced last.
   *
   * @default - no photo was announced
   */
  readonly photoKey?: string;
}

/** Attributes of a probe's item. */
export interface ProbeItem {
  /** What the writer left. */
  readonly mark: string;
  /** When, by the clock of the Region that wrote it. */
  readonly writtenAt: string;
}

/** Partition key of a parcel. */
export function parcelKey(parcelId: string): string {
  return `PARCEL#${parcelId}`;
}

/** Partition key of a delivery. */
export function deliveryKey(deliveryId: string): string {
  return `DELIVERY#${deliveryId}`;
}

/** Partition key of a probe. */
export function probeKey(probeId: string): string {
  return `PROBE#${probeId}`;
}

/** Partition key a Region's health check reads; no item ever has it. */
export function healthKey(region: string): string {
  return `HEALTH#${region}`;
}

/** The parcel an item stands for. */
export function toParcel(item: ParcelItem): Parcel {
  const { parcelId, driverId, recipient, address, deliveryId, deliveredBy, deliveredAt } = item;
  const registration = { parcelId, driverId, recipient, address };
  return deliveryId === undefined
    ? { ...registration, status: 'registered' }
    : { ...registration, status: 'delivered', delivery: { deliveryId, driverId: deliveredBy, deliveredAt } };
}
