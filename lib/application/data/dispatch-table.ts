import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Consistency } from '../environment';
import type { Delivery } from './delivery';
import {
  type DeliveryItem,
  deliveryKey,
  type ParcelItem,
  type ProbeItem,
  parcelKey,
  probeKey,
  toParcel,
} from './items';
import type { Parcel, ParcelRegistration } from './parcel';
import type { Probe } from './probe';
import { type ReplicaClients, Replicas } from './replicas';
import { TableFault } from './table-fault';

/** Name of the index that lists a driver's parcels; the table's template must define it. */
export const DRIVER_INDEX = 'byDriver';

/** Which table, and how far its reads look. */
export interface DispatchTableProps {
  /** Name of the Region's replica. */
  readonly tableName: string;
  /** Consistency the table was deployed with. */
  readonly consistency: Consistency;
}

/** A page of a driver's parcels, in the order of their identifiers. */
export interface ParcelPage {
  /** The parcels of this page; may be none. */
  readonly parcels: readonly Parcel[];
  /**
   * Identifier of the parcel after which the next page starts.
   *
   * @default - this is the last page
   */
  readonly lastParcelId?: string;
}

/**
 * Parcels, deliveries and probes in this Region's replica, or in a peer's while this Region's does not answer. Probes stay here: they are
 * there to find out whether it does.
 *
 * Each write is a single UpdateItem that leaves the same item behind however often and wherever it is repeated:
 * transactions and conditional creation are not needed, and a strongly consistent table has no transactions.
 *
 * Every method throws a {@link TableFault} when the table cannot serve.
 *
 * @see docs/decisions/0004-idempotent-deliveries-without-transactions.md
 */
export class DispatchTable {
  readonly #replicas: Replicas;
  readonly #tableName: string;
  readonly #consistentRead: boolean;

  constructor(clients: ReplicaClients, props: DispatchTableProps) {
    this.#replicas = new Replicas(clients);
    this.#tableName = props.tableName;
    this.#consistentRead = props.consistency === 'strong';
  }

