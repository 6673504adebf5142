import type { HttpAnswer } from '../../../lib/drill/api/http-event';
import { DispatchHistory, LEDGER } from '../../../lib/drill/clients/dispatch-history';
import {
  type ParcelOperation,
  parcelConvergence,
  parcelModel,
  parcelVersions,
} from '../../../lib/drill/clients/parcel-model';
import type { Ending } from '../../../lib/drill/clients/workload';
import { checkLinearizability } from '../../../lib/histories';

const PARCEL = { id: 'p-1', driverId: 'driver-1' };
const CONTENT = { driverId: 'driver-1', recipient: 'Ada', address: '12 Analytical Row' };
const DELIVERY = { deliveryId: 'd-1', parcelId: 'p-1', driverId: 'driver-1', deliveredAt: '2025-10-20T06:48:00.000Z' };

const json = (status: number, body: object): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const problem = (status: number, kind: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: JSON.stringify({ type: `tag:dispatch.example,2026:${kind}`, status }),
});

const ending = (answer: HttpAnswer | undefined, isOpen = false): Ending => ({
  invokeMs: 100,
  completeMs: 250,
  region: 'us-east-2',
  isOpen,
  ...(answer ? { answer } : {}),
});

/** What became of each recorded operation: its outcome, and what its client was told. */
function recorded(record: (history: DispatchHistory) => void) {
  const history = new DispatchHistory();
  record(history);
  const [[, operations] = ['', []]] = [...history.operations.perKey()];
  return operations.map((operation) =>
    operation.outcome === 'ok' ? `ok: ${operation.output}` : (operation.outcome as string),
  );
}

const registered = (answer?: HttpAnswer, isOpen?: boolean) =>
  recorded((history) => history.register(PARCEL, CONTENT, ending(answer, isOpen)));
const delivered = (answer?: HttpAnswer, isOpen?: boolean) =>
  recorded((history) => history.deliver(PARCEL, DELIVERY, ending(answer, isOpen)));
const read = (answer?: HttpAnswer, isOpen?: boolean) =>
  recorded((history) => history.read({ ...PARCEL, ...CONTENT }, ending(answer, isOpen)));

test.each(['recipient', 'address', 'driverId', 'parcelId'])(
  'a read with another %s is one of no state of the parcel',
  (part) => {
    const right = { parcelId: 'p-1', ...CONTENT };

    expect(read(json(200, right))).toEqual(['ok: registered']);
    expect(read(json(200, { ...right, [part]: null }))).toEqual([
      `ok: 200 ${JSON.stringify({ ...right, [part]: null })}`,
    ]);
  },
);

test('an operation is recorded with its client, its times and the Region of its last try', () => {
  const history = new DispatchHistory();
  history.deliver(PARCEL, DELIVERY, ending(json(201, { ...DELIVERY, status: 'delivered' })));
  history.read({ ...PARCEL, ...CONTENT }, ending(json(200, { parcelId: 'p-1', ...CONTENT })), LEDGER);

  expect([...history.operations.perKey()]).toEqual([
    [
      'p-1',
      [
        {
          client: 'driver-1',
          key: 'p-1',
          kind: 'deliver',
          input: { kind: 'deliver', deliveryId: 'd-1' },
          invokeMs: 100,
          completeMs: 250,
          region: 'us-east-2',
          outcome: 'ok',
          output: 'done',
        },
        expect.objectContaining({ client: LEDGER, kind: 'read', output: 'registered' }),
      ],
    ],
  ]);
});

describe('a write', () => {
  test('that was answered rightly happened, once, however many tries it took', () => {
    expect(registered(json(200, { parcelId: 'p-1', ...CONTENT, status: 'registered' }))).toEqual(['ok: done']);
    expect(registered(json(200, { parcelId: 'p-1', ...CONTENT, status: 'registered' }), true)).toEqual(['ok: done']);
    expect(delivered(json(201, { ...DELIVERY, status: 'delivered' }), true)).toEqual(['ok: done']);
  });

  test('without an answer failed when no try can have arrived, and is unknown otherwise', () => {
    expect(registered(undefined, false)).toEqual(['fail']);
    expect(registered(undefined, true)).toEqual(['unknown']);
    expect(delivered(undefined, false)).toEqual(['fail']);
    expect(delivered(undefined, true)).toEqual(['unknown']);
  });

  test('that was refused tells what stood against it, and may have happened by an earlier try', () => {
    expect(delivered(problem(404, 'parcel-unknown'))).toEqual(['ok: not registered']);
    expect(delivered(problem(409, 'parcel-delivered'))).toEqual(['ok: delivered otherwise']);
    expect(delivered(problem(404, 'parcel-unknown'), true)).toEqual(['ok: not registered', 'unknown']);
  });

  test('that was refused for a reason which tells nothing failed', () => {
    for (const answer of [json(403, { message: 'Forbidden' }), json(404, { message: 'Not Found' })]) {
      expect(registered(answer)).toEqual(['fail']);
      expect(delivered(answer)).toEqual(['fail']);
      expect(delivered(answer, true)).toEqual(['unknown']);
    }
    expect(delivered(problem(400, 'invalid-request'))).toEqual(['fail']);
  });

  test('that was answered as no parcel can is recorded as it was answered', () => {
    const other = { ...DELIVERY, status: 'delivered', deliveredAt: '2025-10-20T00:00:00.000Z' };

    expect(delivered(json(201, other))).toEqual([`ok: 201 ${JSON.stringify(other)}`]);
    expect(registered(problem(409, 'parcel-differs'))[0]).toMatch(/^ok: 409 /);
    expect(delivered(problem(409, 'delivery-differs'))[0]).toMatch(/^ok: 409 /);
    expect(registered(json(200, { parcelId: 'p-2', ...CONTENT }))[0]).toMatch(/^ok: 200 /);
  });
});

