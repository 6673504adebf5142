import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Consistency } from '../environment';
import type { Delivery } from './delivery';
import {
  deliveryKey,
  parcelKey,
  probeKey,
  readDelivery,
  readDeliveryOf,
  readMark,
  readParcel,
  readPhotoKey,
  readRegistration,
  type StoredItem,
} from './items';
import type { Parcel, ParcelRegistration } from './parcel';
import type { Probe } from './probe';
import { type ReplicaClients, Replicas } from './replicas';
import { TableFault } from './table-fault';
import { UnreadableItem } from './unreadable-item';

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
  /** Parcels of this page that cannot be read: their identifiers, which the index has, and why. */
  readonly unreadable: readonly UnreadableParcel[];
  /**
   * Identifier of the parcel after which the next page starts.
   *
   * @default - this is the last page
   */
  readonly lastParcelId?: string;
}

/** A parcel of which no more is known than that it is on a driver's route. */
export interface UnreadableParcel {
  readonly parcelId: string;
  /** What is wrong with its item. */
  readonly reason: UnreadableItem;
}

/**
 * Parcels, deliveries and probes in this Region's replica, or in a peer's while this Region's does not answer. Probes stay here: they are
 * there to find out whether it does.
 *
 * Each write is a single UpdateItem that leaves the same item behind however often and wherever it is repeated:
 * transactions and conditional creation are not needed, and a strongly consistent table has no transactions.
 *
 * Every method throws a {@link TableFault} when the table cannot serve. Those that read throw an {@link UnreadableItem} when what they need
 * of an item is not as this application writes it, and need no more of it than they answer.
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
    const pk = parcelKey(parcel.parcelId);
    const { Attributes = {} } = await this.#replicas.call((client) =>
      client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: { pk },
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
    return readRegistration(pk, Attributes);
  }

  /** The parcel, or nothing when none is registered under the identifier. */
  async getParcel(parcelId: string): Promise<Parcel | undefined> {
    const pk = parcelKey(parcelId);
    const item = await this.#getItem(pk, this.#consistentRead);
    return item && readParcel(pk, item);
  }

  /**
   * One page of a driver's parcels. Eventually consistent in both profiles, as every read of a global secondary index
   * is: a parcel may be missing for a moment after its registration. One that cannot be read does not keep the others away.
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
    const parcels: Parcel[] = [];
    const unreadable: UnreadableParcel[] = [];
    for (const item of Items) {
      // A key of the index is a string: DynamoDB lists no item without.
      const parcelId = item.parcelId as string;
      const parcel = readable(() => readParcel(parcelKey(parcelId), item));
      if (parcel instanceof UnreadableItem) unreadable.push({ parcelId, reason: parcel });
      else parcels.push(parcel);
    }
    const page = { parcels, unreadable };
    return LastEvaluatedKey === undefined ? page : { ...page, lastParcelId: LastEvaluatedKey.parcelId as string };
  }

  /**
   * Binds a delivery's identifier to its content, unless it is bound already.
   *
   * @returns the content the identifier is bound to now; another than the given one when it was taken.
   */
  async claimDelivery(delivery: Delivery): Promise<Delivery> {
    const pk = deliveryKey(delivery.deliveryId);
    const { Attributes = {} } = await this.#replicas.call((client) =>
      client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: { pk },
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
    const { parcelId, deliveredBy, deliveredAt } = readDelivery(pk, Attributes);
    return { deliveryId: delivery.deliveryId, parcelId, driverId: deliveredBy, deliveredAt };
  }

  /**
   * Marks a parcel as delivered by a claimed delivery; does nothing new when this delivery has done so before. Nothing of the parcel is read:
   * one whose recipient or address is spoilt was handed over nevertheless. One whose delivery is spoilt may carry another, and is left alone.
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
    const pk = parcelKey(parcelId);
    const item = await this.#getItem(pk, true);
    const deliveryId = item && readDeliveryOf(pk, item);
    if (item !== undefined && deliveryId === undefined) throw new TableFault('write-conflict');
    return deliveryId;
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

  /**
   * Where a delivery's photo is kept, if one was announced; nothing when the delivery is not recorded, as far as this Region knows.
   */
  async findPhotoOf(deliveryId: string): Promise<{ readonly photoKey: string | undefined } | undefined> {
    const pk = deliveryKey(deliveryId);
    const item = await this.#getItem(pk, this.#consistentRead);
    return item && { photoKey: readPhotoKey(pk, item) };
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
    const pk = probeKey(probeId);
    const { Item } = await this.#replicas.callOwn((client) => client.send(this.#get(pk, this.#consistentRead)));
    return Item && { probeId, ...readMark(pk, Item) };
  }

  async #getItem(pk: string, consistentRead: boolean): Promise<StoredItem | undefined> {
    const { Item } = await this.#replicas.call((client) => client.send(this.#get(pk, consistentRead)));
    return Item;
  }

  #get(pk: string, ConsistentRead: boolean): GetCommand {
    return new GetCommand({ TableName: this.#tableName, Key: { pk }, ConsistentRead });
  }
}

/** What a function reads, or the item that it cannot. */
function readable<Read>(read: () => Read): Read | UnreadableItem {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableItem) return error;
    throw error;
  }
}

function isConditionalCheckFailure(error: unknown): boolean {
  return (error as Error | undefined)?.name === 'ConditionalCheckFailedException';
}
