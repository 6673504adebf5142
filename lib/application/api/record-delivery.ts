import * as z from 'zod';
import { sameDelivery } from '../data/delivery';
import { json, type Operation } from './operation';
import { Problem } from './problem';
import { parseInput, readJsonBody } from './request-input';
import { identifier, moment } from './request-shapes';

const input = z.object({
  body: z.strictObject({ deliveryId: identifier, parcelId: identifier, driverId: identifier, deliveredAt: moment }),
});

/**
 * `POST /deliveries`: records that a parcel was handed over.
 *
 * Repeating it, in any Region, gives the same answer and one delivery. A crash between the two writes leaves a claim
 * without effect, which the client's repetition completes.
 *
 * @see docs/decisions/0004-idempotent-deliveries-without-transactions.md
 */
export const recordDelivery: Operation = async ({ table }, request, deadline) => {
  const { body: wanted } = parseInput(input, { body: readJsonBody(request) });

  const claimed = await table.claimDelivery(wanted);
  if (!sameDelivery(claimed, wanted)) {
    throw new Problem('delivery-differs', { detail: 'This deliveryId belongs to a delivery with other content.' });
  }

  deadline.throwIfPassed();
  const delivered = await table.markDelivered(wanted);

  if (!delivered) {
    deadline.throwIfPassed();
    const deliveryId = await table.findDeliveryOf(wanted.parcelId);
    if (deliveryId === undefined) {
      throw new Problem('parcel-unknown', { detail: 'No parcel is registered under this parcelId.' });
    }
    if (deliveryId !== wanted.deliveryId) {
      throw new Problem('parcel-delivered', { detail: 'Another delivery has handed this parcel over.' });
    }
  }
  return json(201, { ...wanted, status: 'delivered' });
};