describe('a read', () => {
  test('tells how far the parcel is', () => {
    const parcel = { parcelId: 'p-1', ...CONTENT };

    expect(read(json(200, { ...parcel, status: 'registered' }))).toEqual(['ok: registered']);
    expect(read(json(200, { ...parcel, delivery: { deliveryId: 'd-9' } }))).toEqual(['ok: delivered by d-9']);
    expect(read(problem(404, 'parcel-unknown'))).toEqual(['ok: not registered']);
    expect(read(json(200, { ...parcel, driverId: 'driver-2' }))[0]).toMatch(/^ok: 200 /);
  });

  test('that was not answered tells nothing', () => {
    expect(read(undefined, true)).toEqual(['fail']);
    expect(read(json(404, { message: 'Not Found' }))).toEqual(['fail']);
  });
});

describe('a parcel', () => {
  const deliver = { kind: 'deliver', deliveryId: 'd-1' } as const;
  const step = (state: string, input: Parameters<typeof parcelModel.step>[1], output: string) =>
    parcelModel.step(state, input, output);

  test.each([
    ['not registered', undefined, 'not registered', undefined],
    ['registered', 'delivered by d-1', undefined, undefined],
    ['delivered by d-1', 'delivered by d-1', undefined, undefined],
    ['delivered by d-2', undefined, undefined, 'delivered by d-2'],
  ])('that is %s is delivered, or refuses, accordingly', (state, done, unknown, otherwise) => {
    expect(step(state, deliver, 'done')).toBe(done);
    expect(step(state, deliver, 'not registered')).toBe(unknown);
    expect(step(state, deliver, 'delivered otherwise')).toBe(otherwise);
    expect(step(state, deliver, '201 nonsense')).toBeUndefined();
  });

  test('stays delivered when it is registered again, and is never registered with other content', () => {
    const register = { kind: 'register' } as const;

    expect(step('not registered', register, 'done')).toBe('registered');
    expect(step('delivered by d-1', register, 'done')).toBe('delivered by d-1');
    expect(step('registered', register, '409 differs')).toBeUndefined();
  });

  test('may be delivered by one that nobody heard of again', () => {
    const [register, unknown, late] = [
      ['register', 0, 'done'],
      ['deliver', 10, undefined],
      ['read', 900, 'delivered by d-1'],
    ].map(([kind, invokeMs, output]) => {
      const input = kind === 'deliver' ? deliver : { kind: kind as 'register' | 'read' };
      const asked = { client: 'driver-1', key: 'p-1', kind: String(kind), input, invokeMs: Number(invokeMs) };
      return output === undefined
        ? { ...asked, outcome: 'unknown' as const }
        : { ...asked, completeMs: Number(invokeMs) + 1, outcome: 'ok' as const, output: String(output) };
    });
    const verdict = (...operations: (typeof late)[]) =>
      checkLinearizability(
        parcelModel,
        operations.flatMap((one) => one ?? []),
      ).verdict;

    expect(verdict(register, unknown, late)).toBe('holds');
    expect(verdict(register, late)).toBe('violated');
  });

  test('only goes on: what it was is older than what it is', () => {
    const states = ['not registered', 'registered', 'delivered by d-1'];
    const older = (one: string) => states.filter((other) => parcelVersions.isOlder(one, other));

    expect(states.map(older)).toEqual([states.slice(1), states.slice(2), []]);
    expect(parcelVersions.isOlder('delivered by d-1', 'delivered by d-2')).toBe(false);
  });

  test('is in no state that spoilt content shows: nothing is older or newer, and no registration is shown', () => {
    const spoilt = '200 {"recipient":null}';
    const register = { client: 1, key: 'p-1', kind: '', invokeMs: 0, outcome: 'unknown', input: { kind: 'register' } };

    for (const state of ['not registered', 'registered', 'delivered by d-1']) {
      expect(parcelVersions.isOlder(spoilt, state)).toBe(false);
      expect(parcelVersions.isOlder(state, spoilt)).toBe(false);
    }
    expect(parcelConvergence.shows(spoilt, register as ParcelOperation)).toBe(false);
  });

  test('shows its registration for good, and one delivery', () => {
    const asked = { client: 1, key: 'p-1', kind: '', invokeMs: 0, outcome: 'unknown' } as const;
    const [register, one, other] = [
      { ...asked, input: { kind: 'register' } as const },
      { ...asked, input: deliver },
      { ...asked, input: { kind: 'deliver', deliveryId: 'd-2' } as const },
    ] as const;

    expect(parcelConvergence.shows('delivered by d-2', register)).toBe(true);
    expect(parcelConvergence.shows('not registered', register)).toBe(false);
    expect(parcelConvergence.shows('delivered by d-2', one)).toBe(false);
    expect(parcelConvergence.displaces(other, one)).toBe(true);
    expect(parcelConvergence.displaces(register, one)).toBe(false);
  });
});