  /** Registers a parcel unless one is registered under its identifier, and returns what is registered now. */
  async registerParcel(parcel: ParcelRegistration): Promise<ParcelRegistration> {
    const { Attributes } = await this.#replicas.call((client) =>
      client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: { pk: parcelKey(parcel.parcelId) },
          UpdateExpression:
            'SET parcelId = if_not_exists(parcelId, :parcelId), driverId = if_not_exists(driverId, :driverId), ' +
            'recipient = if_not_exists(recipient, :recipient), address = if_not_exists(address, :address), ' +
            '#status = if_not_exists(#status, :registered)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: {
            ':parcelId': parcel.parcelId,
            ':driverId': parcel.driverId,
            ':recipient': parcel.recipient,
            ':address': parcel.address,
            ':registered': 'registered',
          },
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    const { parcelId, driverId, recipient, address } = Attributes as ParcelItem;
    return { parcelId, driverId, recipient, address };
  }

  /** The parcel, or nothing when none is registered under the identifier. */
  async getParcel(parcelId: string): Promise<Parcel | undefined> {
    return this.#readParcel(parcelId, this.#consistentRead);
  }

  /**
   * One page of a driver's parcels. Eventually consistent in both profiles, as every read of a global secondary index
   * is: a parcel may be missing for a moment after its registration.
   *
   * @param limit Most parcels to return, 1 or more.
   * @param afterParcelId Where the page before this one ended.
   */
  async listParcels(driverId: string, limit: number, afterParcelId?: string): Promise<ParcelPage> {
    const { Items = [], LastEvaluatedKey } = await this.#replicas.call((client) =>
      client.send(
        new QueryCommand({
          TableName: this.#tableName,
          IndexName: DRIVER_INDEX,
          KeyConditionExpression: 'driverId = :driverId',
          ExpressionAttributeValues: { ':driverId': driverId },
          Limit: limit,
          ...(afterParcelId === undefined
            ? {}
            : { ExclusiveStartKey: { pk: parcelKey(afterParcelId), driverId, parcelId: afterParcelId } }),
        }),
      ),
    );
    const parcels = Items.map((item) => toParcel(item as ParcelItem));
    return LastEvaluatedKey === undefined
      ? { parcels }
      : { parcels, lastParcelId: (LastEvaluatedKey as ParcelItem).parcelId };
  }

  /**
   * Binds a delivery's identifier to its content, unless it is bound already.
   *
   * @returns the content the identifier is bound to now; another than the given one when it was taken.
   */
  async claimDelivery(delivery: Delivery): Promise<Delivery> {
    const { Attributes } = await this.#replicas.call((client) =>
      client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: { pk: deliveryKey(delivery.deliveryId) },
          UpdateExpression:
            'SET parcelId = if_not_exists(parcelId, :parcelId), deliveredBy = if_not_exists(deliveredBy, :driverId), ' +
            'deliveredAt = if_not_exists(deliveredAt, :deliveredAt)',
          ExpressionAttributeValues: {
            ':parcelId': delivery.parcelId,
            ':driverId': delivery.driverId,
            ':deliveredAt': delivery.deliveredAt,
          },
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    const { parcelId, deliveredBy, deliveredAt } = Attributes as DeliveryItem;
    return { deliveryId: delivery.deliveryId, parcelId, driverId: deliveredBy, deliveredAt };
  }

  /**
   * Marks a parcel as delivered by a claimed delivery; does nothing new when this delivery has done so before.
   *
   * @returns whether the parcel carries this delivery now.
   */
  async markDelivered(delivery: Delivery): Promise<boolean> {
    try {
      await this.#replicas.call((client) =>
        client.send(
          new UpdateCommand({
            TableName: this.#tableName,
            Key: { pk: parcelKey(delivery.parcelId) },
            UpdateExpression:
              'SET #status = :delivered, deliveryId = :deliveryId, deliveredBy = :driverId, deliveredAt = :deliveredAt',
            ConditionExpression:
              'attribute_exists(pk) AND (attribute_not_exists(deliveryId) OR deliveryId = :deliveryId)',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: {
              ':delivered': 'delivered',
              ':deliveryId': delivery.deliveryId,
              ':driverId': delivery.driverId,
              ':deliveredAt': delivery.deliveredAt,
            },
          }),
        ),
      );
      return true;
    } catch (error) {
      if (isConditionalCheckFailure(error)) return false;
      throw error;
    }
  }

  /**
   * The delivery a parcel carries, read as consistently as the table can, to explain why {@link markDelivered} did
   * nothing.
   *
   * @returns the identifier of that delivery, or nothing when the parcel is not registered.
   * @throws TableFault when the parcel is there and free: it arrived by replication after the attempt, which may now
   * be repeated.
   */
  async findDeliveryOf(parcelId: string): Promise<string | undefined> {
    const parcel = await this.#readParcel(parcelId, true);
    if (parcel !== undefined && parcel.delivery === undefined) throw new TableFault('write-conflict');
    return parcel?.delivery?.deliveryId;
  }

  /**
   * Binds a photo to a recorded delivery, in place of one that was bound before.
   *
   * @returns whether the delivery is recorded, as far as this Region knows.
   */
  async attachPhoto(deliveryId: string, photoKey: string): Promise<boolean> {
    try {
      await this.#replicas.call((client) =>
        client.send(
          new UpdateCommand({
            TableName: this.#tableName,
            Key: { pk: deliveryKey(deliveryId) },
            UpdateExpression: 'SET photoKey = :photoKey',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':photoKey': photoKey },
          }),
        ),
      );
      return true;
    } catch (error) {
      if (isConditionalCheckFailure(error)) return false;
      throw error;
    }
  }

  /** Where a delivery's photo is kept; nothing when the delivery is not recorded, as far as this Region knows. */
  async findPhotoOf(deliveryId: string): Promise<Pick<DeliveryItem, 'photoKey'> | undefined> {
    const { Item } = await this.#replicas.call((client) =>
      client.send(
        new GetCommand({
          TableName: this.#tableName,
          Key: { pk: deliveryKey(deliveryId) },
          ConsistentRead: this.#consistentRead,
        }),
      ),
    );
    return Item as DeliveryItem | undefined;
  }

  /** Leaves a probe's mark, in place of the one before it. */
  async writeProbe({ probeId, mark, writtenAt }: Probe): Promise<void> {
    await this.#replicas.callOwn((client) =>
      client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: { pk: probeKey(probeId) },
          UpdateExpression: 'SET mark = :mark, writtenAt = :writtenAt',
          ExpressionAttributeValues: { ':mark': mark, ':writtenAt': writtenAt },
        }),
      ),
    );
  }

  /** The probe's newest mark as far as this Region knows, or nothing when none was left. */
  async readProbe(probeId: string): Promise<Probe | undefined> {
    const { Item } = await this.#replicas.callOwn((client) =>
      client.send(
        new GetCommand({
          TableName: this.#tableName,
          Key: { pk: probeKey(probeId) },
          ConsistentRead: this.#consistentRead,
        }),
      ),
    );
    if (Item === undefined) return undefined;
    const { mark, writtenAt } = Item as ProbeItem;
    return { probeId, mark, writtenAt };
  }

  async #readParcel(parcelId: string, ConsistentRead: boolean): Promise<Parcel | undefined> {
    const { Item } = await this.#replicas.call((client) =>
      client.send(new GetCommand({ TableName: this.#tableName, Key: { pk: parcelKey(parcelId) }, ConsistentRead })),
    );
    return Item === undefined ? undefined : toParcel(Item as ParcelItem);
  }
}

function isConditionalCheckFailure(error: unknown): boolean {
  return (error as Error | undefined)?.name === 'ConditionalCheckFailedException';
}
