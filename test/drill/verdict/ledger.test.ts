import type { HttpAnswer, HttpRequest } from '../../../lib/drill/api/http-event';
import type { ReadBack, Workload } from '../../../lib/drill/clients/workload';
import { divergentItems } from '../../../lib/drill/data/replicated-table';
import type { ItemImage, TableEngine } from '../../../lib/drill/data/table-engine';
import { Backlog } from '../../../lib/drill/kernel/backlog';
import { settleLedger } from '../../../lib/drill/verdict/ledger';
import type { World } from '../../../lib/drill/world/world';
import { drillContext } from '../drill-context';

const STRIKE_MS = 600_000;

/** A replica that holds these items, by key. */
function replica(items: Readonly<Record<string, ItemImage>>): TableEngine {
  return { keys: () => Object.keys(items), image: (key: string) => items[key] } as unknown as TableEngine;
}

/** Writes of one item that a client saw acknowledged, in seconds since the strike. */
interface Acknowledged {
  readonly id: string;
  readonly atSeconds: readonly number[];
}

interface Scene {
  readonly acknowledged: readonly Acknowledged[];
  /** What a Region shows of an item: indices of the writes it misses. @default - it misses none */
  readonly missing?: (region: string, id: string) => readonly number[];
  /** Statuses of a Region's answers for an item, before it shows the item. @default - it answers at once */
  readonly statuses?: (region: string, id: string) => readonly number[];
  readonly survivors?: readonly string[];
  /** Changes that are still on their way. @default - none is */
  readonly late?: readonly { readonly region: string; readonly arrivesMs: number }[];
}

async function settle({ acknowledged, missing = () => [], statuses = () => [], survivors, late = [] }: Scene) {
  const context = drillContext();
  const { scheduler } = context;
  const asked: string[] = [];
  let underWay = 0;
  let mostAtOnce = 0;
  const tries = new Map<string, number>();
  const backlog = new Backlog();
  for (const { region, arrivesMs } of late) {
    backlog.sent(region);
    scheduler.at(arrivesMs, () => backlog.arrived(region));
  }
  const world = {
    context,
    dynamoDb: { all: [{ backlog }] },
    async ask(region: string, request: HttpRequest): Promise<HttpAnswer> {
      mostAtOnce = Math.max(mostAtOnce, ++underWay);
      await scheduler.sleep(5);
      underWay--;
      expect(request.host).toBe('api.example.com');
      asked.push(`${region} ${request.method} ${request.path}`);
      const place = `${region} ${request.path}`;
      const attempt = tries.get(place) ?? 0;
      tries.set(place, attempt + 1);
      const list = statuses(region, request.path);
      const status = list[Math.min(attempt, list.length)] ?? 200;
      return { status, headers: {}, body: status === 200 ? JSON.stringify(missing(region, request.path)) : '' };
    },
  } as unknown as World;
  const concluded: object[] = [];
  const readBacks = acknowledged.map(
    ({ id, atSeconds }): ReadBack => ({
      writes: atSeconds.map((at) => ({ kind: 'register', acknowledgedMs: STRIKE_MS + 1000 * at })),
      request: { method: 'GET', path: id },
      conclude: ({ region, answer, isOpen, invokeMs, completeMs }) =>
        concluded.push({ region, status: answer?.status, isOpen, tookMs: completeMs - invokeMs }),
      missing: ({ status, body }) => (status === 200 ? JSON.parse(body) : atSeconds.map((_, index) => index)),
    }),
  );
  const workload = {
    acknowledgedWrites: acknowledged.flatMap(({ atSeconds }) => atSeconds).length,
    readBacks: () => readBacks,
  } as unknown as Workload;
  const work = settleLedger(world, workload, survivors ?? ['us-west-2'], 'api.example.com', STRIKE_MS);
  const data = await scheduler.runUntilSettled(work, 3_600_000);
  return { data, asked, concluded, mostAtOnce, tookMs: scheduler.nowMs };
}

const one = (atSeconds: number, id = '/parcels/1'): Acknowledged => ({ id, atSeconds: [atSeconds] });

describe('acknowledged writes', () => {
  test('that every survivor shows are not lost', async () => {
    const survivors = ['us-west-2', 'us-east-1'];
    const { data, asked } = await settle({ acknowledged: [one(-5), one(5, '/parcels/2')], survivors });

    expect(data).toMatchObject({ acknowledgedWrites: 2, lostAcknowledgedWrites: 0, rpoSeconds: 0 });
    expect(asked.sort()).toEqual([
      'us-east-1 GET /parcels/1',
      'us-east-1 GET /parcels/2',
      'us-west-2 GET /parcels/1',
      'us-west-2 GET /parcels/2',
    ]);
  });

  test('that one survivor does not show are lost', async () => {
    const { data } = await settle({
      acknowledged: [one(-5)],
      survivors: ['us-west-2', 'us-east-1'],
      missing: (region) => (region === 'us-east-1' ? [0] : []),
    });

    expect(data.lostAcknowledgedWrites).toBe(1);
  });

  test('that are still on their way to a replica are waited for', async () => {
    const late = [{ region: 'us-west-2', arrivesMs: 2_000_500 }];

    expect((await settle({ acknowledged: [one(-5)], late })).tookMs).toBe(2_001_005);
    expect((await settle({ acknowledged: [one(-5)] })).tookMs).toBe(5);
  });

  test('that no survivor shows are lost once each', async () => {
    const { data } = await settle({
      acknowledged: [one(-5)],
      survivors: ['us-west-2', 'us-east-1'],
      missing: () => [0],
    });

    expect(data.lostAcknowledgedWrites).toBe(1);
  });

  test('of one parcel count apart: a delivery may be lost where its registration is not', async () => {
    const { data } = await settle({
      acknowledged: [{ id: '/parcels/1', atSeconds: [-60, -2] }],
      missing: () => [1],
    });

    expect(data).toMatchObject({ acknowledgedWrites: 2, lostAcknowledgedWrites: 1, rpoSeconds: 2 });
  });
});

