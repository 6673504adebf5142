import type { HttpAnswer } from '../api/http-event';
import type { RandomStream } from '../kernel/random';
import { partsConstant } from '../model/constants';
import { announcedPhoto, PHOTO_SHARE, photoReadBack, type TakenPhoto, takePhoto } from './delivery-photo';
import { DispatchHistory, LEDGER } from './dispatch-history';
import type { Operation, ReadBack, Workload } from './workload';

/** A parcel as its client remembers it. */
interface Parcel {
  readonly id: string;
  readonly driverId: string;
  readonly recipient: string;
  readonly address: string;
  readonly registeredMs: number;
  delivery?: { readonly id: string; readonly deliveredAt: string; acknowledgedMs?: number };
}

/** A driver's own state. */
interface Driver {
  readonly id: string;
  /** Registered and not yet delivered. */
  readonly open: Parcel[];
  /** Deliveries made but not acknowledged: tried again before anything new, with the same identifier. */
  readonly owed: Parcel[];
  /** The last parcel that was delivered. */
  lastDelivered?: Parcel;
  /** Photos taken and not yet in a bucket: uploaded before anything but an owed delivery. */
  readonly photos: TakenPhoto[];
  /** Whether the last upload failed: something else comes first then, for a photo must not keep a driver from work. */
  isPhotoPutOff: boolean;
}

/** Share of each operation in a working day of drivers: mostly looking, about a third writing. A choice, not a fact. */
const MIX = Object.entries(
  partsConstant('choice.workload.mix', 'list-route', 'read-parcel', 'register', 'deliver'),
) as ['list-route' | 'read-parcel' | 'register' | 'deliver', number][];

/** Parcels on one screen of a driver's device. */
const PAGE = '10';

/** Open parcels a driver has before the depot stops adding more. */
const MAX_OPEN_PARCELS = 12;

/**
 * Dispatch's drivers: they look at their route, read a parcel, get a new one registered and record deliveries, some of
 * which they prove by a photo the next time they do something. Every
 * identifier is the client's, so that a repeated request can be told from a second one.
 */
export class DispatchWorkload implements Workload {
  /** Route keys that uploads need; an API without them gets no photos. */
  static readonly photoRouteKeys = ['POST /deliveries/{deliveryId}/photo', 'GET /deliveries/{deliveryId}/photo'];
  readonly name = 'dispatch';
  readonly routeKeys = [
    'GET /routes/{driverId}',
    'GET /parcels/{parcelId}',
    'PUT /parcels/{parcelId}',
    'POST /deliveries',
  ];
  /** What clients did to parcels, and what came of it. */
  readonly history = new DispatchHistory();
  acknowledgedWrites = 0;
  /** Reads that showed less than had been acknowledged before: stale, not lost. */
  staleReads = 0;
  private readonly drivers = new Map<number, Driver>();
  private readonly acknowledged: Parcel[] = [];
  private readonly photos: RandomStream;
  private readonly uploaded: TakenPhoto[] = [];
  private parcels = 0;

  /**
   * @param random A stream of its own.
   * @param epochMs Calendar time of virtual time zero, in milliseconds since 1970.
   * @param takesPhotos Whether drivers take photos of what they deliver.
   */
  constructor(
    private readonly random: RandomStream,
    private readonly epochMs: number,
    private readonly takesPhotos: boolean,
  ) {
    this.photos = random.fork('photos');
  }

  get acknowledgedObjects(): number {
    return this.uploaded.length;
  }

  next(client: number, nowMs: number): Operation {
    const driver = this.driver(client);
    const owed = driver.owed[0];
    if (owed) return this.deliver(driver, owed);
    const photo = driver.photos[0];
    if (photo && !driver.isPhotoPutOff) return this.uploadPhoto(driver, photo);
    driver.isPhotoPutOff = false;
    const kind = this.random.weighted(MIX);
    const open = driver.open[this.random.index(driver.open.length)];
    if (kind === 'list-route') return this.listRoute(driver);
    if (kind === 'read-parcel') {
      const parcel = open ?? driver.lastDelivered;
      if (parcel) return this.readParcel(parcel);
    }
    if (open && (kind === 'deliver' || driver.open.length >= MAX_OPEN_PARCELS)) {
      driver.open.splice(driver.open.indexOf(open), 1);
      open.delivery = {
        id: `delivery-${open.id}`,
        deliveredAt: new Date(Math.floor(this.epochMs + nowMs)).toISOString(),
      };
      driver.owed.push(open);
      return this.deliver(driver, open);
    }
    return this.register(driver);
  }

  *readBacks(): Iterable<ReadBack> {
    for (const parcel of this.acknowledged) {
      const { delivery } = parcel;
      const delivered = delivery?.acknowledgedMs;
      yield {
        writes: [
          { kind: 'register', acknowledgedMs: parcel.registeredMs },
          ...(delivered === undefined ? [] : [{ kind: 'deliver', acknowledgedMs: delivered }]),
        ],
        request: { method: 'GET', path: `/parcels/${parcel.id}` },
        missing: (answer) => {
          const seen = answer.status === 200 ? (JSON.parse(answer.body) as SeenParcel) : undefined;
          const missing: number[] = [];
          if (!isSame(seen, parcel)) missing.push(0);
          if (delivered !== undefined && seen?.delivery?.deliveryId !== delivery?.id) missing.push(1);
          return missing;
        },
        conclude: (ending) => this.history.read(parcel, ending, LEDGER),
      };
    }
  }

  *objectReadBacks(): Iterable<ReadBack> {
    for (const photo of this.uploaded) yield photoReadBack(photo);
  }

