import * as z from 'zod';
import type { Parcel, ParcelRegistration } from './parcel';
import { UnreadableItem } from './unreadable-item';

z.config({ jitless: true });

/** An item as the table gives it: whatever was written last, by whomever. */
export type StoredItem = Readonly<Record<string, unknown>>;

/** A text that says something. No narrower: what is stored was written under the rules of its day. */
const text = z.string().min(1);

const registrationShape = z.object({ parcelId: text, driverId: text, recipient: text, address: text });

const deliveredShape = registrationShape.extend({ deliveryId: text, deliveredBy: text, deliveredAt: text });

const carrierShape = z.object({ deliveryId: text.optional() });

/**
 * What a delivery is bound to. The driver is `deliveredBy` and not `driverId`: an item with both `driverId` and
 * `parcelId` would be listed by the index among the driver's parcels.
 */
const deliveryShape = z.object({ parcelId: text, deliveredBy: text, deliveredAt: text });

const photoShape = z.object({ photoKey: text.optional() });

const probeShape = z.object({ mark: text, writtenAt: text });

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

/**
 * The parcel an item stands for; it is delivered once the attributes of a delivery are there.
 *
 * @throws UnreadableItem when anything of it is not as it was written.
 */
export function readParcel(key: string, item: StoredItem): Parcel {
  if (item.deliveryId === undefined) return { ...read(registrationShape, key, item), status: 'registered' };
  const { deliveryId, deliveredBy, deliveredAt, ...registration } = read(deliveredShape, key, item);
  return { ...registration, status: 'delivered', delivery: { deliveryId, driverId: deliveredBy, deliveredAt } };
}

/**
 * What a parcel was registered with, whatever has become of its delivery.
 *
 * @throws UnreadableItem when any of that is not as it was written.
 */
export function readRegistration(key: string, item: StoredItem): ParcelRegistration {
  return read(registrationShape, key, item);
}

/**
 * The delivery that a parcel carries, if it has one, whatever has become of the rest.
 *
 * @throws UnreadableItem when there is something that is no identifier.
 */
export function readDeliveryOf(key: string, item: StoredItem): string | undefined {
  return read(carrierShape, key, item).deliveryId;
}

/**
 * What a delivery's identifier is bound to.
 *
 * @throws UnreadableItem when any of that is not as it was written.
 */
export function readDelivery(key: string, item: StoredItem): z.output<typeof deliveryShape> {
  return read(deliveryShape, key, item);
}

/**
 * The object that holds the photo of a delivery which was announced last, if any was, whatever has become of the rest.
 *
 * @throws UnreadableItem when there is something that is no object's key.
 */
export function readPhotoKey(key: string, item: StoredItem): string | undefined {
  return read(photoShape, key, item).photoKey;
}

/**
 * What a probe left, and when by the clock of the Region that wrote it.
 *
 * @throws UnreadableItem when it is not as it was written.
 */
export function readMark(key: string, item: StoredItem): z.output<typeof probeShape> {
  return read(probeShape, key, item);
}

function read<Shape extends z.ZodType>(shape: Shape, key: string, item: StoredItem): z.output<Shape> {
  const parsed = shape.safeParse(item);
  if (parsed.success) return parsed.data;
  throw new UnreadableItem(key, [...new Set(parsed.error.issues.map(({ path: [field] }) => String(field)))]);
}
