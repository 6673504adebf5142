import type { HttpAnswer } from '../../../lib/drill/api/http-event';
import { DispatchWorkload } from '../../../lib/drill/clients/dispatch-workload';
import type { Operation } from '../../../lib/drill/clients/workload';
import { RandomStream } from '../../../lib/drill/kernel/random';

const EPOCH_MS = Date.parse('2025-10-20T06:38:00Z');

function answer(body: unknown, status = 200): HttpAnswer {
  return { status, headers: {}, body: JSON.stringify(body) };
}

/** The right answer to the announcement of a photo. */
function announcement(deliveryId: string, sha256: string): HttpAnswer {
  const hex = Buffer.from(sha256, 'base64').toString('hex');
  return answer(
    {
      uploadUrl: `https://objects.example.com/${deliveryId}`,
      key: `deliveries/${deliveryId}/${hex}.jpg`,
      headers: { 'x-amz-checksum-sha256': sha256 },
    },
    201,
  );
}

/** The right answer to an operation. */
function rightAnswer({ kind, request }: Operation): HttpAnswer {
  const sent = JSON.parse(request.body ?? '{}') as Record<string, unknown>;
  const id = request.path.split('/').at(-1);
  if (kind === 'list-route') return answer({ driverId: id, parcels: [] });
  if (kind === 'register') return answer({ parcelId: id, ...sent, status: 'registered' });
  if (kind === 'upload-photo') return announcement(request.path.split('/')[2] ?? '', String(sent.sha256));
  return answer({ ...sent, status: 'delivered' }, 201);
}

/** A driver's day, answered as the test wants. */
class Day {
  readonly workload: DispatchWorkload;
  private nowMs = 0;

  constructor(seed = 'day', takesPhotos = false) {
    this.workload = new DispatchWorkload(new RandomStream(seed), EPOCH_MS, takesPhotos);
  }

  /** Lets the driver act until an operation of a kind comes, answering all others rightly. */
  until(kind: string, client = 1): Operation {
    for (let i = 0; i < 1000; i++) {
      const operation = this.next(client);
      if (operation.kind === kind) return operation;
      this.accept(operation);
    }
    throw new Error(`no ${kind} in 1000 operations`);
  }

  next(client = 1): Operation {
    this.nowMs += 1000;
    return this.workload.next(client, this.nowMs);
  }

  /** Answers rightly; reads of parcels, whose driver and delivery the test knows better, are let be. */
  accept(operation: Operation): void {
    if (operation.kind === 'read-parcel') return;
    expect(operation.accept(rightAnswer(operation), this.nowMs)).toBeUndefined();
    operation.upload?.acknowledge(this.nowMs);
  }
}

/** What a parcel was registered with, besides its driver. */
const contentOf = (parcelId: string) => ({
  recipient: `Recipient of ${parcelId}`,
  address: `${parcelId.split('-').at(-1)} Main Street`,
});

const bodyOf = ({ request }: Operation) => JSON.parse(request.body ?? 'null') as Record<string, string>;

test('a delivery that was not acknowledged is what the driver tries first, with the same identifier and time', () => {
  const day = new Day();
  const delivery = day.until('deliver');
  delivery.abandon();

  for (let i = 0; i < 3; i++) {
    const again = day.next();
    expect(again.kind).toBe('deliver');
    expect(again.request).toEqual(delivery.request);
    again.abandon();
  }
  const last = day.next();
  day.accept(last);

  const later = Array.from({ length: 50 }, () => day.next()).filter(({ kind }) => kind === 'deliver');
  expect(later.map((one) => bodyOf(one).deliveryId)).not.toContain(bodyOf(delivery).deliveryId);
});

test('another driver is not held up by it', () => {
  const day = new Day();
  day.until('deliver', 1).abandon();

  expect(day.next(2).kind).not.toBe('deliver');
});

test('a parcel whose registration failed is not delivered, and its identifier is not used again', () => {
  const day = new Day();
  const failed = day.until('register').request.path;
  const later = Array.from({ length: 200 }, () => {
    const operation = day.next();
    day.accept(operation);
    return operation;
  });

  expect(later.map(({ request }) => request.path)).not.toContain(failed);
  const delivered = later.filter(({ kind }) => kind === 'deliver').map((one) => `/parcels/${bodyOf(one).parcelId}`);
  expect(delivered.length).toBeGreaterThan(0);
  expect(delivered).not.toContain(failed);
});