describe('the recovery point', () => {
  const lose = (...atSeconds: number[]) =>
    settle({ acknowledged: atSeconds.map((at, index) => one(at, `/parcels/${index}`)), missing: () => [0] });

  test('reaches from the oldest lost acknowledgement to the strike', async () => {
    expect((await lose(-7, -3.5)).data.rpoSeconds).toBe(7);
  });

  test('reaches to the newest lost acknowledgement when that came after the strike', async () => {
    expect((await lose(-7, 4)).data.rpoSeconds).toBe(11);
    expect((await lose(3, 10)).data.rpoSeconds).toBe(7);
  });

  test('is never zero when something was lost', async () => {
    expect((await lose(30)).data).toMatchObject({ lostAcknowledgedWrites: 1, rpoSeconds: 0.001 });
    expect((await lose(0)).data.rpoSeconds).toBe(0.001);
  });
});

describe('reading back', () => {
  test.each([429, 500, 503])('asks again, a second later, when the API answers %i', async (status) => {
    const { data, asked, tookMs } = await settle({ acknowledged: [one(-5)], statuses: () => [status, status] });

    expect(data.lostAcknowledgedWrites).toBe(0);
    expect(asked).toHaveLength(3);
    expect(tookMs).toBe(2 * 1000 + 3 * 5);
  });

  test('takes a 404 for an answer', async () => {
    const { data, asked } = await settle({ acknowledged: [one(-5)], statuses: () => Array(99).fill(404) });

    expect(data.lostAcknowledgedWrites).toBe(1);
    expect(asked).toHaveLength(1);
  });

  test('gives up after sixty tries: what cannot be read is lost', async () => {
    const { data, asked } = await settle({ acknowledged: [one(-5)], statuses: () => Array(99).fill(503) });

    expect(data.lostAcknowledgedWrites).toBe(1);
    expect(asked).toHaveLength(60);
  });

  test('tells a history of each reading, with all its tries', async () => {
    const survivors = ['us-west-2', 'us-east-1'];
    const { concluded } = await settle({
      acknowledged: [one(-5)],
      survivors,
      statuses: (region) => (region === 'us-east-1' ? Array(99).fill(503) : [503]),
    });

    expect(concluded).toEqual([
      { region: 'us-west-2', status: 200, isOpen: false, tookMs: 1000 + 2 * 5 },
      { region: 'us-east-1', status: undefined, isOpen: false, tookMs: 59 * 1000 + 60 * 5 },
    ]);
  });

  test('reads eight items at a time', async () => {
    const acknowledged = Array.from({ length: 40 }, (_, index) => one(index, `/parcels/${index}`));
    const { asked, mostAtOnce } = await settle({ acknowledged });

    expect(mostAtOnce).toBe(8);
    expect(new Set(asked).size).toBe(40);
    expect(asked).toHaveLength(40);
  });
});

describe('replicas', () => {
  const parcel = { pk: { S: 'PARCEL#1' }, status: { S: 'registered' } };

  test('that hold the same agree, whatever the order of attributes', () => {
    const reordered = { status: { S: 'registered' }, pk: { S: 'PARCEL#1' } };

    expect(divergentItems([replica({ a: parcel }), replica({ a: reordered }), replica({ a: parcel })])).toBe(0);
    expect(divergentItems([replica({ a: parcel })])).toBe(0);
    expect(divergentItems([])).toBe(0);
  });

  test.each([
    ['an item that one lacks', { a: parcel }, {}],
    ['another value', { a: parcel }, { a: { ...parcel, status: { S: 'delivered' } } }],
    ['another type of value', { a: parcel }, { a: { ...parcel, status: { N: 'registered' } } }],
    ['one attribute more', { a: parcel }, { a: { ...parcel, deliveryId: { S: 'd' } } }],
  ])('disagree on %s', (_what, left: Record<string, ItemImage>, right: Record<string, ItemImage>) => {
    expect(divergentItems([replica(left), replica(right)])).toBe(1);
    expect(divergentItems([replica(right), replica(left)])).toBe(1);
  });

  test('disagree on an item once, however many of them hold other versions', () => {
    const version = (S: string) => ({ a: { ...parcel, status: { S } }, b: parcel });

    expect(divergentItems([replica(version('1')), replica(version('2')), replica(version('3'))])).toBe(1);
  });
});