  private uploadPhoto(driver: Driver, photo: TakenPhoto): Operation {
    return {
      kind: 'upload-photo',
      idempotencyKey: photo.deliveryId,
      request: {
        method: 'POST',
        path: `/deliveries/${photo.deliveryId}/photo`,
        body: JSON.stringify({ sha256: photo.sha256, bytes: photo.bytes }),
      },
      accept: (answer) => (announcedPhoto(answer, photo) ? undefined : 'another photo'),
      upload: {
        request: (answer) => {
          const { uploadUrl, headers } = announcedPhoto(answer, photo) ?? { uploadUrl: '', headers: {} };
          return { url: uploadUrl, headers, body: photo.body };
        },
        acknowledge: (nowMs) => {
          if (photo.acknowledgedMs !== undefined) return;
          photo.acknowledgedMs = nowMs;
          this.uploaded.push(photo);
          driver.photos.splice(driver.photos.indexOf(photo), 1);
        },
      },
      abandon: () => {
        driver.isPhotoPutOff = true;
      },
    };
  }

  private listRoute(driver: Driver): Operation {
    return {
      kind: 'list-route',
      request: { method: 'GET', path: `/routes/${driver.id}`, query: { limit: PAGE } },
      accept: (answer) => {
        const { parcels } = JSON.parse(answer.body) as { parcels?: unknown };
        if (!Array.isArray(parcels)) return 'a route without parcels';
        return parcels.every((seen) => isReadable(seen, driver)) ? undefined : 'another parcel';
      },
      abandon: () => {},
    };
  }

  private readParcel(parcel: Parcel): Operation {
    const expected = parcel.delivery?.acknowledgedMs === undefined ? undefined : parcel.delivery.id;
    return {
      kind: 'read-parcel',
      request: { method: 'GET', path: `/parcels/${parcel.id}` },
      accept: (answer) => {
        const seen = JSON.parse(answer.body) as SeenParcel;
        if (!isSame(seen, parcel)) return 'another parcel';
        if (expected !== undefined && seen.delivery?.deliveryId !== expected) this.staleReads++;
        return undefined;
      },
      abandon: () => {},
      conclude: (ending) => this.history.read(parcel, ending),
    };
  }

  private register(driver: Driver): Operation {
    const id = `parcel-${++this.parcels}`;
    let isAcknowledged = false;
    const body = { driverId: driver.id, recipient: `Recipient of ${id}`, address: `${this.parcels} Main Street` };
    return {
      kind: 'register',
      request: { method: 'PUT', path: `/parcels/${id}`, body: JSON.stringify(body) },
      accept: (answer, nowMs) => {
        const seen = JSON.parse(answer.body) as SeenParcel;
        if (!isSame(seen, { id, ...body })) return 'another parcel';
        if (isAcknowledged) return undefined;
        isAcknowledged = true;
        const parcel: Parcel = { id, ...body, registeredMs: nowMs };
        this.acknowledgedWrites++;
        this.acknowledged.push(parcel);
        driver.open.push(parcel);
        return undefined;
      },
      abandon: () => {},
      conclude: (ending) => this.history.register({ id, driverId: driver.id }, body, ending),
    };
  }

  private deliver(driver: Driver, parcel: Parcel): Operation {
    const delivery = parcel.delivery as NonNullable<Parcel['delivery']>;
    const body = {
      deliveryId: delivery.id,
      parcelId: parcel.id,
      driverId: driver.id,
      deliveredAt: delivery.deliveredAt,
    };
    return {
      kind: 'deliver',
      idempotencyKey: delivery.id,
      request: { method: 'POST', path: '/deliveries', body: JSON.stringify(body) },
      accept: (answer: HttpAnswer, nowMs) => {
        const seen = JSON.parse(answer.body) as { deliveryId?: unknown; parcelId?: unknown };
        if (seen.deliveryId !== delivery.id || seen.parcelId !== parcel.id) return 'another delivery';
        const position = driver.owed.indexOf(parcel);
        if (position >= 0) driver.owed.splice(position, 1);
        if (delivery.acknowledgedMs === undefined) {
          delivery.acknowledgedMs = nowMs;
          this.acknowledgedWrites++;
          driver.lastDelivered = parcel;
          if (this.takesPhotos && this.photos.chance(PHOTO_SHARE)) driver.photos.push(takePhoto(delivery.id));
        }
        return undefined;
      },
      abandon: () => {},
      conclude: (ending) => this.history.deliver(parcel, body, ending),
    };
  }

  private driver(client: number): Driver {
    let driver = this.drivers.get(client);
    if (!driver) {
      driver = { id: `driver-${client}`, open: [], owed: [], photos: [], isPhotoPutOff: false };
      this.drivers.set(client, driver);
    }
    return driver;
  }
}

/** Whether an answer shows a parcel with everything that it was registered with. */
function isSame(seen: SeenParcel | undefined, parcel: Omit<Parcel, 'registeredMs'>): boolean {
  const { id, driverId, recipient, address } = parcel;
  return (
    seen?.parcelId === id && seen.driverId === driverId && seen.recipient === recipient && seen.address === address
  );
}

/** Whether a parcel on a driver's route is one that he could deliver. */
function isReadable({ driverId, recipient, address }: SeenParcel, driver: Driver): boolean {
  return driverId === driver.id && typeof recipient === 'string' && typeof address === 'string';
}

/** What a client reads of a parcel. */
interface SeenParcel {
  readonly parcelId?: unknown;
  readonly driverId?: unknown;
  readonly recipient?: unknown;
  readonly address?: unknown;
  readonly delivery?: { readonly deliveryId?: unknown };
}