test("identifiers are never given twice and carry the client's own time", () => {
  const day = new Day();
  const made = Array.from({ length: 400 }, (_, i) => {
    const operation = day.next(i % 7);
    day.accept(operation);
    return operation;
  });

  const registered = made.filter(({ kind }) => kind === 'register').map(({ request }) => request.path);
  const delivered = made.filter(({ kind }) => kind === 'deliver').map(bodyOf);
  expect(registered.length).toBeGreaterThan(20);
  expect(new Set(registered).size).toBe(registered.length);
  expect(new Set(delivered.map(({ deliveryId }) => deliveryId)).size).toBe(delivered.length);
  expect(new Set(delivered.map(({ parcelId }) => parcelId)).size).toBe(delivered.length);
  for (const { deliveredAt = '' } of delivered) {
    expect(new Date(deliveredAt).toISOString()).toBe(deliveredAt);
    expect(Date.parse(deliveredAt)).toBeGreaterThan(EPOCH_MS);
  }
});

test('a driver never has more than a dozen parcels to deliver', () => {
  const day = new Day();
  let open = 0;
  let most = 0;
  for (let i = 0; i < 2000; i++) {
    const operation = day.next();
    day.accept(operation);
    if (operation.kind === 'register') open++;
    if (operation.kind === 'deliver') open--;
    most = Math.max(most, open);
  }

  expect(most).toBeLessThanOrEqual(12);
  expect(most).toBeGreaterThan(3);
});

test('four operations in ten look at the route, one page of it', () => {
  const day = new Day();
  const operations = Array.from({ length: 4000 }, () => {
    const operation = day.next();
    day.accept(operation);
    return operation;
  });

  const looks = operations.filter(({ kind }) => kind === 'list-route');
  expect(Math.abs(looks.length / 4000 - 0.4)).toBeLessThan(5 * Math.sqrt((0.4 * 0.6) / 4000));
  expect(looks[0]?.request).toMatchObject({ method: 'GET', path: '/routes/driver-1' });
});

test('each acknowledged write counts once, a repeated delivery included', () => {
  const day = new Day();
  const before = () => day.workload.acknowledgedWrites;
  const delivery = day.until('deliver');
  const writes = before();

  expect(delivery.accept(rightAnswer(delivery), 1)).toBeUndefined();
  expect(delivery.accept(rightAnswer(delivery), 2)).toBeUndefined();

  expect(before()).toBe(writes + 1);
});

test('an answer about something else is wrong and acknowledges nothing', () => {
  const day = new Day();
  const look = day.until('list-route');
  const register = day.until('register');
  const registered = JSON.parse(rightAnswer(register).body);
  const delivery = day.until('deliver');
  const writes = day.workload.acknowledgedWrites;

  expect(look.accept(answer({ driverId: 'driver-1' }), 1)).toBe('a route without parcels');
  expect(register.accept(answer({ ...registered, parcelId: 'x' }), 1)).toBe('another parcel');
  expect(register.accept(answer({ ...registered, driverId: 'x' }), 1)).toBe('another parcel');
  expect(delivery.accept(answer({ ...bodyOf(delivery), deliveryId: 'x' }, 201), 1)).toBe('another delivery');
  expect(delivery.accept(answer({ ...bodyOf(delivery), parcelId: 'x' }, 201), 1)).toBe('another delivery');

  expect(day.workload.acknowledgedWrites).toBe(writes);
  expect(bodyOf(day.next()).deliveryId).toBe(bodyOf(delivery).deliveryId);
});

describe('photos', () => {
  const deliveryOf = ({ request }: Operation): string => request.path.split('/')[2] ?? '';

  test('are taken of one delivery in ten, and uploaded the next time the driver does something', () => {
    const day = new Day('photos', true);
    const kinds: string[] = [];
    for (let i = 0; i < 20_000; i++) {
      const operation = day.next();
      day.accept(operation);
      kinds.push(operation.kind);
    }

    const deliveries = kinds.filter((kind) => kind === 'deliver').length;
    const photos = kinds.filter((kind) => kind === 'upload-photo').length;
    expect(Math.abs(photos / deliveries - 0.1)).toBeLessThan(5 * Math.sqrt((0.1 * 0.9) / deliveries));
    for (const [index, kind] of kinds.entries()) if (kind === 'upload-photo') expect(kinds[index - 1]).toBe('deliver');
    expect(day.workload.acknowledgedObjects).toBe(photos);
  });

  test('do not change what drivers do else', () => {
    const rest = (takesPhotos: boolean) => {
      const day = new Day('same', takesPhotos);
      const made: string[] = [];
      while (made.length < 2_000) {
        const operation = day.next();
        day.accept(operation);
        if (operation.kind !== 'upload-photo') made.push(`${operation.kind} ${operation.request.path}`);
      }
      return made;
    };

    expect(rest(true)).toEqual(rest(false));
  });

  test('that failed are put off, and tried again after something else', () => {
    const day = new Day('photos', true);
    const failed = day.until('upload-photo');
    failed.abandon();

    const [between, again] = [day.next(), day.next()];

    expect(between.kind).not.toBe('upload-photo');
    expect(again.request).toEqual(failed.request);
    expect(day.workload.acknowledgedObjects).toBe(0);
  });

  test('are sent as they were announced, with the headers that the API asks for', () => {
    const upload = new Day('photos', true).until('upload-photo');
    const { sha256, bytes } = bodyOf(upload);

    expect(upload.upload?.request(rightAnswer(upload))).toEqual({
      url: `https://objects.example.com/${deliveryOf(upload)}`,
      headers: { 'x-amz-checksum-sha256': sha256 },
      body: `photo of ${deliveryOf(upload)}`,
    });
    expect(bytes).toBe(`photo of ${deliveryOf(upload)}`.length);
  });

  test('that the API takes for another are wrong', () => {
    const upload = new Day('photos', true).until('upload-photo');
    const { sha256 = '' } = bodyOf(upload);
    const right = JSON.parse(rightAnswer(upload).body);

    expect(upload.accept(announcement('another', sha256), 1)).toBe('another photo');
    expect(upload.accept(answer({ ...right, headers: {} }, 201), 1)).toBe('another photo');
    expect(upload.accept(answer({ ...right, uploadUrl: undefined }, 201), 1)).toBe('another photo');
    expect(upload.accept(rightAnswer(upload), 1)).toBeUndefined();
  });

  test('count once, when a bucket has them, and must be shown afterwards', () => {
    const day = new Day('photos', true);
    const upload = day.until('upload-photo');
    upload.accept(rightAnswer(upload), 1_000);
    expect(day.workload.acknowledgedObjects).toBe(0);
    upload.upload?.acknowledge(2_000);
    upload.upload?.acknowledge(3_000);

    const [readBack, ...others] = day.workload.objectReadBacks();
    const { key } = JSON.parse(rightAnswer(upload).body) as { key: string };
    expect(day.workload.acknowledgedObjects).toBe(1);
    expect(others).toEqual([]);
    expect(readBack?.writes).toEqual([{ kind: 'upload-photo', acknowledgedMs: 2_000 }]);
    expect(readBack?.request).toEqual({ method: 'GET', path: `/deliveries/${deliveryOf(upload)}/photo` });
    expect(readBack?.missing(answer({ key }))).toEqual([]);
    expect(readBack?.missing(answer({ key: 'deliveries/another/photo.jpg' }))).toEqual([0]);
    expect(readBack?.missing(answer({ key }, 404))).toEqual([0]);
  });
});

describe('reading back', () => {
  /** One parcel, registered and acknowledged at 1 s, delivered or not. */
  function acknowledged(delivered: boolean) {
    const day = new Day();
    const register = day.until('register');
    expect(register.accept(rightAnswer(register), 1000)).toBeUndefined();
    const delivery = day.until('deliver');
    if (delivered) expect(delivery.accept(rightAnswer(delivery), 5000)).toBeUndefined();
    const { parcelId = '', driverId = '', deliveryId = '' } = bodyOf(delivery);
    const readBack = [...day.workload.readBacks()].find(({ request }) => request.path === `/parcels/${parcelId}`);
    if (!readBack) throw new Error('no read-back');
    const parcel = { parcelId, driverId, ...contentOf(parcelId), status: 'registered' };
    return { readBack, parcel, deliveryId };
  }

  test('a registered parcel must be there', () => {
    const { readBack, parcel } = acknowledged(false);

    expect(readBack.writes.map(({ kind }) => kind)).toEqual(['register']);
    expect(readBack.missing(answer(parcel))).toEqual([]);
    expect(readBack.missing(answer({ status: 404 }, 404))).toEqual([0]);
    expect(readBack.missing(answer(parcel, 503))).toEqual([0]);
    expect(readBack.missing(answer({ ...parcel, parcelId: 'x' }))).toEqual([0]);
    expect(readBack.missing(answer({ ...parcel, driverId: 'x' }))).toEqual([0]);
  });

  test('a delivery that nobody acknowledged may be there or not', () => {
    const { readBack, parcel, deliveryId } = acknowledged(false);

    expect(readBack.missing(answer({ ...parcel, delivery: { deliveryId } }))).toEqual([]);
  });

  test('an acknowledged delivery must be there as well, and be the same', () => {
    const { readBack, parcel, deliveryId } = acknowledged(true);

    expect(readBack.writes).toMatchObject([{ kind: 'register' }, { kind: 'deliver', acknowledgedMs: 5000 }]);
    expect(readBack.missing(answer({ ...parcel, delivery: { deliveryId } }))).toEqual([]);
    expect(readBack.missing(answer(parcel))).toEqual([1]);
    expect(readBack.missing(answer({ ...parcel, delivery: { deliveryId: 'x' } }))).toEqual([1]);
    expect(readBack.missing(answer({}, 404))).toEqual([0, 1]);
  });

  test('everything acknowledged is asked for once, and nothing else', () => {
    const day = new Day();
    const registered = new Set<string>();
    for (let i = 0; i < 300; i++) {
      const operation = day.next(i % 5);
      if (operation.kind === 'register' && i % 2 === 0) continue;
      day.accept(operation);
      if (operation.kind === 'register') registered.add(operation.request.path);
    }

    const readBacks = [...day.workload.readBacks()];

    expect(readBacks.map(({ request }) => request.path).sort()).toEqual([...registered].sort());
    expect(readBacks.flatMap(({ writes }) => writes)).toHaveLength(day.workload.acknowledgedWrites);
  });
});

test('a read that shows less than was acknowledged is stale, and still an answer', () => {
  const day = new Day();
  let stale = 0;
  for (let i = 0; i < 2000 && stale === 0; i++) {
    const operation = day.next();
    if (operation.kind !== 'read-parcel') {
      day.accept(operation);
      continue;
    }
    const parcelId = operation.request.path.split('/').at(-1) ?? '';
    const seen = { parcelId, driverId: 'driver-1', ...contentOf(parcelId), status: 'registered' };
    expect(operation.accept(answer(seen), 1)).toBeUndefined();
    stale = day.workload.staleReads;
  }

  expect(stale).toBe(1);
});

describe('an answer that is not all of the parcel', () => {
  /** Lets a driver act until he wants something of a kind; gives it, and the parcel that he registered last or asks for. */
  function wanted(kind: string) {
    const day = new Day();
    const parcels = new Map<string, Record<string, string>>();
    for (let i = 0; i < 1000; i++) {
      const operation = day.next();
      const { path } = operation.request;
      if (operation.kind === 'register') {
        parcels.set(path, { parcelId: path.split('/').at(-1) ?? '', ...bodyOf(operation) });
      }
      const parcel = parcels.get(path) ?? [...parcels.values()].at(-1);
      if (operation.kind === kind && parcel) return { operation, parcel, day };
      day.accept(operation);
    }
    throw new Error(`no ${kind} in 1000 operations`);
  }

  const PARTS = ['recipient', 'address', 'driverId', 'parcelId'] as const;

  test.each(PARTS)('is another parcel to who registers or reads it, and a lost one to the ledger: %s', (part) => {
    const { operation: read, parcel, day } = wanted('read-parcel');
    const { operation: register, parcel: own } = wanted('register');
    const back = [...day.workload.readBacks()].find(({ request }) => request.path === read.request.path);

    expect(read.accept(answer({ ...parcel, [part]: null }), 0)).toBe('another parcel');
    expect(read.accept(answer(parcel), 0)).toBeUndefined();
    expect(register.accept(answer({ ...own, [part]: null }), 0)).toBe('another parcel');
    expect(register.accept(answer(own), 0)).toBeUndefined();
    expect(back?.missing(answer(parcel))).toEqual([]);
    expect(back?.missing(answer({ ...parcel, [part]: null }))).toEqual([0]);
  });

  test.each(PARTS.slice(0, 3))('is another parcel on a route, too: %s', (part) => {
    const { operation: route, parcel } = wanted('list-route');

    expect(route.accept(answer({ parcels: [parcel, { ...parcel, [part]: null }] }), 0)).toBe('another parcel');
    expect(route.accept(answer({ parcels: [parcel] }), 0)).toBeUndefined();
    expect(route.accept(answer({}), 0)).toBe('a route without parcels');
  });
});
